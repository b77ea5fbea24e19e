using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>The balance, its lines, and the payouts that settle them.</summary>
internal sealed class Payouts(StripeBook book)
{
    public Reply Balance()
    {
        var lines = book.List("balance_transaction").ToList();
        return new(200, new JsonObject
        {
            ["object"] = "balance",
            ["livemode"] = false,
            ["available"] = Sums(lines.Where(one => Text(one, "status") == "available")),
            ["pending"] = Sums(lines.Where(one => Text(one, "status") == "pending")),
        });
    }

    private static JsonArray Sums(IEnumerable<JsonObject> lines)
    {
        var sums = lines.GroupBy(one => Text(one, "currency")!).Select(group => (Currency: group.Key, Net: group.Sum(one => Whole(one, "net")))).ToList();
        if (sums.Count == 0)
            sums.Add(("usd", 0));
        return [.. sums.Select(one => (JsonNode)new JsonObject { ["amount"] = one.Net, ["currency"] = one.Currency, ["source_types"] = new JsonObject { ["card"] = one.Net } })];
    }

    public Reply ListLines(Call call)
    {
        var payout = call.Query["payout"]?.ToString();
        return Page(call, "/v1/balance_transactions", book.List("balance_transaction").Where(one =>
            Fits(call, one, "type", "source", "currency") && (payout is null || PayoutOf(one) == payout)));
    }

    private string? PayoutOf(JsonObject line) => Text(book.World.Shelf.Find("_paid_by", Text(line, "id")!) ?? [], "payout");

    public Reply GetLine(Call call) => book.Find("balance_transaction", call["id"]) is { } found
        ? new(200, found)
        : StripeErrors.Missing("balance_transaction", call["id"]);

    /// <summary>Pays out every line that no payout has, one payout a currency. By hand, since nobody waits two days for a test.</summary>
    public Reply PayOut()
    {
        var made = book.List("balance_transaction").Where(one => Text(one, "type") is not "payout" && PayoutOf(one) is null)
            .GroupBy(one => Text(one, "currency")!).ToList()
            .Select(group => (JsonNode)PayOut(group.Key, [.. group]));
        return new(200, new JsonObject { ["payouts"] = new JsonArray([.. made]) });
    }

    private JsonObject PayOut(string currency, List<JsonObject> lines)
    {
        var made = book.New("payout", "po", ["trace_id"]);
        made["amount"] = lines.Sum(one => Whole(one, "net"));
        made["currency"] = currency;
        made["status"] = "paid";
        made["reconciliation_status"] = "completed";
        made["arrival_date"] = book.Now;
        foreach (var line in lines)
        {
            line["status"] = "available";
            book.Save(line);
            book.World.Shelf.Put("_paid_by", Text(line, "id")!, new() { ["payout"] = Text(made, "id") });
        }
        made["balance_transaction"] = PayoutLine(made);
        book.Save(made);
        book.Tell("payout.created", made);
        book.Tell("payout.paid", made);
        book.Tell("payout.reconciliation_completed", made);
        return made;
    }

    private string PayoutLine(JsonObject payout)
    {
        var line = book.New("balance_transaction", "txn", ["description"]);
        line["amount"] = -Whole(payout, "amount");
        line["net"] = -Whole(payout, "amount");
        line["currency"] = Text(payout, "currency");
        line["type"] = "payout";
        line["reporting_category"] = "payout";
        line["source"] = Text(payout, "id");
        line["available_on"] = book.Now;
        book.Save(line);
        book.World.Shelf.Put("_paid_by", Text(line, "id")!, new() { ["payout"] = Text(payout, "id") });
        return Text(line, "id")!;
    }

    public Reply Get(Call call) => book.Find("payout", call["payout"]) is { } found ? new(200, found) : StripeErrors.Missing("payout", call["payout"]);

    public Reply List(Call call) => Page(call, "/v1/payouts", book.List("payout").Where(one => Fits(call, one, "status", "destination")));
}
