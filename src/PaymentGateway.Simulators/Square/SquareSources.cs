namespace PaymentGateway.Simulators.Square;

/// <summary>What a test value for <c>source_id</c> does; Square's page "Sandbox Payments" lists them.</summary>
/// <param name="Errors">Why every payment with it is declined, in the order in which Square says so; empty: it is taken.</param>
/// <param name="Verification">Without a proof that the buyer was asked, it is declined.</param>
internal sealed record SquareSource(
    string Id, SourceKind Kind = SourceKind.Card, string Brand = "VISA", string Last4 = "5858", string Bin = "453275",
    IReadOnlyList<string>? Errors = null, bool Verification = false)
{
    public IReadOnlyList<string> Declines => Errors ?? [];
}

internal enum SourceKind
{
    Card,
    CardOnFile,
    Bank,
}

internal static class SquareSources
{
    public static IReadOnlyList<SquareSource> All { get; } =
    [
        new("cnon:card-nonce-ok"),
        new("cnon:card-nonce-declined", Errors: ["GENERIC_DECLINE"]),
        // Two errors, the plain one first: the one that says something must be looked for.
        new("cnon:card-nonce-rejected-cvv", Errors: ["GENERIC_DECLINE", "CVV_FAILURE"]),
        new("cnon:card-nonce-rejected-postalcode", Errors: ["ADDRESS_VERIFICATION_FAILURE"]),
        new("cnon:card-nonce-rejected-expiration", Errors: ["INVALID_EXPIRATION"]),
        new("cnon:card-nonce-already-used", Errors: [TokenUsed]),
        new("cnon:gift-card-nonce-ok", Brand: "SQUARE_GIFT_CARD", Last4: "0000", Bin: "778332"),
        new("cnon:gift-card-nonce-insufficient-funds", Brand: "SQUARE_GIFT_CARD", Last4: "0000", Bin: "778332", Errors: ["INSUFFICIENT_FUNDS"]),
        new("cnon:gift-card-nonce-insufficient-permission", Brand: "SQUARE_GIFT_CARD", Last4: "0000", Bin: "778332", Errors: ["INSUFFICIENT_PERMISSIONS"]),
        new("ccof:customer-card-id-ok", SourceKind.CardOnFile),
        new("ccof:customer-card-id-declined", SourceKind.CardOnFile, Errors: ["GENERIC_DECLINE"]),
        new("ccof:customer-card-id-rejected-cvv", SourceKind.CardOnFile, Errors: ["GENERIC_DECLINE", "CVV_FAILURE"]),
        new("ccof:customer-card-id-rejected-postalcode", SourceKind.CardOnFile, Errors: ["ADDRESS_VERIFICATION_FAILURE"]),
        new("ccof:customer-card-id-rejected-expiration", SourceKind.CardOnFile, Errors: ["INVALID_EXPIRATION"]),
        new("ccof:customer-card-id-requires-verification", SourceKind.CardOnFile, Verification: true),
        new("bnon:bank-nonce-ok", SourceKind.Bank),
        new("bnon:bank-nonce-insufficient-funds", SourceKind.Bank, Errors: ["INSUFFICIENT_FUNDS"]),
    ];

    public const string TokenUsed = "CARD_TOKEN_USED";

    public static SquareSource? Find(string id) => All.FirstOrDefault(one => one.Id == id);

    /// <summary>With which status a decline is answered: not the same for all, so that nobody can go by it.</summary>
    public static int StatusOf(string code) => code is "INSUFFICIENT_FUNDS" or "INSUFFICIENT_PERMISSIONS" or "CARD_DECLINED_VERIFICATION_REQUIRED" ? 402 : 400;
}
