using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Charges and refunds, and their lines in the balance.</summary>
internal sealed class Charges(StripeBook book)
{
    /// <summary>How long an authorization holds: seven days for a card that is not there.</summary>
    private static readonly TimeSpan hold = TimeSpan.FromDays(7);

    /// <summary>When a refund that is pending at first arrives, or is sent back.</summary>
    private static readonly TimeSpan refundTakes = TimeSpan.FromSeconds(5);

    /// <summary>A new charge of an intent: declined, authorized or captured.</summary>
    public JsonObject Charge(JsonObject intent, JsonObject method, StripeDecline? decline, bool capture, JsonNode? threeDSecure)
    {
        var made = book.New("charge", "ch", ["balance_transaction", "description", "shipping", "transfer_data", "receipt_url"]);
        made.Remove("source");
        made.Remove("refunds");
        Copy(intent, made, "amount", "currency", "customer", "description", "statement_descriptor", "statement_descriptor_suffix");
        made["payment_intent"] = Text(intent, "id");
        made["payment_method"] = Text(method, "id");
        made["metadata"] = intent["metadata"]!.DeepClone();
        made["billing_details"] = method["billing_details"]!.DeepClone();
        made["payment_method_details"] = new JsonObject { ["type"] = "card", ["card"] = CardDetails(made, (JsonObject)method["card"]!, threeDSecure) };
        made["status"] = decline is null ? "succeeded" : "failed";
        made["paid"] = decline is null;
        made["captured"] = false;
        made["failure_code"] = decline?.Code;
        made["failure_message"] = decline?.Message;
        made["outcome"] = Outcome(decline);
        book.Save(made);
        if (decline is not null)
            book.Tell("charge.failed", made);
        else if (capture)
            Capture(made, Whole(made, "amount"));
        if (decline is null)
            book.Tell("charge.succeeded", made);
        return made;
    }

    private JsonObject CardDetails(JsonObject charge, JsonObject card, JsonNode? threeDSecure)
    {
        var details = (JsonObject)charge["payment_method_details"]!["card"]!.DeepClone();
        Copy(card, details, "brand", "last4", "funding", "exp_month", "exp_year", "fingerprint", "country");
        details["network"] = card["brand"]!.DeepClone();
        details["amount_authorized"] = Whole(charge, "amount");
        details["capture_before"] = book.Now + (long)hold.TotalSeconds;
        details["installments"] = details["wallet"] = null;
        details["overcapture"]!["maximum_amount_capturable"] = Whole(charge, "amount");
        details["three_d_secure"] = threeDSecure?.DeepClone();
        details["network_transaction_id"] = book.World.Ids.NextUpper(15);
        return details;
    }

    private static JsonObject Outcome(StripeDecline? decline) => new()
    {
        ["network_status"] = decline is null ? "approved_by_network" : "declined_by_network",
        ["reason"] = decline?.DeclineCode,
        ["risk_level"] = "normal",
        ["risk_score"] = 12,
        ["seller_message"] = decline is null ? "Payment complete." : "The bank did not return any further details with this decline.",
        ["type"] = decline is null ? "authorized" : "issuer_declined",
    };

    /// <summary>Takes so much of the charge; the caller knows that it may.</summary>
    public void Capture(JsonObject charge, long amount)
    {
        charge["captured"] = true;
        charge["amount_captured"] = Whole(charge, "amount_captured") + amount;
        charge["balance_transaction"] = Line("charge", charge, amount, Fee(amount), $"{charge["id"]}");
        book.Save(charge);
    }

    // 2.9 % and 30 cents, as on Stripe's price list.
    private static long Fee(long amount) => ((amount * 29) + 500) / 1000 + 30;

    /// <summary>One line of the balance; its id.</summary>
    public string Line(string type, JsonObject source, long amount, long fee, string sourceId)
    {
        var made = book.New("balance_transaction", "txn", ["description"]);
        made.Remove("metadata");
        var wrong = book.World.Faults.Take(null, type, FaultKind.WrongSettlement) is not null ? 1 : 0;
        made["amount"] = amount - wrong;
        made["fee"] = fee;
        made["net"] = amount - wrong - fee;
        made["fee_details"] = fee == 0 ? [] : new JsonArray(new JsonObject
        {
            ["amount"] = fee,
            ["application"] = null,
            ["currency"] = source["currency"]!.DeepClone(),
            ["description"] = "Stripe processing fees",
            ["type"] = "stripe_fee",
        });
        made["currency"] = source["currency"]!.DeepClone();
        made["type"] = type;
        made["reporting_category"] = type switch { "adjustment" => "dispute", "stripe_fee" => "fee", _ => type };
        made["source"] = sourceId;
        made["status"] = "pending";
        made["available_on"] = book.Now + (2 * 86_400);
        book.Save(made);
        return Text(made, "id")!;
    }

    public Reply Get(Call call) => book.Find("charge", call["charge"]) is { } found ? new(200, found) : StripeErrors.Missing("charge", call["charge"]);

    public Reply List(Call call) => Page(call, "/v1/charges", book.List("charge").Where(one => Fits(call, one, "customer", "payment_intent")));

    public Reply Update(Call call)
    {
        if (book.Find("charge", call["charge"]) is not { } found)
            return StripeErrors.Missing("charge", call["charge"]);
        Annotate(found, call.Fields);
        Copy(call.Fields, found, "description");
        book.Save(found);
        book.Tell("charge.updated", found);
        return new(200, found);
    }

