using System.Globalization;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// Disputes v1: inquiries and chargebacks, evidence, acceptance, and the judge that the sandbox lets everybody play. A chargeback takes
/// the money at once, an inquiry when it is lost.
/// </summary>
internal sealed class Disputes(PaypalBook book, PaypalErrors errors, Statement statement)
{
    private const string Kind = "dispute";
    private static readonly TimeSpan answerTime = TimeSpan.FromDays(10);

    /// <summary>By hand: <c>{ capture, amount?, reason?, stage? }</c>.</summary>
    public Reply OpenByHand(JsonObject fields)
    {
        if (book.Find(Payments.Captures, Text(fields, "capture")) is not { } capture || Text(capture, "status") is not ("COMPLETED" or "PARTIALLY_REFUNDED"))
            throw new ControlException("'capture' must be the id of a completed capture.");
        var whole = PaypalMoney.Of(capture["amount"]);
        var (money, issue) = Text(fields, "amount") is { } asked
            ? PaypalMoney.Read(new JsonObject { ["currency_code"] = whole.Currency, ["value"] = asked })
            : (whole, null);
        if (issue is not null || money.Minor < 1 || money.Minor > whole.Minor)
            throw new ControlException("'amount' must be a text such as \"5.00\", from the smallest unit to what was captured.");
        if (Text(fields, "stage") is not (null or "INQUIRY" or "CHARGEBACK"))
            throw new ControlException("'stage' must be INQUIRY or CHARGEBACK.");
        return new(200, Shown(Open(capture, money, Text(fields, "reason") ?? "UNAUTHORISED", Text(fields, "stage") ?? "CHARGEBACK")));
    }

    private JsonObject Open(JsonObject capture, PaypalMoney money, string reason, string stage)
    {
        var id = $"PP-D-{book.World.Ids.Next(8, letters: 10)}";
        var made = new JsonObject
        {
            ["id"] = id,
            ["dispute_id"] = id,
            ["create_time"] = Time(book.Now),
            ["disputed_transactions"] = new JsonArray(Disputed(capture)),
            ["reason"] = reason,
            ["dispute_amount"] = money.ToJson(),
            ["dispute_life_cycle_stage"] = stage,
            ["dispute_channel"] = stage == "INQUIRY" ? "INTERNAL" : "EXTERNAL",
            ["_capture"] = capture["id"]!.DeepClone(),
            ["_order"] = capture["_order"]!.DeepClone(),
        };
        Ask(made);
        capture["_disputed"] = true;
        if (stage == "CHARGEBACK")
            Take(made, capture, money);
        book.Save(Payments.Captures, capture);
        book.Save(Kind, made);
        Tell("CUSTOMER.DISPUTE.CREATED", "A new dispute opened", made);
        return made;
    }

    private static JsonObject Disputed(JsonObject capture)
    {
        var disputed = new JsonObject
        {
            ["seller_transaction_id"] = capture["id"]!.DeepClone(),
            ["create_time"] = capture["create_time"]!.DeepClone(),
            ["transaction_status"] = "COMPLETED",
            ["gross_amount"] = capture["amount"]!.DeepClone(),
            ["seller"] = new JsonObject { ["email"] = "merchant@example.com", ["merchant_id"] = Accounts.Merchant },
        };
        if (Text(capture, "custom_id") is { } custom)
            disputed["custom"] = custom;
        return disputed;
    }

    // The seller has to answer now.
    private void Ask(JsonObject dispute)
    {
        dispute["status"] = "WAITING_FOR_SELLER_RESPONSE";
        dispute["dispute_state"] = Text(dispute, "dispute_life_cycle_stage") == "INQUIRY" ? "OPEN_INQUIRIES" : "REQUIRED_ACTION";
        dispute["seller_response_due_date"] = Time(book.Now + answerTime);
        dispute["allowed_response_options"] = new JsonObject { ["accept_claim"] = new JsonObject { ["accept_claim_types"] = new JsonArray("REFUND") } };
    }

    private void Take(JsonObject dispute, JsonObject capture, PaypalMoney money)
    {
        dispute["_taken"] = true;
        capture["_charged_back"] = true;
        Move(dispute, money, "DEBIT");
        statement.Add(new() { ["id"] = book.NewId() }, "T1201", money.With(-money.Minor), 0, Text(capture, "id"));
    }

