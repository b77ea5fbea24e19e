using System.Globalization;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>Payments v2: authorizations and captures.</summary>
internal sealed class Payments(PaypalBook book, PaypalErrors errors, Statement statement)
{
    public const string Authorizations = "authorization";
    public const string Captures = "capture";

    private const int CapturesMax = 10;
    private static readonly TimeSpan honoured = TimeSpan.FromDays(3);
    private static readonly TimeSpan valid = TimeSpan.FromDays(29);
    private static readonly TimeSpan reviewTakes = TimeSpan.FromDays(1);
    private static readonly TimeSpan echeckTakes = TimeSpan.FromDays(4);

    /// <summary>How long a repeat with the same PayPal-Request-Id is answered as the first.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(45);

    /// <summary>What was done for one purchase unit, as an order shows it.</summary>
    public JsonObject Of(JsonObject order, string unit)
    {
        var made = new JsonObject();
        foreach (var (list, kind) in new[] { ("authorizations", Authorizations), ("captures", Captures), ("refunds", Refunds.Kind) })
        {
            if (order["_payments"]?[unit]?[list] is JsonArray { Count: > 0 } ids)
                made[list] = new JsonArray([.. ids.Select(id => Shown(book.Find(kind, id!.GetValue<string>())!))]);
        }
        return made;
    }

    /// <summary>Notes in the order what was done for it.</summary>
    private static void Add(JsonObject order, string unit, string list, string id)
    {
        var all = (JsonObject)order["_payments"]!;
        var mine = all[unit] as JsonObject ?? [];
        all[unit] = mine;
        var ids = mine[list] as JsonArray ?? [];
        mine[list] = ids;
        ids.Add(id);
    }

    /// <summary>The same for an order that is on the shelf.</summary>
    public void AddLater(JsonObject of, string list, string id)
    {
        if (book.Find("order", Text(of, "_order")) is not { } order)
            return;
        Add(order, Text(of, "_unit")!, list, id);
        book.Save("order", order);
    }

    public bool IsInvoiceUsed(string invoice, string order) => book.List(Captures).Any(one =>
        Text(one, "invoice_id") == invoice && Text(one, "_order") != order && Text(one, "status") is not ("DECLINED" or "FAILED"));

    public void Authorize(JsonObject order, JsonObject unit, JsonObject instrument)
    {
        var made = New(order, unit, instrument, PaypalMoney.Of(unit["amount"]));
        var refusal = Text(instrument, "refusal");
        made["status"] = refusal is not null ? "DENIED" : Text(instrument, "funding") == "review" ? "PENDING" : "CREATED";
        if (Text(made, "status") == "PENDING")
        {
            made["status_details"] = new JsonObject { ["reason"] = "PENDING_REVIEW" };
            made["_due"] = Time(book.Now + reviewTakes);
        }
        if (refusal is null)
            made["expiration_time"] = Time(book.Now + valid);
        made["links"] = AuthorizationLinks(made);
        book.Save(Authorizations, made);
        Add(order, Text(unit, "reference_id")!, "authorizations", Text(made, "id")!);
        if (refusal is null)
            Authorized(made);
    }

    private void Authorized(JsonObject made)
    {
        statement.Add(made, "T1300", PaypalMoney.Of(made["amount"]), 0);
        Tell("PAYMENT.AUTHORIZATION.CREATED", Authorizations, "An authorization was created", made);
    }

    private void Tell(string type, string kind, string summary, JsonObject resource) => book.Tell(type, kind, "2.0", summary, Shown(resource));

    private JsonObject New(JsonObject order, JsonObject unit, JsonObject instrument, PaypalMoney money)
    {
        var made = new JsonObject
        {
            ["id"] = book.NewId(),
            ["amount"] = money.ToJson(),
            ["create_time"] = Time(book.Now),
            ["supplementary_data"] = new JsonObject { ["related_ids"] = new JsonObject { ["order_id"] = order["id"]!.DeepClone() } },
            ["_order"] = order["id"]!.DeepClone(),
            ["_unit"] = unit["reference_id"]!.DeepClone(),
            ["_kind"] = instrument["kind"]!.DeepClone(),
            ["_funding"] = instrument["funding"]?.DeepClone(),
            ["_brand"] = instrument["brand"]?.DeepClone(),
        };
        Copy(unit, made, "custom_id", "invoice_id");
        made["seller_protection"] = Text(instrument, "kind") == "paypal"
            ? new JsonObject { ["status"] = "ELIGIBLE", ["dispute_categories"] = new JsonArray("ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION") }
            : new JsonObject { ["status"] = "NOT_ELIGIBLE" };
        if (Text(instrument, "kind") == "card")
        {
            made["processor_response"] = BankAnswer(Text(instrument, "refusal"));
            made["network_transaction_reference"] = NetworkReference(Text(instrument, "brand"));
        }
        return made;
    }

