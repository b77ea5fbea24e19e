using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>What a payment is made from, found by its <c>source_id</c>.</summary>
/// <param name="Card">As it stands in <c>card_details</c>; empty for a bank account.</param>
/// <param name="OriginId">The test value that it comes from.</param>
/// <param name="Declines">Why it is declined; empty: it is taken.</param>
internal sealed record PaymentSource(JsonObject Card, string OriginId, IReadOnlyList<string> Declines, bool Bank, bool OnFile, string? CustomerId);

/// <summary>Finds sources: test values, tokens of the card form, and the cards that were saved here.</summary>
internal sealed class Sources(SquareBook book, CardNonces nonces)
{
    private const int ExpiryYear = 2034;

    /// <summary>Which test value a saved card came from: it behaves like it.</summary>
    public const string Origin = "_card_origin";

    public (PaymentSource? Source, Reply? Refused) Resolve(JsonObject fields)
    {
        var id = Text(fields, "source_id")!;
        if (Text(fields, "verification_token") is { } token && !token.StartsWith("verf:", StringComparison.Ordinal))
            return (null, SquareErrors.Invalid("INVALID_VALUE", "This is not a verification token.", "verification_token"));
        return book.Find(Cards.Kind, id) is { } saved ? ResolveSaved(saved, fields) : ResolveTest(id, fields);
    }

    /// <summary>A payment was made, whatever the bank says: a token is good once.</summary>
    public void Use(JsonObject fields) => nonces.Use(Text(fields, "source_id")!);

    private (PaymentSource?, Reply?) ResolveTest(string id, JsonObject fields)
    {
        if (nonces.Find(id) is not { } test)
            return (null, SquareErrors.Invalid("NOT_FOUND", "Card nonce not found in this `sandbox` application environment. Please ensure an application ID belonging to the same environment is used for nonce creation.", "source_id", 404));
        return test.Declines is [SquareSources.TokenUsed]
            ? (null, SquareErrors.Invalid(SquareSources.TokenUsed, "The provided card token has already been used to process or store a payment.", "source_id"))
            : (new(CardOf(test), test.Id, DeclinesOf(test, fields), test.Kind == SourceKind.Bank, test.Kind == SourceKind.CardOnFile, null), null);
    }

    private (PaymentSource?, Reply?) ResolveSaved(JsonObject card, JsonObject fields)
    {
        if (Text(fields, "customer_id") is not { } customer)
            return (null, SquareErrors.Missing("customer_id"));
        if (Text(card, "customer_id") != customer || !Flag(card, "enabled", otherwise: true))
            return (null, SquareErrors.NotFound("Card", Text(card, "id")!, "source_id"));
        var origin = SquareSources.Find(Text(book.Find(Origin, Text(card, "id"))!, "source")!)!;
        return (new((JsonObject)card.DeepClone(), origin.Id, DeclinesOf(origin, fields), Bank: false, OnFile: true, customer), null);
    }

    private static IReadOnlyList<string> DeclinesOf(SquareSource source, JsonObject fields) =>
        source.Verification && Text(fields, "verification_token") is null ? ["CARD_DECLINED_VERIFICATION_REQUIRED"] : source.Declines;

    /// <summary>The card behind a test value, as Square shows it.</summary>
    public static JsonObject CardOf(SquareSource source) => source.Kind == SourceKind.Bank ? [] : new()
    {
        ["card_brand"] = source.Brand,
        ["last_4"] = source.Last4,
        ["exp_month"] = 12,
        ["exp_year"] = ExpiryYear,
        ["fingerprint"] = $"sq-1-{source.Brand}-{source.Last4}",
        ["card_type"] = source.Brand == "SQUARE_GIFT_CARD" ? "DEBIT" : "CREDIT",
        ["prepaid_type"] = source.Brand == "SQUARE_GIFT_CARD" ? "PREPAID" : "NOT_PREPAID",
        ["bin"] = source.Bin,
    };

    /// <summary>What a payment tells of its card.</summary>
    public JsonObject DetailsOf(PaymentSource source, JsonObject payment)
    {
        var card = (JsonObject)source.Card.DeepClone();
        foreach (var name in (string[])["id", "customer_id", "merchant_id", "reference_id", "enabled", "version", "created_at", "billing_address"])
            card.Remove(name);
        return new()
        {
            ["status"] = "AUTHORIZED",
            ["card"] = card,
            ["entry_method"] = source.OnFile ? "ON_FILE" : "KEYED",
            ["cvv_status"] = source.Declines.Contains("CVV_FAILURE") ? "CVV_REJECTED" : source.OnFile ? "CVV_NOT_CHECKED" : "CVV_ACCEPTED",
            ["avs_status"] = source.Declines.Contains("ADDRESS_VERIFICATION_FAILURE") ? "AVS_REJECTED" : "AVS_ACCEPTED",
            ["auth_result_code"] = book.World.Ids.Next(6),
            ["statement_description"] = $"SQ *{Text(payment, "statement_description_identifier") ?? "SIMULATED SELLER"}",
            ["card_payment_timeline"] = new JsonObject(),
        };
    }
}
