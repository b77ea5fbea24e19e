using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Square;

/// <summary>The fields of an account, and what can be seen of them without asking.</summary>
internal static class SquareKeys
{
    public const string AccessToken = "accessToken";
    public const string LocationId = "locationId";
    public const string ApplicationId = "applicationId";
    public const string SignatureKey = "webhookSignatureKey";
    public const string NotificationUrl = "notificationUrl";

    public static IReadOnlyList<AccountField> All { get; } =
    [
        new(AccessToken, "The access token of the application for this seller, in the Developer Console.", IsSecret: true, IsRequired: true, TokenFault),
        new(LocationId, "The location whose payments these are; its currency is the one that is taken.", IsSecret: false, IsRequired: true, LocationFault),
        new(ApplicationId, "The application's id: with it the checkout shows Square's card form.", IsSecret: false, IsRequired: false,
            ApplicationFault),
        new(SignatureKey, "The signature key of the webhook subscription that sends to webhookUrl.", IsSecret: true, IsRequired: false),
        new(NotificationUrl, "The address in the webhook subscription, where it is not webhookUrl letter by letter: it is a part of what is signed.",
            IsSecret: false, IsRequired: false, AddressFault),
    ];

    // Tokens of both modes begin alike: TestConnection tells.
    private static string? TokenFault(string token, Mode mode) =>
        token.StartsWith("EAAA", StringComparison.Ordinal) && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? null : "must begin with EAAA";

    private static string? LocationFault(string id, Mode mode) => id.All(char.IsAsciiLetterOrDigit) ? null : "must be letters and digits";

    private static string? ApplicationFault(string id, Mode mode) =>
        id.StartsWith("sandbox-", StringComparison.Ordinal) == (mode == Mode.Test) ? null : $"must {(mode == Mode.Test ? "" : "not ")}begin with sandbox-";

    private static string? AddressFault(string url, Mode mode) => Uri.TryCreate(url, UriKind.Absolute, out var read) && read.Scheme is "https" or "http"
        ? null
        : "must be an address";
}

/// <summary>What a payment needs to use a kept card: Square asks for the customer and the card.</summary>
internal static class CardOnFile
{
    public static string Of(string customer, string card) => $"{customer}/{card}";

    public static (string Customer, string Card) Parts(string reference) => reference.Split('/', 2) is [var customer, var card]
        ? (customer, card)
        : throw new FormatException("It is no reference of a card at Square.");
}