    /// <summary>Each transaction has its own, a capture of an authorization too.</summary>
    private JsonObject NetworkReference(string? brand) => new()
    {
        ["id"] = book.World.Ids.NextUpper(15),
        ["date"] = book.Now.ToString("MMdd", CultureInfo.InvariantCulture),
        ["network"] = brand ?? "VISA",
    };

    private static JsonObject BankAnswer(string? refusal) => refusal is null
        ? new() { ["avs_code"] = "A", ["cvv_code"] = "M", ["response_code"] = "0000" }
        : new() { ["avs_code"] = "G", ["cvv_code"] = "P", ["response_code"] = refusal };

    /// <summary>An order of intent CAPTURE.</summary>
    public void CaptureAtOnce(JsonObject order, JsonObject unit, JsonObject instrument)
    {
        var made = New(order, unit, instrument, PaypalMoney.Of(unit["amount"]));
        made["final_capture"] = true;
        Settle(made, Text(instrument, "refusal"));
        Add(order, Text(unit, "reference_id")!, "captures", Text(made, "id")!);
    }

    private void Settle(JsonObject capture, string? refusal)
    {
        var echeck = Text(capture, "_funding") == "echeck";
        capture["status"] = refusal is not null ? "DECLINED" : echeck ? "PENDING" : "COMPLETED";
        if (echeck && refusal is null)
        {
            capture["status_details"] = new JsonObject { ["reason"] = "ECHECK" };
            capture["_due"] = Time(book.Now + echeckTakes);
        }
        capture["links"] = CaptureLinks(capture);
        if (Text(capture, "status") == "COMPLETED")
            Completed(capture);
        else
        {
            book.Save(Captures, capture);
            Tell(refusal is null ? "PAYMENT.CAPTURE.PENDING" : "PAYMENT.CAPTURE.DECLINED", Captures, $"The payment is {(refusal is null ? "pending" : "declined")}", capture);
        }
    }

    private void Completed(JsonObject capture)
    {
        var money = PaypalMoney.Of(capture["amount"]);
        capture["status"] = "COMPLETED";
        capture.Remove("status_details");
        capture.Remove("_due");
        capture["seller_receivable_breakdown"] = new JsonObject
        {
            ["gross_amount"] = money.ToJson(),
            ["paypal_fee"] = money.Fee.ToJson(),
            ["net_amount"] = money.With(money.Minor - money.Fee.Minor).ToJson(),
        };
        book.Save(Captures, capture);
        statement.Add(capture, Text(capture, "_kind") == "card" ? "T0005" : "T0006", money, money.Fee.Minor);
        Tell("PAYMENT.CAPTURE.COMPLETED", Captures, $"Payment completed for {money}", capture);
    }

    private JsonArray AuthorizationLinks(JsonObject made)
    {
        var path = $"/v2/payments/authorizations/{Text(made, "id")}";
        return
        [
            book.Link("self", path), book.Link("capture", $"{path}/capture", "POST"), book.Link("void", $"{path}/void", "POST"),
            book.Link("reauthorize", $"{path}/reauthorize", "POST"), book.Link("up", $"/v2/checkout/orders/{Text(made, "_order")}"),
        ];
    }

    private JsonArray CaptureLinks(JsonObject made)
    {
        var path = $"/v2/payments/captures/{Text(made, "id")}";
        return
        [
            book.Link("self", path), book.Link("refund", $"{path}/refund", "POST"),
            book.Link("up", Text(made, "_authorization") is { } held ? $"/v2/payments/authorizations/{held}" : $"/v2/checkout/orders/{Text(made, "_order")}"),
        ];
    }

    public Reply GetAuthorization(Call call) => WithAuthorization(call, found => new(200, Shown(found)));

    public Reply GetCapture(Call call) =>
        book.Find(Captures, call["capture_id"]) is { } found ? new(200, Shown(found)) : errors.Missing(call["capture_id"]);

