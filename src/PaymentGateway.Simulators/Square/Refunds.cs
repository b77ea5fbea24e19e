using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Refunds: pending at first, then completed, rejected or failed.</summary>
internal sealed class Refunds(SquareBook book, SquareLists lists, Entries entries)
{
    public const string Kind = "refund";
    public const string Ends = "refund_ends";

    private const string Next = "_next_refund";
    private const int KeyMax = 45;

    private static readonly TimeSpan takes = TimeSpan.FromSeconds(5);

    /// <summary>By hand, since Square publishes no value for it: <c>{ outcome: "completed" | "failed" | "rejected" | "already_pending" }</c>.</summary>
    public Reply DecideNext(JsonObject fields)
    {
        var outcome = Text(fields, "outcome");
        if (outcome is not ("completed" or "failed" or "rejected" or "already_pending"))
            throw new ControlException("'outcome' must be completed, failed, rejected or already_pending.");
        book.World.Shelf.Put(Next, Next, new() { ["outcome"] = outcome });
        return new(200, new JsonObject { ["outcome"] = outcome });
    }

    public Reply Create(Call call)
    {
        var fields = call.Fields;
        if (Text(fields, "idempotency_key")!.Length > KeyMax)
            return SquareErrors.Invalid("VALUE_TOO_LONG", $"Field must not be greater than {KeyMax} in length.", "idempotency_key");
        if (Flag(fields, "unlinked", otherwise: false))
            return SquareErrors.Refund("INSUFFICIENT_PERMISSIONS_FOR_REFUND", "This seller may not refund without a payment.", "unlinked");
        if (Text(fields, "payment_id") is not { } id)
            return SquareErrors.Missing("payment_id");
        if (book.Find(Payments.Kind, id) is not { } payment)
            return SquareErrors.NotFound("Payment", id, "payment_id");
        if (Check(payment, fields) is { } refused)
            return refused;
        var next = Text(book.Find(Next, Next) ?? [], "outcome");
        book.World.Shelf.Remove(Next, Next);
        return next == "already_pending"
            ? SquareErrors.Refund("REFUND_ALREADY_PENDING", "A refund of this payment is still pending.", "payment_id")
            : new(200, new JsonObject { [Kind] = Refund(payment, fields, next ?? "completed", atOnce: next == "completed").DeepClone() });
    }

    private Reply? Check(JsonObject payment, JsonObject fields)
    {
        var left = Amount(payment, "total_money") - Amount(payment, "refunded_money");
        if (Text(payment, "status") == "APPROVED")
            return SquareErrors.Refund("REFUND_ERROR_PAYMENT_NEEDS_COMPLETION", "The payment is not completed; cancel it instead.", "payment_id");
        if (Text(payment, "status") != "COMPLETED")
            return SquareErrors.Refund("PAYMENT_NOT_REFUNDABLE", $"The payment is {Text(payment, "status")}.", "payment_id");
        if (book.Find(Disputes.Open, Text(payment, "id")) is not null)
            return SquareErrors.Refund("PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE", "The payment is disputed.", "payment_id");
        if (Text(fields, "payment_version_token") is { } token && token != Text(payment, "version_token"))
            return SquareErrors.Invalid("VERSION_MISMATCH", "The payment has changed since this version.", "payment_version_token");
        if (CurrencyOf(fields, "amount_money") != CurrencyOf(payment, "total_money"))
            return SquareErrors.Refund("REFUND_AMOUNT_INVALID", "The currency is not that of the payment.", "amount_money.currency");
        return Amount(fields, "amount_money") is var amount && (amount < 1 || amount > left)
            ? SquareErrors.Refund("REFUND_AMOUNT_INVALID", "The requested refund amount exceeds the amount available to refund.", "amount_money.amount")
            : null;
    }

    private JsonObject Refund(JsonObject payment, JsonObject fields, string outcome, bool atOnce)
    {
        var made = new JsonObject { ["id"] = $"{Text(payment, "id")}_{book.World.Ids.Next(27)}", ["status"] = "PENDING", ["created_at"] = book.NowText };
        Copy(payment, made, "location_id", "order_id");
        made["destination_type"] = Text(payment, "source_type");
        Copy(fields, made, "amount_money", "app_fee_money", "reason", "team_member_id");
        made["payment_id"] = Text(payment, "id");
        book.Tell("refund.created", Kind, book.Update(Kind, made));
        var ids = payment["refund_ids"] as JsonArray ?? [];
        payment["refund_ids"] = ids;
        ids.Add(Text(made, "id"));
        Change(payment, made, Amount(made, "amount_money"));
        book.World.Shelf.Put("_refund_end", Text(made, "id")!, new() { ["outcome"] = outcome });
        if (atOnce)
            End(Text(made, "id")!);
        else
            book.Later(takes, Ends, Text(made, "id")!);
        return book.Find(Kind, Text(made, "id"))!;
    }

    // What the balance and the payment show of a refund: with a minus, that it came back.
    private void Change(JsonObject payment, JsonObject refund, long amount)
    {
        payment["refunded_money"] = Money(Amount(payment, "refunded_money") + amount, CurrencyOf(payment, "total_money")!);
        payment["version_token"] = book.World.Ids.Next(40);
        book.Tell("payment.updated", Payments.Kind, book.Update(Payments.Kind, payment));
        entries.Refund(payment, refund, -amount);
    }

    public void End(string id)
    {
        var refund = book.Find(Kind, id)!;
        var outcome = Text(book.Find("_refund_end", id)!, "outcome");
        refund["status"] = outcome!.ToUpperInvariant();
        book.Tell("refund.updated", Kind, book.Update(Kind, refund));
        if (outcome != "completed")
            Change(book.Find(Payments.Kind, Text(refund, "payment_id"))!, refund, -Amount(refund, "amount_money"));
    }

    public Reply Get(Call call) => book.Find(Kind, call["refund_id"]) is { } found
        ? new(200, new JsonObject { [Kind] = found })
        : SquareErrors.NotFound("Refund", call["refund_id"], "refund_id");

    public Reply List(Call call) => SquareLists.CheckTimes(call)
        ?? lists.Page(call, "refunds", book.List(Kind).Where(one => SquareLists.Fits(call, one, "location_id", "status")
            && (Text(call.Query, "source_type") is not { } type || Text(one, "destination_type") == type)));
}
