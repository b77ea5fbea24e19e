using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>Orders, made by themselves or with a session of the payment page.</summary>
internal sealed partial class Orders(HdfcBook book)
{
    /// <summary>How long an order can be paid.</summary>
    private static readonly TimeSpan lifetime = TimeSpan.FromMinutes(15);

    private static readonly string[] kept =
    [
        "customer_id", "customer_email", "customer_phone", "description", "product_id", "return_url",
        "udf1", "udf2", "udf3", "udf4", "udf5", "udf6", "udf7", "udf8", "udf9", "udf10",
    ];

    [GeneratedRegex("^[A-Za-z0-9]{1,20}$")]
    private static partial Regex OrderId();

    [GeneratedRegex("^[0-9]{10}$")]
    private static partial Regex Phone();

    /// <summary>
    /// The page for an order. Asked for again with the same content it is the same page; what SmartGateway does then is not published.
    /// </summary>
    public Reply Session(string merchant, JsonObject fields)
    {
        if (Check(fields) is { } refused)
            return refused;
        if (Text(fields, "payment_page_client_id") is not { Length: > 0 } client)
            return HdfcErrors.Missing("payment_page_client_id");
        if (Text(fields, "action") is not (null or "paymentPage"))
            return HdfcErrors.Invalid("action must be paymentPage.");
        if (!PaymentFilter.IsWritten(fields[PaymentFilter.Field]))
            return HdfcErrors.Invalid("payment_filter must have allowDefaultOptions, and options with paymentMethodType and enable.");
        if (book.Find(merchant, Text(fields, "order_id")) is not { } order)
            return new(200, Page(Make(merchant, fields), client));
        return book.IsOver(order, "_expiry") ? HdfcErrors.Expired("The order has expired.")
            : Text(order, "status") != "NEW" ? HdfcErrors.Exists("An order with this order_id was tried to be paid already.")
            : IsSame(order, fields) ? new(200, Page(order, client))
            : HdfcErrors.Duplicate("An order with this order_id has another content.");
    }

    private static bool IsSame(JsonObject order, JsonObject fields) =>
        Amount(order, "amount") == Amount(fields, "amount") && kept.All(name => Text(order, name) == Text(fields, name))
        && JsonNode.DeepEquals(order[PaymentFilter.Kept], fields[PaymentFilter.Field]);

    private JsonObject Page(JsonObject order, string client) => new()
    {
        ["status"] = Text(order, "status"),
        ["id"] = Text(order, "id"),
        ["order_id"] = Text(order, "order_id"),
        ["order_expiry"] = Text(order, "_expiry"),
        ["payment_links"] = new JsonObject { ["web"] = order["payment_links"]!["web"]!.DeepClone(), ["expiry"] = Text(order, "_expiry") },
        ["sdk_payload"] = new JsonObject
        {
            ["requestId"] = book.World.Ids.NextUuid(),
            ["service"] = "in.juspay.hyperpay",
            ["payload"] = new JsonObject
            {
                ["clientId"] = client,
                ["orderId"] = Text(order, "order_id"),
                ["amount"] = FormattableString.Invariant($"{Amount(order, "amount"):0.00}"),
            },
        },
    };

    public Reply Create(string merchant, JsonObject fields)
    {
        if (Check(fields) is { } refused)
            return refused;
        return book.Find(merchant, Text(fields, "order_id")) is not null
            ? HdfcErrors.Exists("An order with this order_id exists already.")
            : new(200, Shown(Make(merchant, fields)));
    }

    private static Reply? Check(JsonObject fields)
    {
        foreach (var name in (string[])["order_id", "amount"])
        {
            if (Text(fields, name) is not { Length: > 0 })
                return HdfcErrors.Missing(name);
        }
        return !OrderId().IsMatch(Text(fields, "order_id")!) ? HdfcErrors.Invalid("order_id must have 1 to 20 letters and digits.")
            : Amount(fields, "amount") is null ? HdfcErrors.Invalid("amount must be a number of rupees with at most two decimals.")
            : Text(fields, "currency") is not (null or "INR") ? HdfcErrors.Invalid("currency must be INR.")
            : Text(fields, "customer_phone") is { Length: > 0 } phone && !Phone().IsMatch(phone) ? HdfcErrors.Invalid("customer_phone must have 10 digits.")
            : null;
    }

    private JsonObject Make(string merchant, JsonObject fields)
    {
        var id = $"ordeh_{book.World.Ids.Next(32).ToLowerInvariant()}";
        var page = $"{book.World.Origin}/orders/{id}/payment-page";
        var made = new JsonObject
        {
            ["id"] = id,
            ["order_id"] = Text(fields, "order_id"),
            ["merchant_id"] = merchant,
            ["status"] = "NEW",
            ["status_id"] = HdfcStatus.IdOf("NEW"),
            ["amount"] = Amount(fields, "amount"),
            ["effective_amount"] = Amount(fields, "amount"),
            ["currency"] = "INR",
            ["refunded"] = false,
            ["amount_refunded"] = 0m,
            ["maximum_eligible_refund_amount"] = 0m,
            ["date_created"] = Time(book.Now),
            ["payment_links"] = new JsonObject { ["web"] = page, ["mobile"] = $"{page}?mobile=true", ["iframe"] = page },
            ["refunds"] = new JsonArray(),
            ["_merchant"] = merchant,
            ["_expiry"] = Time(book.Now + lifetime),
            ["_attempts"] = 0,
        };
        foreach (var name in kept.Where(fields.ContainsKey))
            made[name] = Text(fields, name);
        if (fields[PaymentFilter.Field] is JsonObject filter)
            made[PaymentFilter.Kept] = filter.DeepClone();
        return book.Save(made);
    }

    /// <summary>Amount and user-defined fields, while nobody has paid.</summary>
    public Reply Update(string merchant, string orderId, JsonObject fields)
    {
        if (book.Find(merchant, orderId) is not { } order)
            return HdfcErrors.NotFound($"Order {orderId}");
        if (Text(order, "status") != "NEW")
            return HdfcErrors.Action($"An order that is {Text(order, "status")} cannot be changed.");
        if (fields.ContainsKey("amount"))
        {
            if (Amount(fields, "amount") is not { } amount)
                return HdfcErrors.Invalid("amount must be a number of rupees with at most two decimals.");
            (order["amount"], order["effective_amount"]) = (amount, amount);
        }
        foreach (var name in kept.Where(name => name.StartsWith("udf", StringComparison.Ordinal) && fields.ContainsKey(name)))
            order[name] = Text(fields, name);
        return new(200, Shown(book.Save(order)));
    }

    public Reply Status(string merchant, string? orderId) => orderId is null ? HdfcErrors.Missing("order_id")
        : book.Find(merchant, orderId) is { } order ? new(200, Shown(order))
        : HdfcErrors.NotFound($"Order {orderId}");

    /// <summary>By hand: <c>{ order, status, merchant? }</c>, any word of the table. It is told as if it had happened.</summary>
    public Reply SetStatus(JsonObject fields)
    {
        var status = Text(fields, "status");
        if (!HdfcStatus.Knows(status))
            throw new ControlException("'status' must be a word of SmartGateway, such as CHARGED.");
        var order = book.All.FirstOrDefault(one => Text(one, "order_id") == Text(fields, "order"))
            ?? throw new ControlException("'order' must be the order_id of an order.");
        order["status"] = status;
        order["status_id"] = HdfcStatus.IdOf(status!);
        order.Remove("_due");
        book.Save(order);
        if (HdfcStatus.EventOf(status!) is { } name)
            book.Tell(name, order);
        return new(200, Shown(order));
    }
}
