using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>
/// Tokens of cards that were typed into the card form, good for one payment or one card on file. What the form asks of Square is in no
/// description; here it is <c>POST /v2/card-nonce</c>. Square's page "Sandbox Payments" says which cards, codes and dates do what.
/// </summary>
internal sealed class CardNonces(SquareBook book)
{
    private const string Path = "/v2/card-nonce";
    private const string Kind = "_card_nonce";

    private static readonly Dictionary<string, string> brands = new(StringComparer.Ordinal)
    {
        ["4111111111111111"] = "VISA",
        ["5105105105105100"] = "MASTERCARD",
        ["6011000000000004"] = "DISCOVER",
        ["340000000000009"] = "AMERICAN_EXPRESS",
        ["3569990010095841"] = "JCB",
        [Declined] = "VISA",
    };

    private const string Declined = "4000000000000002";

    public Reply? Serve(Call call) => call.Path == Path && call.Method == HttpMethods.Post ? Create(call.Fields) : null;

    private Reply Create(JsonObject fields)
    {
        if (Text(fields, "client_id")?.StartsWith("sandbox-", StringComparison.Ordinal) != true)
            return SquareErrors.Unauthorized();
        if (fields["card_data"] is not JsonObject card)
            return SquareErrors.Missing("card_data");
        var number = Text(card, "number") ?? "";
        if (!brands.TryGetValue(number, out var brand))
            return SquareErrors.Invalid("INVALID_CARD_DATA", "Only the cards of Square's sandbox are taken here.", "cardNumber");
        var id = $"cnon:{book.World.Ids.Next(24)}";
        book.World.Shelf.Put(Kind, id, new()
        {
            ["source"] = SourceOf(number, card),
            ["brand"] = brand,
            ["last_4"] = number[^4..],
            ["bin"] = number[..6],
        });
        return new(200, new JsonObject
        {
            ["card_nonce"] = id,
            ["card"] = new JsonObject { ["card_brand"] = brand, ["last_4"] = number[^4..] },
        });
    }

    private static string SourceOf(string number, JsonObject card) =>
        number == Declined ? "cnon:card-nonce-declined"
        : Text(card, "cvv") == "911" ? "cnon:card-nonce-rejected-cvv"
        : (Text(card, "exp_month"), Text(card, "exp_year")) is ("1" or "01", "2040") ? "cnon:card-nonce-rejected-expiration"
        : "cnon:card-nonce-ok";

    /// <summary>A test value, or what a token of the form stands for; null: there is no such source.</summary>
    public SquareSource? Find(string id)
    {
        if (book.Find(Kind, id) is not { } nonce)
            return SquareSources.Find(id);
        var source = SquareSources.Find(Flag(nonce, "used", otherwise: false) ? "cnon:card-nonce-already-used" : Text(nonce, "source")!)!;
        return source with { Brand = Text(nonce, "brand")!, Last4 = Text(nonce, "last_4")!, Bin = Text(nonce, "bin")! };
    }

    /// <summary>A payment or a card on file was made from it.</summary>
    public void Use(string id)
    {
        if (book.Find(Kind, id) is not { } nonce)
            return;
        nonce["used"] = true;
        book.World.Shelf.Put(Kind, id, nonce);
    }
}
