using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a processor is to keep for later payments.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OfCard), "card")]
[JsonDerivedType(typeof(OfUpi), "upi")]
[JsonDerivedType(typeof(OfCharge), "charge")]
[JsonDerivedType(typeof(OfSetup), "setup")]
public abstract record SaveSource
{
    public sealed record OfCard(string Token) : SaveSource;

    public sealed record OfUpi(string Vpa) : SaveSource;

    /// <summary>What a charge was paid with.</summary>
    /// <param name="ChargeKey">The key that the charge was authorized with.</param>
    public sealed record OfCharge(string ChargeKey) : SaveSource;

    /// <summary>What a set-up has made ready.</summary>
    /// <param name="Key">Our key of the attempt.</param>
    /// <param name="Reference">The processor's own id of it, when it gave one.</param>
    public sealed record OfSetup(string Key, string? Reference) : SaveSource;

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static SaveSource FromJson(string json) => JsonSerializer.Deserialize<SaveSource>(json, JsonSerializerOptions.Web)!;
}

/// <param name="Methods">What the processor can keep, of its methods.</param>
/// <param name="Setups">What of it can be made ready without a payment; then it is an <see cref="ISetupConnector"/>.</param>
public sealed record SaveCapabilities(IReadOnlySet<string> Methods, IReadOnlySet<string>? Setups = null);

/// <param name="Key">Our id of the saved method: the processor deduplicates by it.</param>
/// <param name="Behaviour">Sandbox only: how to misbehave, as the merchant's test asked for.</param>
public sealed record SaveCall(Tenant Tenant, string Key, SaveSource Source, string? Behaviour);

/// <param name="Key">Our id of the saved method. A save that arrives later with this key is kept out.</param>
/// <param name="Reference">The processor's own token, when it gave one.</param>
/// <param name="Source">What was to be kept, where that is still known: a set-up may have kept it already.</param>
public sealed record ForgetCall(Tenant Tenant, string Key, string? Reference, string? Behaviour, SaveSource? Source = null);

/// <summary>What a processor tells of a card or address before it keeps it.</summary>
/// <param name="Fingerprint">The same for the same card of one merchant, and of no use beside another merchant's.</param>
public sealed record MethodPreview(MethodSummary Summary, string? Fingerprint);

/// <summary>What the processor said about keeping a method, in our words.</summary>
public abstract record SaveOutcome
{
    private SaveOutcome()
    {
    }

    /// <param name="Reference">The processor's own token: payments name it.</param>
    public sealed record Saved(string Reference, MethodSummary Summary, string? Fingerprint) : SaveOutcome;

    /// <summary>A clear no: it keeps nothing.</summary>
    /// <param name="Code">A code of the error catalogue with status 400 or 402, such as <c>CARD_DECLINED</c>.</param>
    /// <param name="Sentence">For the customer.</param>
    public sealed record Declined(string Code, string Sentence) : SaveOutcome;

    /// <summary>It keeps nothing under this key any more, and will not.</summary>
    public sealed record Forgotten : SaveOutcome;

    /// <inheritdoc cref="ConnectorOutcome.Unknown"/>
    public sealed record Unknown(string Why) : SaveOutcome;

    /// <inheritdoc cref="ConnectorOutcome.NotCalled"/>
    public sealed record NotCalled(string Why) : SaveOutcome;
}
