using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentGateway.Connectors.ThreeDSecure;

/// <summary>How the card holder was asked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuthenticationFlow>))]
public enum AuthenticationFlow
{
    /// <summary>Not at all: an exemption was used.</summary>
    None,

    /// <summary>The issuer decided by what it was told.</summary>
    Frictionless,

    /// <summary>The card holder had to answer.</summary>
    Challenge,
}

/// <summary>How a challenge ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChallengeOutcome>))]
public enum ChallengeOutcome
{
    Passed,
    Failed,
    Canceled,
    TimedOut,
}

/// <summary>What 3-D Secure said about a charge: kept with it, and of no use to a thief, for the proof itself is not in it.</summary>
public sealed record Authentication
{
    public required string Network { get; init; }
    public required AuthenticationFlow Flow { get; init; }

    /// <summary>Null: nobody was asked, or the answer was an error.</summary>
    public TransStatus? Status { get; init; }

    /// <summary>To be read with <see cref="Network"/> only.</summary>
    public string? Eci { get; init; }
    public string? Version { get; init; }
    public ChallengeOutcome? ChallengeOutcome { get; init; }

    [JsonConverter(typeof(JsonStringEnumConverter<Exemption>))]
    public Exemption? Exemption { get; init; }

    /// <summary>Y, N or U: whether the issuer's method page was done in the browser.</summary>
    public string? MethodCompletion { get; init; }

    /// <summary>More about the end: <c>wrong_password</c>, <c>refused_by_customer</c>, <c>timed_out</c>, <c>system_error</c>.</summary>
    public string? Reason { get; init; }
    public string? ServerTransId { get; init; }
    public string? DsTransId { get; init; }
    public string? AcsTransId { get; init; }

    /// <summary>Tells cards apart without naming them; not shown.</summary>
    public string? CardFingerprint { get; init; }

    /// <summary>The issuer bears a fraud. Follows from the indicator and its network, at the time of the authorization.</summary>
    public bool LiabilityShift => ThreeDSecure.Eci.ShiftsLiability(Network, Eci);

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static Authentication FromJson(string json) => JsonSerializer.Deserialize<Authentication>(json, JsonSerializerOptions.Web)!;
}