    private void Move(JsonObject dispute, PaypalMoney money, string type)
    {
        var movements = dispute["money_movements"] as JsonArray ?? [];
        dispute["money_movements"] = movements;
        movements.Add(new JsonObject { ["affected_party"] = "SELLER", ["amount"] = money.ToJson(), ["initiated_time"] = Time(book.Now), ["type"] = type });
    }

    private void Tell(string type, string summary, JsonObject dispute) => book.Tell(type, Kind, "1.0", summary, Shown(dispute));

    private JsonObject Shown(JsonObject dispute)
    {
        var shown = PaypalBook.Shown(dispute);
        shown.Remove("id");
        shown["links"] = Links(dispute);
        return shown;
    }

    private JsonArray Links(JsonObject dispute)
    {
        var path = $"/v1/customer/disputes/{Text(dispute, "id")}";
        var links = new JsonArray(book.Link("self", path));
        if (Text(dispute, "status") == "WAITING_FOR_SELLER_RESPONSE")
        {
            links.Add(book.Link("accept_claim", $"{path}/accept-claim", "POST"));
            links.Add(book.Link("provide_evidence", $"{path}/provide-evidence", "POST"));
        }
        return links;
    }

    private Reply With(Call call, Func<JsonObject, Reply> work) => book.Find(Kind, call["id"]) is { } found ? work(found) : errors.Missing(call["id"]);

    public Reply Get(Call call) => With(call, found => new(200, Shown(found)));

