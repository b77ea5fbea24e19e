using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Payouts to the seller's bank, and their entries.</summary>
internal sealed class Payouts(SquareBook book, SquareLists lists)
{
    public const string Arrives = "payout_arrives";

    private const string Kind = "payout";
    private const string Entry = "payout_entry";

    private static readonly TimeSpan bankTakes = TimeSpan.FromDays(1);

    /// <summary>By hand: pays out every entry that no payout has, one payout a location. <c>{ outcome?: "failed" }</c>.</summary>
    public Reply PayOut(JsonObject fields)
    {
        if (Text(fields, "outcome") is not (null or "paid" or "failed"))
            throw new ControlException("'outcome' must be paid or failed.");
        var made = book.List(Entries.Waiting).Reverse().GroupBy(one => Text(one, "location")!).ToList()
            .Select(group => PayOut(group.Key, [.. group.Select(one => (JsonObject)one["entry"]!)], Text(fields, "outcome") ?? "paid"))
            .OfType<JsonNode>();
        return new(200, new JsonObject { ["payouts"] = new JsonArray([.. made]) });
    }

    // What adds up to nothing waits for the next one: a payout is never zero.
    private JsonObject? PayOut(string location, List<JsonObject> lines, string outcome)
    {
        var net = lines.Sum(one => Amount(one, "net_amount_money"));
        if (net == 0)
            return null;
        var made = new JsonObject
        {
            ["id"] = $"po_{book.World.Ids.Next(26)}",
            ["status"] = "SENT",
            ["location_id"] = location,
            ["created_at"] = book.NowText,
            ["amount_money"] = Money(net, CurrencyOf(lines[0], "net_amount_money")!),
            ["destination"] = new JsonObject { ["type"] = "BANK_ACCOUNT", ["id"] = "bact:SimulatedBankAccount" },
            ["version"] = 1,
            ["type"] = "BATCH",
            ["arrival_date"] = book.Now.Add(bankTakes).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["end_to_end_id"] = $"L2100000{book.World.Ids.NextUpper(6)}",
        };
        foreach (var line in lines)
        {
            line["payout_id"] = Text(made, "id");
            book.Save(Entry, (JsonObject)line.DeepClone());
            book.World.Shelf.Remove(Entries.Waiting, Text(line, "id")!);
        }
        book.Tell("payout.sent", Kind, book.Update(Kind, made));
        book.World.Shelf.Put("_payout_end", Text(made, "id")!, new() { ["outcome"] = outcome });
        book.Later(bankTakes, Arrives, Text(made, "id")!);
        return (JsonObject)made.DeepClone();
    }

    public void Arrive(string id)
    {
        var payout = book.Find(Kind, id)!;
        var outcome = Text(book.Find("_payout_end", id)!, "outcome")!;
        payout["status"] = outcome.ToUpperInvariant();
        payout["version"] = 2;
        book.Tell($"payout.{outcome}", Kind, book.Update(Kind, payout));
    }

    public Reply Get(Call call) => With(call, found => new(200, new JsonObject { [Kind] = found }));

    public Reply List(Call call) => SquareLists.CheckTimes(call)
        ?? lists.Page(call, "payouts", book.List(Kind).Where(one => SquareLists.Fits(call, one, "location_id", "status")));

    public Reply ListEntries(Call call) => With(call, found =>
        lists.Page(call, "payout_entries", book.List(Entry).Where(one => Text(one, "payout_id") == Text(found, "id"))));

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["payout_id"]) is { } found ? work(found) : SquareErrors.NotFound("Payout", call["payout_id"], "payout_id");
}