    public Reply Refund(Call call, Func<JsonObject, StripeCard> cardOf)
    {
        var (charge, refused) = ChargeOf(call.Fields);
        if (charge is null)
            return refused!;
        var left = Whole(charge, "amount_captured") - Whole(charge, "amount_refunded");
        var amount = Text(call.Fields, "amount") is { } asked ? long.Parse(asked) : left;
        if (!charge["captured"]!.GetValue<bool>())
            return StripeErrors.Invalid($"Charge {charge["id"]} has not been captured; cancel its PaymentIntent instead.", "charge_not_refundable", "charge");
        if (left == 0)
            return StripeErrors.Invalid($"Charge {charge["id"]} has already been refunded.", "charge_already_refunded");
        if (charge["disputed"]!.GetValue<bool>())
            return StripeErrors.Invalid($"Charge {charge["id"]} has been charged back; cannot issue a refund.", "charge_disputed");
        if (amount < 1 || amount > left)
            return StripeErrors.Invalid($"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", amount < 1 ? "parameter_invalid_integer" : "amount_too_large", "amount");
        return new(200, Refund(charge, amount, call.Fields, cardOf(book.Find("payment_method", Text(charge, "payment_method"))!).Refund));
    }

    private (JsonObject? Charge, Reply? Refused) ChargeOf(JsonObject fields)
    {
        var charge = Text(fields, "charge");
        if (Text(fields, "payment_intent") is { } id)
        {
            if (book.Find("payment_intent", id) is not { } intent)
                return (null, StripeErrors.Missing("payment_intent", id, "payment_intent"));
            if ((charge = Text(intent, "latest_charge")) is null)
                return (null, StripeErrors.Invalid("This PaymentIntent does not have a successful charge to refund.", "payment_intent_unexpected_state", "payment_intent"));
        }
        if (charge is null)
            return (null, StripeErrors.Invalid("One of the following params should be provided for this request: payment_intent or charge.", "parameter_missing"));
        return book.Find("charge", charge) is { } found ? (found, null) : (null, StripeErrors.Missing("charge", charge, "charge"));
    }

    private JsonObject Refund(JsonObject charge, long amount, JsonObject fields, CardRefund behaviour)
    {
        var made = book.New("refund", "re", ["reason"]);
        made["amount"] = amount;
        Copy(charge, made, "currency", "payment_intent");
        Copy(fields, made, "reason");
        Annotate(made, fields);
        made["charge"] = Text(charge, "id");
        made["status"] = behaviour == CardRefund.PendingFirst ? "pending" : "succeeded";
        made["balance_transaction"] = Line("refund", charge, -amount, 0, Text(made, "id")!);
        book.Save(made);
        charge["amount_refunded"] = Whole(charge, "amount_refunded") + amount;
        charge["refunded"] = Whole(charge, "amount_refunded") == Whole(charge, "amount_captured");
        book.Save(charge);
        book.Tell("refund.created", made);
        book.Tell("charge.refunded", charge);
        if (behaviour != CardRefund.AtOnce)
            book.World.Shelf.Put("_refund_due", Text(made, "id")!, new() { ["at"] = book.Now + (long)refundTakes.TotalSeconds, ["to"] = behaviour == CardRefund.PendingFirst ? "succeeded" : "failed" });
        return made;
    }

    public void FinishRefunds()
    {
        foreach (var refund in book.List("refund"))
        {
            var id = Text(refund, "id")!;
            if (book.World.Shelf.Find("_refund_due", id) is not { } due || Whole(due, "at") > book.Now)
                continue;
            book.World.Shelf.Remove("_refund_due", id);
            if (Text(due, "to") == "failed")
                Fail(refund);
            else
            {
                refund["status"] = "succeeded";
                book.Tell("refund.updated", book.Save(refund));
            }
        }
    }

    private void Fail(JsonObject refund)
    {
        var charge = book.Find("charge", Text(refund, "charge"))!;
        refund["status"] = "failed";
        refund["failure_reason"] = "expired_or_canceled_card";
        refund["failure_balance_transaction"] = TakeBack(refund, charge);
        book.Save(refund);
        book.Tell("refund.failed", refund);
        book.Tell("charge.refund.updated", refund);
    }

    private string TakeBack(JsonObject refund, JsonObject charge)
    {
        var amount = Whole(refund, "amount");
        charge["amount_refunded"] = Whole(charge, "amount_refunded") - amount;
        charge["refunded"] = false;
        book.Save(charge);
        return Line("refund_failure", charge, amount, 0, Text(refund, "id")!);
    }

    public Reply GetRefund(Call call) => book.Find("refund", call["refund"]) is { } found ? new(200, found) : StripeErrors.Missing("refund", call["refund"]);

    public Reply ListRefunds(Call call) => Page(call, "/v1/refunds", book.List("refund").Where(one => Fits(call, one, "charge", "payment_intent")));

    public Reply UpdateRefund(Call call)
    {
        if (book.Find("refund", call["refund"]) is not { } found)
            return StripeErrors.Missing("refund", call["refund"]);
        Annotate(found, call.Fields);
        book.Save(found);
        book.Tell("refund.updated", found);
        return new(200, found);
    }

    public Reply CancelRefund(Call call)
    {
        if (book.Find("refund", call["refund"]) is not { } found)
            return StripeErrors.Missing("refund", call["refund"]);
        if (Text(found, "status") is not ("pending" or "requires_action"))
            return StripeErrors.Invalid($"You cannot cancel a refund with the status {Text(found, "status")}.", "refund_not_cancelable");
        book.World.Shelf.Remove("_refund_due", call["refund"]);
        found["status"] = "canceled";
        found["failure_reason"] = "merchant_request";
        found["failure_balance_transaction"] = TakeBack(found, book.Find("charge", Text(found, "charge"))!);
        book.Save(found);
        book.Tell("refund.updated", found);
        return new(200, found);
    }
}
