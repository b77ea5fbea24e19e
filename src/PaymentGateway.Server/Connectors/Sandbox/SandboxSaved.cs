using PaymentGateway.Connectors.Qr;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What the pretended processor keeps under one of our keys, or why it does not.</summary>
internal sealed record SandboxSaved
{
    public required Tenant Tenant { get; init; }
    public string Reference { get; init; } = "";
    public required MethodSummary Summary { get; init; }

    /// <summary>Of a card: the name of a <see cref="CardBehaviour"/>.</summary>
    public string? Behaviour { get; init; }
    public string? Fingerprint { get; init; }
    public Decline? Decline { get; init; }
    public bool IsForgotten { get; init; }

    public static SandboxSaved OfCard(Tenant tenant, CardToken? token)
    {
        if (token is null)
        {
            return Refused(tenant, "card", Decline.Of(Errors.InvalidToken, "unknown_token"));
        }

        return new()
        {
            Tenant = tenant,
            Summary = token.Summary("card") with { Bank = token.Bank },
            Behaviour = token.Behaviour,
            Fingerprint = token.Fingerprint,
            Decline = WithoutMoney(TestCards.Behaviour(token.Behaviour).Decline),
        };
    }

    /// <summary>
    /// Saving asks for no money, so what is only about money comes up when it is charged: a card without funds is kept, a stolen one is not.
    /// </summary>
    public static Decline? WithoutMoney(Decline? decline) =>
        decline?.Code == Errors.InsufficientFunds.Code || decline?.Code == Errors.LimitExceeded.Code ? null : decline;

    public static SandboxSaved OfUpi(Tenant tenant, string? vpa, SandboxKeys keys) => vpa switch
    {
        null => Refused(tenant, "upi", Decline.Of(Errors.InvalidToken, "unknown_payer")),
        _ when !UpiAddress.IsWellFormed(vpa) || string.Equals(vpa, Vpa.Unknown, StringComparison.OrdinalIgnoreCase) =>
            Refused(tenant, "upi", Decline.Of(Errors.ValidationFailed, "invalid_vpa", "Nobody has this UPI address.")),
        _ => new()
        {
            Tenant = tenant,
            Summary = new("upi", Vpa: vpa),
            Fingerprint = keys.FingerprintOf(tenant, vpa.ToLowerInvariant()),
        },
    };

    public SaveOutcome ToOutcome() => this switch
    {
        { IsForgotten: true } => new SaveOutcome.Forgotten(),
        { Decline: { } decline } => new SaveOutcome.Declined(decline.Code, decline.Sentence),
        _ => new SaveOutcome.Saved(Reference, Summary, Fingerprint),
    };

    /// <summary>A card as if its token had just been made.</summary>
    public CardToken ToToken() => new()
    {
        Id = Reference,
        Tenant = Tenant,
        Network = Summary.Network!,
        Last4 = Summary.Last4!,
        Funding = Summary.Funding!,
        Expiry = Summary.Expiry!,
        Behaviour = Behaviour!,
        Fingerprint = Fingerprint!,
        Bank = Summary.Bank,
        ExpiresAt = DateTimeOffset.MaxValue,
    };

    private static SandboxSaved Refused(Tenant tenant, string method, Decline decline) =>
        new() { Tenant = tenant, Summary = new(method), Decline = decline };
}
