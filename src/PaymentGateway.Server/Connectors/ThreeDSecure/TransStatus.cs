using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentGateway.Connectors.ThreeDSecure;

/// <summary>What the issuer's server said about the card holder; on the wire and in storage it is one letter.</summary>
[JsonConverter(typeof(TransStatusConverter))]
public enum TransStatus
{
    /// <summary>Y: it is the card holder.</summary>
    Authenticated,

    /// <summary>A: the network answered in the issuer's place.</summary>
    Attempted,

    /// <summary>C: the card holder must answer the issuer first.</summary>
    ChallengeRequired,

    /// <summary>D: the card holder answers on another device.</summary>
    Decoupled,

    /// <summary>I: the issuer was only informed.</summary>
    Informational,

    /// <summary>U: it could not be done.</summary>
    Unavailable,

    /// <summary>N: it is not the card holder, or he did not prove it.</summary>
    NotAuthenticated,

    /// <summary>R: the issuer does not want this payment; asking again with the card is not allowed.</summary>
    Rejected,
}

/// <summary>What follows from a status.</summary>
public enum AuthenticationStep
{
    Authorize,

    /// <summary>Authorize, and the merchant bears a fraud.</summary>
    AuthorizeWithoutShift,

    /// <summary>Wait for the card holder.</summary>
    Wait,

    /// <summary>The merchant's rule decides between <see cref="AuthorizeWithoutShift"/> and <see cref="Fail"/>.</summary>
    AskMerchantRule,
    Fail,

    /// <summary>Fail, and never again with this card on this payment.</summary>
    FailForGood,
}

/// <summary>The statuses as a table: letter and what follows.</summary>
public static class TransStatuses
{
    public static IReadOnlyList<(char Letter, TransStatus Status, AuthenticationStep Step)> Table { get; } =
    [
        ('Y', TransStatus.Authenticated, AuthenticationStep.Authorize),
        ('A', TransStatus.Attempted, AuthenticationStep.Authorize),
        ('C', TransStatus.ChallengeRequired, AuthenticationStep.Wait),
        ('D', TransStatus.Decoupled, AuthenticationStep.Wait),
        ('I', TransStatus.Informational, AuthenticationStep.AuthorizeWithoutShift),
        ('U', TransStatus.Unavailable, AuthenticationStep.AskMerchantRule),
        ('N', TransStatus.NotAuthenticated, AuthenticationStep.Fail),
        ('R', TransStatus.Rejected, AuthenticationStep.FailForGood),
    ];

    private static readonly FrozenDictionary<TransStatus, (string Letter, AuthenticationStep Step)> byStatus =
        Table.ToFrozenDictionary(row => row.Status, row => (row.Letter.ToString(), row.Step));

    private static readonly FrozenDictionary<string, TransStatus> byLetter =
        Table.ToFrozenDictionary(row => row.Letter.ToString(), row => row.Status, StringComparer.Ordinal);

    public static string Letter(this TransStatus status) => byStatus[status].Letter;

    public static AuthenticationStep Step(this TransStatus status) => byStatus[status].Step;

    public static TransStatus? Find(string? letter) => letter is not null && byLetter.TryGetValue(letter, out var status) ? status : null;
}

internal sealed class TransStatusConverter : JsonConverter<TransStatus>
{
    public override TransStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TransStatuses.Find(reader.GetString()) ?? throw new JsonException("This is no transStatus.");

    public override void Write(Utf8JsonWriter writer, TransStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Letter());
}