    public Reply List(Call call)
    {
        var size = int.TryParse(call.Query["page_size"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 50) : 10;
        var all = book.List(Kind).Where(one => Fits(call, one)).ToList();
        if (call.Query["next_page_token"]?.ToString() is { } after)
            all = [.. all.SkipWhile(one => Text(one, "id") != after).Skip(1)];
        var page = all.Take(size).ToList();
        var answer = new JsonObject { ["links"] = new JsonArray(book.Link("self", call.Path)) };
        if (page.Count > 0)
            answer["items"] = new JsonArray([.. page.Select(Summary)]);
        if (all.Count > size)
            ((JsonArray)answer["links"]!).Add(book.Link("next", $"{call.Path}?page_size={size}&next_page_token={Text(page[^1], "id")}"));
        return new(200, answer);
    }

    private static bool Fits(Call call, JsonObject dispute) =>
        (call.Query["dispute_state"]?.ToString() is not { } state || state.Split(',').Contains(Text(dispute, "dispute_state")))
        && (call.Query["disputed_transaction_id"]?.ToString() is not { } id || id == Text(dispute, "_capture"))
        && (Time(call.Query["start_time"]?.ToString()) is not { } start || Time(Text(dispute, "create_time")) >= start)
        && (Time(call.Query["update_time_after"]?.ToString()) is not { } after || Time(Text(dispute, "update_time")) >= after)
        && (Time(call.Query["update_time_before"]?.ToString()) is not { } before || Time(Text(dispute, "update_time")) <= before);

    private JsonNode Summary(JsonObject dispute)
    {
        var summary = new JsonObject();
        Copy(dispute, summary, "dispute_id", "create_time", "update_time", "reason", "status", "dispute_state", "dispute_amount", "dispute_life_cycle_stage",
            "dispute_channel", "seller_response_due_date");
        summary["links"] = new JsonArray(book.Link("self", $"/v1/customer/disputes/{Text(dispute, "id")}"));
        return summary;
    }

    public Reply ProvideEvidence(Call call) => With(call, found =>
    {
        if (Text(found, "status") != "WAITING_FOR_SELLER_RESPONSE")
            return errors.Issue("INVALID_DISPUTE_STATE");
        var given = call.Fields["input"] as JsonObject ?? call.Fields;
        if (given["evidences"] is not JsonArray { Count: > 0 } evidences)
            return errors.Issue("MISSING_REQUIRED_PARAMETER", "/evidences");
        found["evidences"] = evidences.DeepClone();
        found["_files"] = new JsonArray([.. call.Fields.Where(one => one.Key != "input").Select(one => (JsonNode?)one.Value?.ToString())]);
        Review(found);
        return Done(found);
    });

    private void Review(JsonObject dispute)
    {
        dispute["status"] = "UNDER_REVIEW";
        dispute["dispute_state"] = "UNDER_PAYPAL_REVIEW";
        dispute.Remove("seller_response_due_date");
        dispute.Remove("allowed_response_options");
        Tell("CUSTOMER.DISPUTE.UPDATED", "A dispute is updated", book.Save(Kind, dispute));
    }

    private Reply Done(JsonObject dispute) => new(200, new JsonObject { ["links"] = new JsonArray(book.Link("self", $"/v1/customer/disputes/{Text(dispute, "id")}")) });

    public Reply AcceptClaim(Call call) => With(call, found =>
    {
        if (Text(found, "status") != "WAITING_FOR_SELLER_RESPONSE")
            return errors.Issue("INVALID_DISPUTE_STATE");
        Resolve(found, "ACCEPTED", lost: true);
        return Done(found);
    });

    public Reply Adjudicate(Call call) => With(call, found =>
    {
        if (Text(found, "status") != "UNDER_REVIEW")
            return errors.Issue("INVALID_DISPUTE_STATE");
        var buyer = Text(call.Fields, "adjudication_outcome") == "BUYER_FAVOR";
        Resolve(found, buyer ? "RESOLVED_BUYER_FAVOUR" : "RESOLVED_SELLER_FAVOUR", lost: buyer);
        return Done(found);
    });

    public Reply RequireEvidence(Call call) => With(call, found =>
    {
        if (Text(found, "status") is "RESOLVED")
            return errors.Issue("INVALID_DISPUTE_STATE");
        if (Text(call.Fields, "action") == "SELLER_EVIDENCE")
            Ask(found);
        else
        {
            found["status"] = "WAITING_FOR_BUYER_RESPONSE";
            found["dispute_state"] = "REQUIRED_OTHER_PARTY_ACTION";
        }
        Tell("CUSTOMER.DISPUTE.UPDATED", "A dispute is updated", book.Save(Kind, found));
        return Done(found);
    });

    private void Resolve(JsonObject dispute, string outcome, bool lost)
    {
        var capture = book.Find(Payments.Captures, Text(dispute, "_capture"))!;
        var money = PaypalMoney.Of(dispute["dispute_amount"]);
        if (lost && !Yes(dispute, "_taken"))
            Take(dispute, capture, money);
        if (!lost && Yes(dispute, "_taken"))
        {
            capture["_charged_back"] = false;
            Move(dispute, money, "CREDIT");
            statement.Add(new() { ["id"] = book.NewId() }, "T1202", money, 0, Text(capture, "id"));
        }
        capture["_disputed"] = false;
        book.Save(Payments.Captures, capture);
        dispute["status"] = "RESOLVED";
        dispute["dispute_state"] = "RESOLVED";
        dispute.Remove("seller_response_due_date");
        dispute.Remove("allowed_response_options");
        dispute["dispute_outcome"] = new JsonObject { ["outcome_code"] = outcome, ["amount_refunded"] = money.With(lost ? money.Minor : 0).ToJson() };
        Tell("CUSTOMER.DISPUTE.RESOLVED", "A dispute was resolved", book.Save(Kind, dispute));
    }

    /// <summary>By hand: <c>{ dispute }</c>: the buyer takes it back.</summary>
    public Reply CancelByHand(JsonObject fields)
    {
        if (book.Find(Kind, Text(fields, "dispute")) is not { } found || Text(found, "status") == "RESOLVED")
            throw new ControlException("'dispute' must be the id of an open dispute.");
        Resolve(found, "CANCELED_BY_BUYER", lost: false);
        return new(200, Shown(found));
    }

    /// <summary>Who does not answer in time has lost.</summary>
    public void Tick()
    {
        foreach (var late in book.List(Kind).Where(one => Text(one, "status") == "WAITING_FOR_SELLER_RESPONSE" && book.IsDue(one, "seller_response_due_date")).ToList())
            Resolve(late, "RESOLVED_BUYER_FAVOUR", lost: true);
    }
}
