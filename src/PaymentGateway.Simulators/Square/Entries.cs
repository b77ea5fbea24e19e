using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>What moved the seller's balance: each becomes an entry of a payout.</summary>
internal sealed class Entries(SquareBook book)
{
    /// <summary>Entries that no payout has yet.</summary>
    public const string Waiting = "_entry";

    /// <summary>2.9 percent and 30 of the smallest units, as on Square's price list for payments on the web; none where there are no smaller units.</summary>
    public static long Fee(JsonObject payment)
    {
        var amount = Amount(payment, "total_money");
        return (((amount * 29) + 500) / 1000) + (CurrencyOf(payment, "total_money") == "JPY" ? 0 : 30);
    }

    public void Charge(JsonObject payment) =>
        Add("CHARGE", payment, Amount(payment, "total_money"), Fee(payment), "type_charge_details", new() { ["payment_id"] = Text(payment, "id") });

    /// <param name="amount">Negative when it leaves the balance, positive when a refund came back.</param>
    public void Refund(JsonObject payment, JsonObject refund, long amount) =>
        Add("REFUND", payment, amount, 0, "type_refund_details", new() { ["payment_id"] = Text(payment, "id"), ["refund_id"] = Text(refund, "id") });

    public void Dispute(JsonObject payment, JsonObject dispute, long amount) =>
        Add("DISPUTE", payment, amount, 0, "type_dispute_details", new() { ["payment_id"] = Text(payment, "id"), ["dispute_id"] = Text(dispute, "id") });

    private void Add(string type, JsonObject payment, long gross, long fee, string detailsName, JsonObject details)
    {
        var wrong = book.World.Faults.Take(null, type, FaultKind.WrongSettlement) is not null ? 1 : 0;
        var currency = CurrencyOf(payment, "total_money")!;
        var made = new JsonObject
        {
            ["id"] = $"poe_{book.World.Ids.Next(26)}",
            ["payout_id"] = "",
            ["effective_at"] = book.NowText,
            ["type"] = type,
            ["gross_amount_money"] = Money(gross - wrong, currency),
            ["fee_amount_money"] = Money(fee, currency),
            ["net_amount_money"] = Money(gross - wrong - fee, currency),
            [detailsName] = details,
        };
        book.World.Shelf.Put(Waiting, Text(made, "id")!, new() { ["location"] = Text(payment, "location_id"), ["entry"] = made });
    }
}
