using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Disputes and inquiries, evidence and its two magic words.</summary>
internal sealed class Disputes(StripeBook book, Charges charges)
{
    private const long Fee = 1500;
    private static readonly TimeSpan evidenceTime = TimeSpan.FromDays(8);

    public JsonObject Open(JsonObject charge, long amount, string reason, bool inquiry)
    {
        var made = book.New("dispute", "dp", []);
        made["amount"] = amount;
        Copy(charge, made, "currency", "payment_intent");
        made["charge"] = Text(charge, "id");
        made["reason"] = reason;
        made["status"] = inquiry ? "warning_needs_response" : "needs_response";
        made["is_charge_refundable"] = inquiry;
        made["payment_method_details"] = new JsonObject
        {
            ["type"] = "card",
            ["card"] = new JsonObject { ["brand"] = charge["payment_method_details"]!["card"]!["brand"]!.DeepClone(), ["case_type"] = inquiry ? "inquiry" : "chargeback", ["network_reason_code"] = "10.4" },
        };
        made["evidence_details"]!["due_by"] = book.Now + (long)evidenceTime.TotalSeconds;
        if (!inquiry)
            Withdraw(made, charge);
        book.Save(made);
        book.Tell("charge.dispute.created", made);
        if (!inquiry)
            book.Tell("charge.dispute.funds_withdrawn", made);
        return made;
    }

    private void Withdraw(JsonObject dispute, JsonObject charge)
    {
        charge["disputed"] = true;
        book.Save(charge);
        AddLine(dispute, -Whole(dispute, "amount"), Fee);
    }

    private void AddLine(JsonObject dispute, long amount, long fee)
    {
        var line = charges.Line("adjustment", dispute, amount, fee, Text(dispute, "id")!);
        ((JsonArray)dispute["balance_transactions"]!).Add(book.Find("balance_transaction", line));
    }

    /// <summary>By hand: <c>{ charge, amount?, reason?, inquiry? }</c>.</summary>
    public Reply OpenByHand(JsonObject fields)
    {
        if (book.Find("charge", Text(fields, "charge")) is not { } charge || !charge["captured"]!.GetValue<bool>())
            throw new ControlException("'charge' must be the id of a captured charge.");
        var amount = fields["amount"] is JsonValue asked && asked.TryGetValue<long>(out var read) ? read : Whole(charge, "amount_captured");
        if (amount < 1 || amount > Whole(charge, "amount_captured"))
            throw new ControlException("'amount' must be from 1 to what was captured.");
        return new(200, Open(charge, amount, Text(fields, "reason") ?? "fraudulent", fields["inquiry"] is JsonValue inquiry && inquiry.TryGetValue<bool>(out var only) && only));
    }

    public Reply Get(Call call) => With(call, found => new(200, found));

    public Reply List(Call call) => Page(call, "/v1/disputes", book.List("dispute").Where(one => Fits(call, one, "charge", "payment_intent")));

    public Reply Update(Call call) => With(call, found =>
    {
        if (Text(found, "status") is not ("needs_response" or "warning_needs_response"))
            return StripeErrors.Invalid($"This dispute is {Text(found, "status")}: evidence is not taken any more.", "dispute_evidence_closed");
        var evidence = (JsonObject)found["evidence"]!;
        foreach (var (name, value) in call.Fields["evidence"] as JsonObject ?? [])
            evidence[name] = value?.DeepClone();
        Annotate(found, call.Fields);
        found["evidence_details"]!["has_evidence"] = evidence.Any(one => one.Value is JsonValue);
        if (Text(call.Fields, "submit") is "false" || call.Fields["evidence"] is null)
        {
            book.Tell("charge.dispute.updated", book.Save(found));
            return new(200, found);
        }
        return new(200, Submit(found, Text(evidence, "uncategorized_text")));
    });

    private JsonObject Submit(JsonObject dispute, string? words)
    {
        dispute["evidence_details"]!["submission_count"] = 1;
        dispute["status"] = Text(dispute, "status") == "needs_response" ? "under_review" : "warning_under_review";
        book.Tell("charge.dispute.updated", book.Save(dispute));
        if (words is "winning_evidence" or "losing_evidence")
            End(dispute, words == "winning_evidence");
        return dispute;
    }

    private void End(JsonObject dispute, bool won)
    {
        var inquiry = Text(dispute, "status")!.StartsWith("warning", StringComparison.Ordinal);
        dispute["status"] = inquiry ? "warning_closed" : won ? "won" : "lost";
        if (won && !inquiry)
        {
            AddLine(dispute, Whole(dispute, "amount"), -Fee);
            book.Tell("charge.dispute.funds_reinstated", dispute);
        }
        book.Save(dispute);
        book.Tell("charge.dispute.closed", dispute);
    }

    public Reply Close(Call call) => With(call, found =>
    {
        if (Text(found, "status") is "won" or "lost" or "warning_closed")
            return StripeErrors.Invalid($"This dispute is already closed: {Text(found, "status")}.", "dispute_closed");
        End(found, won: false);
        return new(200, found);
    });

    /// <summary>Who does not answer in time has lost.</summary>
    public void Expire()
    {
        foreach (var late in book.List("dispute").Where(one => Text(one, "status") is "needs_response" or "warning_needs_response"))
        {
            if (Whole((JsonObject)late["evidence_details"]!, "due_by") > book.Now)
                continue;
            late["evidence_details"]!["past_due"] = true;
            End(late, won: false);
        }
    }

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find("dispute", call["dispute"]) is { } found ? work(found) : StripeErrors.Missing("dispute", call["dispute"]);
}
