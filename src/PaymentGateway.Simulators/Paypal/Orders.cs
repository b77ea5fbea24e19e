using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>Orders v2: created, approved by the payer, captured or authorized.</summary>
internal sealed partial class Orders(PaypalBook book, PaypalErrors errors, Sources sources, Payments payments)
{
    private const string Kind = "order";
    private static readonly TimeSpan lifetime = TimeSpan.FromHours(72);

    /// <summary>How long a repeat with the same PayPal-Request-Id is answered as the first.</summary>
    private static readonly TimeSpan keptFor = TimeSpan.FromHours(6);

    [GeneratedRegex("^/purchase_units/@reference_id=='(?<unit>[^']+)'(/(?<field>amount|custom_id|invoice_id|description|soft_descriptor))?$")]
    private static partial Regex UnitPath { get; }

    public Reply Create(Call call)
    {
        var source = call.Fields["payment_source"] as JsonObject;
        if (source is { Count: > 0 } && string.IsNullOrEmpty(call.Header("PayPal-Request-Id")))
            return errors.Issue("PAYPAL_REQUEST_ID_REQUIRED");
        if (CheckUnits((JsonArray)call.Fields["purchase_units"]!) is { } wrong)
            return wrong;
        var made = Make(call.Fields);
        if (source is { Count: > 0 })
        {
            if (sources.Set(made, source) is { } refused)
                return refused;
            if (Text(made, "status") == "APPROVED" && Complete(made) is { } declined)
                return declined;
        }
        book.Save(Kind, made);
        return Answer(call, 201, made);
    }

    private JsonObject Make(JsonObject fields)
    {
        var units = (JsonArray)fields["purchase_units"]!.DeepClone();
        foreach (var unit in units.OfType<JsonObject>())
        {
            unit["reference_id"] ??= "default";
            unit["payee"] ??= new JsonObject { ["email_address"] = "merchant@example.com", ["merchant_id"] = Accounts.Merchant };
        }
        return new()
        {
            ["id"] = book.NewId(),
            ["intent"] = Text(fields, "intent"),
            ["status"] = "CREATED",
            ["purchase_units"] = units,
            ["create_time"] = Time(book.Now),
            ["_expires"] = Time(book.Now + lifetime),
            ["_return_url"] = Text(fields["application_context"], "return_url"),
            ["_cancel_url"] = Text(fields["application_context"], "cancel_url"),
            ["_payments"] = new JsonObject(),
        };
    }