    private Reply WithAuthorization(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Authorizations, call["authorization_id"]) is { } found ? work(found) : errors.Missing(call["authorization_id"]);

    public Reply CaptureHeld(Call call) => WithAuthorization(call, held =>
    {
        var whole = PaypalMoney.Of(held["amount"]);
        var left = whole.Minor - Captured(held);
        var (money, issue) = call.Fields["amount"] is { } asked ? PaypalMoney.Read(asked) : (whole.With(left), null);
        if (issue is not null)
            return errors.Issue(issue, "/amount/value");
        if (NotCapturable(held) is { } why)
            return errors.Issue(why);
        if (money.Currency != whole.Currency)
            return errors.Issue("AUTH_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code");
        if (money.Minor <= 0)
            return errors.Issue("CANNOT_BE_ZERO_OR_NEGATIVE", "/amount/value");
        if (money.Minor > left)
            return errors.Issue("MAX_CAPTURE_AMOUNT_EXCEEDED", "/amount/value");
        return Made(call, CaptureHeld(held, money, call.Fields, isLast: money.Minor == left));
    });

    private string? NotCapturable(JsonObject held) => Text(held, "status") switch
    {
        "VOIDED" => Yes(held, "_expired") ? "AUTHORIZATION_EXPIRED" : "AUTHORIZATION_VOIDED",
        "DENIED" => "AUTHORIZATION_DENIED",
        "CAPTURED" => "AUTHORIZATION_ALREADY_CAPTURED",
        "PENDING" => "TRANSACTION_REFUSED",
        _ when Of(held).Count() >= CapturesMax => "MAX_CAPTURE_COUNT_EXCEEDED",
        _ => null,
    };

    private IEnumerable<JsonObject> Of(JsonObject held) =>
        (held["_captures"] as JsonArray ?? []).Select(id => book.Find(Captures, id!.GetValue<string>())!);

    private long Captured(JsonObject held) =>
        Of(held).Where(one => Text(one, "status") is not ("DECLINED" or "FAILED")).Sum(one => PaypalMoney.Of(one["amount"]).Minor);

    private JsonObject CaptureHeld(JsonObject held, PaypalMoney money, JsonObject fields, bool isLast)
    {
        var order = book.Find("order", Text(held, "_order"))!;
        var unit = ((JsonArray)order["purchase_units"]!).OfType<JsonObject>().Single(one => Text(one, "reference_id") == Text(held, "_unit"));
        var made = New(order, unit, new() { ["kind"] = held["_kind"]!.DeepClone(), ["funding"] = held["_funding"]?.DeepClone(), ["brand"] = held["_brand"]?.DeepClone() }, money);
        Copy(fields, made, "invoice_id");
        var isFinal = Yes(fields, "final_capture");
        made["final_capture"] = isFinal;
        made["_authorization"] = held["id"]!.DeepClone();
        ((JsonObject)made["supplementary_data"]!["related_ids"]!)["authorization_id"] = held["id"]!.DeepClone();
        Settle(made, null);
        AddLater(made, "captures", Text(made, "id")!);
        var captures = held["_captures"] as JsonArray ?? [];
        held["_captures"] = captures;
        captures.Add(Text(made, "id"));
        held["status"] = isFinal || isLast ? "CAPTURED" : "PARTIALLY_CAPTURED";
        book.Save(Authorizations, held);
        return made;
    }

    /// <summary>Only what happened, unless the caller prefers the whole.</summary>
    public static Reply Made(Call call, JsonObject made) => new(201, Represented(call, made)) { KeepFor = KeptFor };

    private static JsonObject Represented(Call call, JsonObject made)
    {
        var whole = Shown(made);
        return call.Header("Prefer") == "return=representation"
            ? whole
            : new() { ["id"] = whole["id"]!.DeepClone(), ["status"] = whole["status"]!.DeepClone(), ["links"] = whole["links"]!.DeepClone() };
    }

    public Reply Repeated(Call call, Reply first) => Text(first.Json, "id") switch
    {
        { } id when (book.Find(Captures, id) ?? book.Find(Refunds.Kind, id) ?? book.Find(Authorizations, id)) is { } now => new(first.Status, Represented(call, now)),
        _ => first,
    };

