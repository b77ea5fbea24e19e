using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Cards on file.</summary>
internal sealed class Cards(SquareBook book, SquareLists lists, CardNonces nonces)
{
    public const string Kind = "card";

    private const string PaidWith = "_payment_source";
    private const int PageMax = 25;
    private const int KeyMax = 45;

    /// <summary>Remembers which test value a payment was made from: it can be saved afterwards.</summary>
    public void Remember(JsonObject payment, string sourceId) =>
        book.World.Shelf.Put(PaidWith, Text(payment, "id")!, new() { ["source"] = sourceId });

    public Reply Create(Call call)
    {
        var fields = call.Fields;
        var sent = (JsonObject)fields["card"]!;
        if (Text(fields, "idempotency_key")!.Length > KeyMax)
            return SquareErrors.Invalid("VALUE_TOO_LONG", $"Field must not be greater than {KeyMax} in length.", "idempotency_key");
        if (Text(sent, "customer_id") is not { } customer)
            return SquareErrors.Missing("card.customer_id");
        if (book.Find(Customers.Kind, customer) is null)
            return SquareErrors.Invalid("CUSTOMER_NOT_FOUND", "There is no such customer.", "card.customer_id", 404);
        var (source, refused) = SourceOf(fields);
        if (source is null)
            return refused!;
        var made = Sources.CardOf(source);
        made["id"] = $"ccof:{book.World.Ids.Next(24)}";
        Copy(sent, made, "customer_id", "cardholder_name", "billing_address", "reference_id");
        made["merchant_id"] = MerchantId;
        made["enabled"] = true;
        made["version"] = 1;
        made["created_at"] = book.NowText;
        book.World.Shelf.Put(Sources.Origin, Text(made, "id")!, new() { ["source"] = source.Id });
        nonces.Use(Text(fields, "source_id")!);
        book.Tell("card.created", Kind, book.Save(Kind, made));
        return Answer(made);
    }

    private (SquareSource? Source, Reply? Refused) SourceOf(JsonObject fields)
    {
        var id = Text(fields, "source_id")!;
        if (book.Find(Payments.Kind, id) is { } payment)
        {
            return Text(payment, "status") is "COMPLETED" or "APPROVED" && book.Find(PaidWith, id) is { } paid
                ? (SquareSources.Find(Text(paid, "source")!), null)
                : (null, SquareErrors.Invalid("BAD_REQUEST", "The card of this payment cannot be saved.", "source_id"));
        }
        if (nonces.Find(id) is not { Kind: SourceKind.Card } source)
            return (null, SquareErrors.NotFound("Source", id, "source_id"));
        if (source.Declines is [SquareSources.TokenUsed])
            return (null, SquareErrors.Invalid("SOURCE_USED", "The provided source id was already used to create a card.", "source_id"));
        return source.Declines.Count > 0
            ? (null, SquareErrors.Invalid("INVALID_CARD_DATA", $"Invalid card data: {source.Declines[^1]}.", "source_id"))
            : (source, null);
    }

    public Reply Get(Call call) => With(call, Answer);

    public Reply List(Call call)
    {
        var disabled = Text(call.Query, "include_disabled") == "true";
        return lists.Page(
            call, "cards", book.List(Kind).Where(one => SquareLists.Fits(call, one, "customer_id", "reference_id") && (disabled || Flag(one, "enabled", otherwise: true))),
            PageMax, ascending: true);
    }

    public Reply Disable(Call call) => With(call, found =>
    {
        if (!Flag(found, "enabled", otherwise: true))
            return Answer(found);
        found["enabled"] = false;
        found["version"] = found["version"]!.GetValue<int>() + 1;
        book.Tell("card.disabled", Kind, book.Save(Kind, found));
        return Answer(found);
    });

    private static Reply Answer(JsonObject card) => new(200, new JsonObject { [Kind] = card.DeepClone() });

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["card_id"]) is { } found ? work(found) : SquareErrors.NotFound("Card", call["card_id"], "card_id");
}
