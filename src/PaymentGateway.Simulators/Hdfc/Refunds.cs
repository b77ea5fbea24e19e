using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>Refunds stand in their order: pending at first, and then done, failed, or with people.</summary>
internal sealed class Refunds(HdfcBook book)
{
    private const string Next = "_next_refund";
    private const int IdMax = 20;
    private static readonly TimeSpan takes = TimeSpan.FromSeconds(5);

    /// <summary>By hand: what becomes of the next refund, <c>{ outcome: "success" | "failure" | "manual_review" }</c>.</summary>
    public Reply DecideNext(JsonObject fields)
    {
        var outcome = Text(fields, "outcome");
        if (outcome is not ("success" or "failure" or "manual_review"))
            throw new ControlException("'outcome' must be success, failure or manual_review.");
        book.World.Shelf.Put(Next, Next, new() { ["outcome"] = outcome });
        return new(200, new JsonObject { ["outcome"] = outcome });
    }

    public Reply Create(string merchant, string? orderId, JsonObject fields)
    {
        if (orderId is null)
            return HdfcErrors.Missing("order_id");
        if (book.Find(merchant, orderId) is not { } order)
            return HdfcErrors.NotFound($"Order {orderId}");
        if (Text(fields, "unique_request_id") is not { Length: > 0 } id)
            return HdfcErrors.Missing("unique_request_id");
        if (id.Length > IdMax)
            return HdfcErrors.Invalid($"unique_request_id must have at most {IdMax} characters.");
        if (IsKnown(merchant, id))
            return HdfcErrors.Duplicate("This unique_request_id was used before.");
        if (Text(order, "status") != "CHARGED")
            return HdfcErrors.Action($"An order that is {Text(order, "status")} cannot be refunded.");
        var left = Left(order);
        var amount = fields.ContainsKey("amount") ? Amount(fields, "amount") : left;
        if (amount is null or 0)
            return HdfcErrors.Invalid("amount must be a number of rupees with at most two decimals.");
        return amount > left
            ? HdfcErrors.Invalid($"amount must be at most {FormattableString.Invariant($"{left:0.00}")}, which is left of the order.")
            : new(200, Shown(Add(order, id, amount.Value)));
    }

    private bool IsKnown(string merchant, string id) => book.All.Any(order => Text(order, "_merchant") == merchant && List(order).Any(one => Text(one, "unique_request_id") == id));

    private static IEnumerable<JsonObject> List(JsonObject order) => ((JsonArray)order["refunds"]!).Select(one => (JsonObject)one!);

    /// <summary>What fails goes back into what can be refunded.</summary>
    private static decimal Left(JsonObject order) =>
        Amount(order, "amount")!.Value - List(order).Where(one => Text(one, "status") != "FAILURE").Sum(one => Amount(one, "amount")!.Value);

    private JsonObject Add(JsonObject order, string id, decimal amount)
    {
        var outcome = Text(book.World.Shelf.Find(Next, Next), "outcome") ?? "success";
        book.World.Shelf.Remove(Next, Next);
        ((JsonArray)order["refunds"]!).Add((JsonNode)new JsonObject
        {
            ["unique_request_id"] = id,
            ["amount"] = amount,
            ["status"] = "PENDING",
            ["ref"] = null,
            ["created"] = Time(book.Now),
            ["refund_type"] = "STANDARD",
            ["sent_to_gateway"] = false,
            ["error_code"] = null,
            ["error_message"] = "",
        });
        book.World.Shelf.Put("_refund", $"{Text(order, "_merchant")}/{id}", new()
        {
            ["order"] = Text(order, "order_id"),
            ["merchant"] = Text(order, "_merchant"),
            ["id"] = id,
            ["outcome"] = outcome,
            ["due"] = Time(book.Now + takes),
        });
        Count(order);
        return book.Save(order);
    }

    private static void Count(JsonObject order)
    {
        var done = List(order).Where(one => Text(one, "status") == "SUCCESS").Sum(one => Amount(one, "amount")!.Value);
        order["amount_refunded"] = done;
        order["refunded"] = done == Amount(order, "amount");
        order["maximum_eligible_refund_amount"] = Left(order);
    }

    public void Tick()
    {
        foreach (var (key, due) in book.World.Shelf.Entries("_refund").Where(one => book.IsOver(one.Value, "due")))
        {
            book.World.Shelf.Remove("_refund", key);
            End(book.Find(Text(due, "merchant")!, Text(due, "order"))!, Text(due, "id")!, Text(due, "outcome")!);
        }
    }

    private void End(JsonObject order, string id, string outcome)
    {
        var refund = List(order).Single(one => Text(one, "unique_request_id") == id);
        refund["status"] = outcome.ToUpperInvariant();
        refund["sent_to_gateway"] = true;
        if (outcome == "success")
            refund["ref"] = book.World.Ids.Next(12, letters: 10);
        if (outcome == "failure")
            (refund["error_code"], refund["error_message"]) = ("REFUND_FAILED", "The bank has refused the refund");
        Count(order);
        book.Save(order);
        book.Tell(outcome switch { "success" => "ORDER_REFUNDED", "failure" => "ORDER_REFUND_FAILED", _ => "REFUND_MANUAL_REVIEW_NEEDED" }, order);
    }
}