    public Reply Void(Call call) => WithAuthorization(call, held =>
    {
        if (Text(held, "status") is not ("CREATED" or "PENDING" or "PARTIALLY_CAPTURED"))
            return errors.Issue(Text(held, "status") switch { "VOIDED" => "PREVIOUSLY_VOIDED", "CAPTURED" => "PREVIOUSLY_CAPTURED", _ => "CANNOT_BE_VOIDED" });
        Void(held, expired: false);
        return call.Header("Prefer") == "return=representation" ? new(200, Shown(held)) : new(204);
    });

    private void Void(JsonObject held, bool expired)
    {
        held["status"] = "VOIDED";
        held["_expired"] = expired;
        held.Remove("status_details");
        held.Remove("_due");
        book.Save(Authorizations, held);
        statement.Add(held, "T1302", PaypalMoney.Of(held["amount"]), 0);
        Tell("PAYMENT.AUTHORIZATION.VOIDED", Authorizations, "An authorization was voided", held);
    }

    public Reply Reauthorize(Call call) => WithAuthorization(call, held =>
    {
        var whole = PaypalMoney.Of(held["amount"]);
        var (money, issue) = call.Fields["amount"] is { } asked ? PaypalMoney.Read(asked) : (whole, null);
        if (issue is not null)
            return errors.Issue(issue, "/amount/value");
        if (Text(held, "status") != "CREATED" || Yes(held, "_again"))
            return errors.Issue(Text(held, "status") switch { "VOIDED" => "AUTHORIZATION_VOIDED", "CREATED" => "REAUTHORIZATION_NOT_SUPPORTED", _ => "AUTHORIZATION_ALREADY_CAPTURED" });
        if (Time(Text(held, "create_time"))!.Value + honoured > book.Now)
            return errors.Issue("REAUTHORIZATION_TOO_SOON");
        if (money.Currency != whole.Currency)
            return errors.Issue("AUTH_CURRENCY_MISMATCH", "/amount/currency_code");
        if (money.Minor <= 0 || money.Minor > Math.Min(whole.Minor * 115 / 100, whole.Minor + 7_500))
            return errors.Issue(money.Minor <= 0 ? "CANNOT_BE_ZERO_OR_NEGATIVE" : "AUTHORIZATION_AMOUNT_EXCEEDED", "/amount/value");
        return Made(call, Renew(held, money));
    });

    // The new one takes the place of the old one.
    private JsonObject Renew(JsonObject held, PaypalMoney money)
    {
        var made = (JsonObject)held.DeepClone();
        made["id"] = book.NewId();
        made["amount"] = money.ToJson();
        made["create_time"] = Time(book.Now);
        made["_again"] = true;
        made["links"] = AuthorizationLinks(made);
        book.Save(Authorizations, made);
        AddLater(made, "authorizations", Text(made, "id")!);
        Void(held, expired: false);
        Authorized(made);
        return made;
    }

    /// <summary>Authorizations end, reviews too, and electronic cheques arrive.</summary>
    public void Tick()
    {
        foreach (var held in book.List(Authorizations).Where(one => Text(one, "status") is "CREATED" or "PARTIALLY_CAPTURED" or "PENDING").ToList())
        {
            if (book.IsDue(held, "expiration_time"))
                Void(held, expired: true);
            else if (Text(held, "status") == "PENDING" && book.IsDue(held, "_due"))
                Resolve(held, "CREATED");
        }
        foreach (var capture in book.List(Captures).Where(one => Text(one, "status") == "PENDING" && book.IsDue(one, "_due")).ToList())
            Resolve(capture, "COMPLETED");
    }

    /// <summary>What was pending is so no more: by its time, or by hand. False: it cannot become that.</summary>
    public bool Resolve(JsonObject pending, string status)
    {
        switch (status)
        {
            case "COMPLETED":
                Completed(pending);
                return true;
            case "DECLINED":
                pending["status"] = status;
                pending.Remove("status_details");
                book.Save(Captures, pending);
                Tell("PAYMENT.CAPTURE.DECLINED", Captures, "The payment is declined", pending);
                return true;
            case "CREATED":
                pending["status"] = status;
                pending.Remove("status_details");
                book.Save(Authorizations, pending);
                return true;
            case "DENIED":
                Void(pending, expired: false);
                pending["status"] = status;
                book.Save(Authorizations, pending);
                return true;
            default:
                return false;
        }
    }
}