    private Reply? CheckUnits(JsonArray units)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        string? currency = null;
        for (var at = 0; at < units.Count; at++)
        {
            var unit = (JsonObject)units[at]!;
            if (units.Count > 1 && Text(unit, "reference_id") is null)
                return errors.Issue("REFERENCE_ID_REQUIRED", $"/purchase_units/{at}/reference_id");
            if (!names.Add(Text(unit, "reference_id") ?? "default"))
                return errors.Issue("DUPLICATE_REFERENCE_ID", $"/purchase_units/{at}/reference_id");
            if (CheckAmount(unit, $"/purchase_units/{at}/amount") is { } wrong)
                return wrong;
            if ((currency ??= PaypalMoney.Of(unit["amount"]).Currency) != PaypalMoney.Of(unit["amount"]).Currency)
                return errors.Issue("MULTI_CURRENCY_ORDER", $"/purchase_units/{at}/amount/currency_code");
        }
        return null;
    }

    private Reply? CheckAmount(JsonObject unit, string path)
    {
        var (money, issue) = PaypalMoney.Read(unit["amount"]);
        if (issue is not null)
            return errors.Issue(issue, $"{path}/{(issue == "INVALID_CURRENCY_CODE" ? "currency_code" : "value")}", unit["amount"]?["value"]);
        if (money.Minor <= 0)
            return errors.Issue("CANNOT_BE_ZERO_OR_NEGATIVE", $"{path}/value", unit["amount"]!["value"]);
        if (unit["items"] is JsonArray { Count: > 0 } items)
        {
            if (unit["amount"]!["breakdown"]?["item_total"] is not { } total)
                return errors.Issue("ITEM_TOTAL_REQUIRED", $"{path}/breakdown/item_total");
            if (items.Sum(item => PaypalMoney.Of(item!["unit_amount"]).Minor * long.Parse(Text(item, "quantity")!, CultureInfo.InvariantCulture)) != PaypalMoney.Of(total).Minor)
                return errors.Issue("ITEM_TOTAL_MISMATCH", $"{path}/breakdown/item_total");
        }
        return unit["amount"]!["breakdown"] is JsonObject breakdown && Sum(breakdown) != money.Minor ? errors.Issue("AMOUNT_MISMATCH", $"{path}/value") : null;
    }

    private static long Sum(JsonObject breakdown) => breakdown.Sum(part =>
        (part.Key is "shipping_discount" or "discount" ? -1 : 1) * PaypalMoney.Of(part.Value).Minor);

    public Reply Get(Call call) => With(call, found => new(200, Shown(found)));

    private Reply With(Call call, Func<JsonObject, Reply> work) => book.Find(Kind, call["id"]) is { } found ? work(found) : errors.Missing(call["id"]);

    public Reply Confirm(Call call) => With(call, found =>
    {
        if (Finished(found) is { } over)
            return over;
        if (call.Fields["payment_source"] is not JsonObject { Count: > 0 } source)
            return errors.Issue("NO_PAYMENT_SOURCE_PROVIDED", "/payment_source");
        var context = call.Fields["application_context"];
        found["_return_url"] = Text(context, "return_url") ?? Text(found, "_return_url");
        found["_cancel_url"] = Text(context, "cancel_url") ?? Text(found, "_cancel_url");
        found["_completes"] = Text(call.Fields, "processing_instruction") == "ORDER_COMPLETE_ON_PAYMENT_APPROVAL";
        if (sources.Set(found, source) is { } refused)
            return refused;
        if (Text(found, "status") == "APPROVED" && Yes(found, "_completes") && Complete(found) is { } declined)
            return declined;
        book.Save(Kind, found);
        return Answer(call, 200, found);
    });

    private Reply? Finished(JsonObject found) => Text(found, "status") switch
    {
        "COMPLETED" => errors.Issue(Text(found, "intent") == "CAPTURE" ? "ORDER_ALREADY_CAPTURED" : "ORDER_ALREADY_AUTHORIZED"),
        "VOIDED" => errors.Issue("ORDER_EXPIRED"),
        _ => null,
    };

    public Reply Capture(Call call) => Finish(call, "CAPTURE");

    public Reply Authorize(Call call) => Finish(call, "AUTHORIZE");

    private Reply Finish(Call call, string intent) => With(call, found =>
    {
        if (Text(found, "intent") != intent)
            return errors.Issue("ACTION_DOES_NOT_MATCH_INTENT");
        if (Finished(found) is { } over)
            return over;
        if (call.Fields["payment_source"] is JsonObject { Count: > 0 } source && sources.Set(found, source) is { } refused)
            return refused;
        if (Text(found, "status") != "APPROVED")
        {
            // The order keeps its payment source, and waits for the payer with it.
            book.Save(Kind, found);
            return errors.Issue(found["payment_source"]?["card"] is null ? "ORDER_NOT_APPROVED" : "PAYER_ACTION_REQUIRED", null, null, PayerLink(found, "payer-action"));
        }
        if (Complete(found) is { } declined)
            return declined;
        book.Save(Kind, found);
        return Answer(call, 201, found);
    });

    // Null: the order is completed, be it with a refusal of the card's bank.
    private Reply? Complete(JsonObject order)
    {
        var instrument = (JsonObject)order["_instrument"]!;
        if (Text(instrument, "funding") == "declined")
            return errors.Issue("INSTRUMENT_DECLINED", null, null, PayerLink(order, "redirect"));
        foreach (var unit in Units(order))
        {
            if (Text(unit, "invoice_id") is { } invoice && payments.IsInvoiceUsed(invoice, Text(order, "id")!))
                return errors.Issue("DUPLICATE_INVOICE_ID");
        }
        foreach (var unit in Units(order))
        {
            if (Text(order, "intent") == "CAPTURE")
                payments.CaptureAtOnce(order, unit, instrument);
            else
                payments.Authorize(order, unit, instrument);
        }
        order["status"] = "COMPLETED";
        sources.KeepOnSuccess(order);
        if (Text(order, "intent") == "CAPTURE")
            book.Tell("CHECKOUT.ORDER.COMPLETED", "checkout-order", "2.0", "Checkout Order Completed", Shown(order));
        return null;
    }

    private static IEnumerable<JsonObject> Units(JsonObject order) => ((JsonArray)order["purchase_units"]!).OfType<JsonObject>();

    public Reply Patch(Call call) => With(call, found =>
    {
        if (Text(found, "status") is "COMPLETED" or "VOIDED")
            return errors.Issue("ORDER_ALREADY_COMPLETED");
        foreach (var operation in (call.Body as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Apply(found, operation) is { } refused)
                return refused;
        }
        book.Save(Kind, found);
        return new(204);
    });

    private Reply? Apply(JsonObject order, JsonObject operation)
    {
        if (Text(operation, "path") is not { } path)
            return errors.Issue("PATCH_PATH_REQUIRED", "/0/path");
        var remove = Text(operation, "op") == "remove";
        if (Text(operation, "op") is not ("add" or "replace" or "remove"))
            return errors.Issue("INVALID_PATCH_OPERATION", "/0/op");
        if (!remove && operation["value"] is null)
            return errors.Issue("PATCH_VALUE_REQUIRED", "/0/value");
        if (path == "/intent" && !remove)
        {
            order["intent"] = operation["value"]!.DeepClone();
            return null;
        }
        if (UnitPath.Match(path) is not { Success: true } match)
            return errors.Issue("NOT_PATCHABLE", "/0/path", path);
        if (Units(order).FirstOrDefault(one => Text(one, "reference_id") == match.Groups["unit"].Value) is not { } unit)
            return errors.Issue("REFERENCE_ID_NOT_FOUND", "/0/path", path);
        return Apply(unit, match.Groups["field"].Value, operation, remove);
    }

    private Reply? Apply(JsonObject unit, string field, JsonObject operation, bool remove)
    {
        if (field == "" || (remove && field == "amount"))
            return errors.Issue("NOT_PATCHABLE", "/0/path");
        if (field == "amount")
            return ChangeAmount(unit, operation);
        if (remove)
            unit.Remove(field);
        else
            unit[field] = operation["value"]!.DeepClone();
        return null;
    }

    private Reply? ChangeAmount(JsonObject unit, JsonObject operation)
    {
        var changed = (JsonObject)unit.DeepClone();
        changed["amount"] = operation["value"]!.DeepClone();
        if (CheckAmount(changed, "/0/value") is { } wrong)
            return wrong;
        unit["amount"] = operation["value"]!.DeepClone();
        return null;
    }

    /// <summary>A refusal keeps nothing, success is kept as long as PayPal does, and a repeat tells how it stands now.</summary>
    private Reply Answer(Call call, int status, JsonObject order) => new(status, Represented(call, order)) { KeepFor = keptFor };

    public Reply Repeated(Call call, Reply first) =>
        book.Find(Kind, Text(first.Json, "id")) is { } now ? new(200, Represented(call, now)) : first;

    private JsonObject Represented(Call call, JsonObject order)
    {
        var whole = Shown(order);
        return call.Header("Prefer") == "return=representation"
            ? whole
            : new() { ["id"] = whole["id"]!.DeepClone(), ["status"] = whole["status"]!.DeepClone(), ["links"] = whole["links"]!.DeepClone() };
    }

    private JsonObject Shown(JsonObject order)
    {
        var shown = PaypalBook.Shown(order);
        foreach (var unit in Units(shown))
        {
            if (payments.Of(order, Text(unit, "reference_id")!) is { Count: > 0 } made)
                unit["payments"] = made;
        }
        shown["links"] = Links(order);
        return shown;
    }

    private JsonArray Links(JsonObject order)
    {
        var path = $"/v2/checkout/orders/{Text(order, "id")}";
        var links = new JsonArray(book.Link("self", path));
        var status = Text(order, "status");
        if (status == "CREATED")
            links.Add(PayerLink(order, "approve"));
        if (status == "PAYER_ACTION_REQUIRED")
            links.Add(PayerLink(order, "payer-action"));
        if (status is "CREATED" or "APPROVED")
        {
            links.Add(book.Link("update", path, "PATCH"));
            links.Add(Text(order, "intent") == "CAPTURE" ? book.Link("capture", $"{path}/capture", "POST") : book.Link("authorize", $"{path}/authorize", "POST"));
        }
        return links;
    }

    private JsonObject PayerLink(JsonObject order, string rel) => order["payment_source"]?["card"] is null
        ? book.Link(rel, $"{PaypalPages.Checkout}?token={Text(order, "id")}")
        : book.Link(rel, $"{PaypalPages.ThreeDSecure}?token={Text(order, "id")}");

    /// <summary>An order that its payer may still approve, or approve anew.</summary>
    public JsonObject? Waiting(string? id) =>
        book.Find(Kind, id) is { } found && Text(found, "status") is "CREATED" or "PAYER_ACTION_REQUIRED" or "APPROVED" ? found : null;

    /// <summary>The payer agreed on PayPal's page.</summary>
    /// <param name="funding">What they pay from: <c>balance</c>, <c>echeck</c>, <c>review</c> or <c>declined</c>.</param>
    /// <returns>Where the browser goes.</returns>
    public string? Approve(JsonObject order, string funding)
    {
        sources.Approve(order, funding);
        return Approved(order);
    }

    /// <summary>The bank asked the card holder.</summary>
    public string? Authenticated(JsonObject order, CardChallenge challenge)
    {
        Sources.Authenticate(order, challenge);
        return Approved(order);
    }

    private string? Approved(JsonObject order)
    {
        order["status"] = "APPROVED";
        if (Yes(order, "_completes"))
            Complete(order);
        book.Save(Kind, order);
        book.Tell("CHECKOUT.ORDER.APPROVED", "checkout-order", "2.0", "An order has been approved by buyer", Shown(order));
        return Text(order, "_return_url");
    }

    /// <summary>Orders that nobody paid are void.</summary>
    public void Expire()
    {
        foreach (var late in book.List(Kind).Where(one => Text(one, "status") is "CREATED" or "PAYER_ACTION_REQUIRED" or "APPROVED" && book.IsDue(one, "_expires")).ToList())
        {
            late["status"] = "VOIDED";
            book.Save(Kind, late);
        }
    }
}
