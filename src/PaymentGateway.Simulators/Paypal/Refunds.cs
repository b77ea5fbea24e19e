using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>Refunds of captures. Money that came by electronic cheque goes back that way as well: the refund is pending first.</summary>
internal sealed class Refunds(PaypalBook book, PaypalErrors errors, Payments payments, Statement statement)
{
    public const string Kind = "refund";

    private static readonly TimeSpan timeLimit = TimeSpan.FromDays(180);
    private static readonly TimeSpan echeckTakes = TimeSpan.FromDays(3);

    public Reply Create(Call call)
    {
        if (book.Find(Payments.Captures, call["capture_id"]) is not { } capture)
            return errors.Missing(call["capture_id"]);
        var whole = PaypalMoney.Of(capture["amount"]);
        var left = whole.Minor - Refunded(capture);
        var (money, issue) = call.Fields["amount"] is { } asked ? PaypalMoney.Read(asked) : (whole.With(left), null);
        return issue is not null ? errors.Issue(issue, "/amount/value")
            : Refusal(capture, whole, money, left) is { } refused ? errors.Issue(refused)
            : Payments.Made(call, Make(capture, money, call.Fields));
    }

    private string? Refusal(JsonObject capture, PaypalMoney whole, PaypalMoney money, long left) => Text(capture, "status") switch
    {
        "PENDING" => "PENDING_CAPTURE",
        "DECLINED" or "FAILED" => "REFUND_NOT_ALLOWED",
        _ when left == 0 => "CAPTURE_FULLY_REFUNDED",
        _ when Time(Text(capture, "create_time"))!.Value + timeLimit < book.Now => "REFUND_TIME_LIMIT_EXCEEDED",
        _ when Yes(capture, "_charged_back") => "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
        _ when money.Currency != whole.Currency => "REFUND_CAPTURE_CURRENCY_MISMATCH",
        _ when money.Minor <= 0 => "CANNOT_BE_ZERO_OR_NEGATIVE",
        _ when money.Minor > left => "REFUND_AMOUNT_EXCEEDED",
        _ when Yes(capture, "_disputed") && money.Minor < left => "TRANSACTION_DISPUTED",
        _ => null,
    };

    private IEnumerable<JsonObject> Of(JsonObject capture) =>
        (capture["_refunds"] as JsonArray ?? []).Select(id => book.Find(Kind, id!.GetValue<string>())!);

    private long Refunded(JsonObject capture) =>
        Of(capture).Where(one => Text(one, "status") is "COMPLETED" or "PENDING").Sum(one => PaypalMoney.Of(one["amount"]).Minor);

    private JsonObject Make(JsonObject capture, PaypalMoney money, JsonObject fields)
    {
        var id = book.NewId();
        var made = new JsonObject
        {
            ["id"] = id,
            ["amount"] = money.ToJson(),
            ["status"] = Text(capture, "_funding") == "echeck" ? "PENDING" : "COMPLETED",
            ["create_time"] = Time(book.Now),
            ["links"] = new JsonArray(book.Link("self", $"/v2/payments/refunds/{id}"), book.Link("up", $"/v2/payments/captures/{Text(capture, "id")}")),
            ["_capture"] = capture["id"]!.DeepClone(),
            ["_order"] = capture["_order"]!.DeepClone(),
            ["_unit"] = capture["_unit"]!.DeepClone(),
            ["_kind"] = capture["_kind"]!.DeepClone(),
        };
        Copy(capture, made, "custom_id", "invoice_id");
        Copy(fields, made, "custom_id", "invoice_id", "note_to_payer");
        var ids = capture["_refunds"] as JsonArray ?? [];
        capture["_refunds"] = ids;
        ids.Add(id);
        book.Save(Kind, made);
        if (Text(made, "status") == "PENDING")
        {
            made["status_details"] = new JsonObject { ["reason"] = "ECHECK" };
            made["_due"] = Time(book.Now + echeckTakes);
        }
        Follow(capture);
        made["seller_payable_breakdown"] = Breakdown(money, Refunded(capture));
        book.Save(Kind, made);
        payments.AddLater(made, "refunds", id);
        if (Text(made, "status") == "COMPLETED")
            Completed(made, capture);
        return made;
    }

    // PayPal gives its fee back for no refund.
    private static JsonObject Breakdown(PaypalMoney money, long total) => new()
    {
        ["gross_amount"] = money.ToJson(),
        ["paypal_fee"] = money.With(0).ToJson(),
        ["net_amount"] = money.ToJson(),
        ["total_refunded_amount"] = money.With(total).ToJson(),
    };

    private void Follow(JsonObject capture)
    {
        var refunded = Refunded(capture);
        capture["status"] = refunded == 0 ? "COMPLETED" : refunded == PaypalMoney.Of(capture["amount"]).Minor ? "REFUNDED" : "PARTIALLY_REFUNDED";
        book.Save(Payments.Captures, capture);
    }

    private void Completed(JsonObject refund, JsonObject capture)
    {
        var money = PaypalMoney.Of(refund["amount"]);
        statement.Add(refund, "T1107", money.With(-money.Minor), 0, Text(capture, "id"));
        book.Tell("PAYMENT.CAPTURE.REFUNDED", Kind, "2.0", $"A {money} capture payment was refunded", Shown(refund));
    }

    public Reply Get(Call call) => book.Find(Kind, call["refund_id"]) is { } found ? new(200, Shown(found)) : errors.Missing(call["refund_id"]);

    public void Tick()
    {
        foreach (var refund in book.List(Kind).Where(one => Text(one, "status") == "PENDING" && book.IsDue(one, "_due")).ToList())
            Resolve(refund, "COMPLETED");
    }

    /// <summary>A pending refund is so no more: by its time, or by hand. False: it cannot become that.</summary>
    public bool Resolve(JsonObject refund, string status)
    {
        if (status is not ("COMPLETED" or "FAILED" or "CANCELLED"))
            return false;
        var capture = book.Find(Payments.Captures, Text(refund, "_capture"))!;
        refund["status"] = status;
        refund.Remove("status_details");
        book.Save(Kind, refund);
        Follow(capture);
        if (status == "COMPLETED")
            Completed(refund, capture);
        else
            book.Tell("PAYMENT.REFUND.FAILED", Kind, "2.0", "A refund failed", Shown(refund));
        return true;
    }
}
