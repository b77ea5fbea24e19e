using System.Globalization;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>What the dummy gateway behind an order answers.</summary>
/// <param name="Code">Of the bank or of UPI; null: it went well.</param>
internal sealed record BankAnswer(string Status, string? Code = null, string? Message = null);

/// <summary>One try to pay an order. An order may have several; its status is that of the last, and a charged one stays so.</summary>
internal sealed class Transactions(HdfcBook book)
{
    /// <summary>How long the dummy gateway lets one wait for what is pending.</summary>
    private static readonly TimeSpan pendingFor = TimeSpan.FromSeconds(5);

    private const string OtpOtherwise = "000000";

    /// <summary>Cards of the sandbox whose one-time password is another.</summary>
    private static readonly Dictionary<string, string> otps = new(StringComparer.Ordinal) { ["4242424242424242"] = "123456" };

    /// <summary>Direct payment by API. Instalments and pay-later are not played.</summary>
    public Reply Pay(string merchant, JsonObject fields, Orders orders)
    {
        var orderId = Text(fields, "order_id") ?? Text(fields, "order.order_id");
        if (orderId is null)
            return HdfcErrors.Missing("order_id");
        if (fields.ContainsKey("order.order_id"))
        {
            var inner = new JsonObject(fields.Where(one => one.Key.StartsWith("order.", StringComparison.Ordinal))
                .Select(one => KeyValuePair.Create(one.Key["order.".Length..], one.Value?.DeepClone())));
            if (orders.Create(merchant, inner) is { Status: >= 400 } refused)
                return refused;
        }
        if (book.Find(merchant, orderId) is not { } order)
            return HdfcErrors.NotFound($"Order {orderId}");
        if (WhyNot(order) is { } why)
            return HdfcErrors.Action(why);
        if (Begin(order, fields) is { } fault)
            return HdfcErrors.Invalid(fault);
        return new(200, new JsonObject
        {
            ["order_id"] = Text(order, "order_id"),
            ["txn_id"] = Text(order, "txn_id"),
            ["txn_uuid"] = Text(order, "txn_uuid"),
            ["status"] = Text(order, "status"),
            ["payment"] = new JsonObject
            {
                ["authentication"] = new JsonObject { ["method"] = "GET", ["url"] = $"{book.World.Origin}{Pages.BankPath(Text(order, "txn_uuid")!)}" },
            },
        });
    }

    /// <summary>Null: the order can be paid now.</summary>
    public string? WhyNot(JsonObject order) =>
        !HdfcStatus.MayBePaid(Text(order, "status")!) ? $"The order is {Text(order, "status")}."
        : book.IsOver(order, "_expiry") ? "The order has expired."
        : null;

    /// <summary>A way to pay was chosen. Returns what is wrong with it; null: the payer is asked now, or UPI has answered.</summary>
    public string? Begin(JsonObject order, JsonObject fields)
    {
        var (method, fault) = MethodOf(fields);
        if (method is null)
            return fault;
        if (!PaymentFilter.Allows(order, Text(method, "payment_method_type")!))
            return "Payment instrument mismatch: the order is locked to other ways to pay.";
        var attempt = order["_attempts"]!.GetValue<int>() + 1;
        order["_attempts"] = attempt;
        order["txn_id"] = $"{Text(order, "merchant_id")}-{Text(order, "order_id")}-{attempt}";
        order["txn_uuid"] = $"moz{book.World.Ids.Next(17)}";
        foreach (var name in (string[])["card", "payer_vpa", "_otp", "bank_error_code", "bank_error_message", "payment_gateway_response"])
            order.Remove(name);
        foreach (var (name, value) in method)
            order[name] = value?.DeepClone();
        Become(order, new("PENDING_VBV"));
        if (UpiAnswer(Text(order, "payer_vpa")) is { } answer)
            Become(order, answer);
        return null;
    }

    private (JsonObject? Method, string? Fault) MethodOf(JsonObject fields) => Text(fields, "payment_method_type") switch
    {
        "CARD" => CardOf(fields),
        "UPI" => Text(fields, "upi_vpa") is { } vpa && vpa.Split('@') is [{ Length: >= 2 }, { Length: >= 2 }]
            ? (new() { ["payment_method_type"] = "UPI", ["payment_method"] = "UPI", ["payer_vpa"] = vpa }, null)
            : (null, "upi_vpa must be a UPI address."),
        "NB" => Text(fields, "payment_method") is { Length: > 0 } bank
            ? (new() { ["payment_method_type"] = "NB", ["payment_method"] = bank }, null)
            : (null, "payment_method must be a bank."),
        "WALLET" => Text(fields, "payment_method") is { Length: > 0 } wallet
            ? (new() { ["payment_method_type"] = "WALLET", ["payment_method"] = wallet }, null)
            : (null, "payment_method must be a wallet."),
        _ => (null, "payment_method_type must be CARD, NB, UPI or WALLET."),
    };

    private (JsonObject? Method, string? Fault) CardOf(JsonObject fields)
    {
        var number = (Text(fields, "card_number") ?? "").Replace(" ", "", StringComparison.Ordinal);
        if (number.Length is < 13 or > 19 || !number.All(char.IsAsciiDigit) || !FitsLuhn(number))
            return (null, "card_number is no card number.");
        if (!int.TryParse(Text(fields, "card_exp_month"), NumberStyles.None, CultureInfo.InvariantCulture, out var month) || month is < 1 or > 12
            || !int.TryParse(Text(fields, "card_exp_year"), NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 0 or > 9999)
            return (null, "card_exp_month and card_exp_year must say when the card expires.");
        if (((year < 100 ? 2000 + year : year) * 12) + month < (book.Now.Year * 12) + book.Now.Month)
            return (null, "The card has expired.");
        if (Text(fields, "card_security_code") is not { Length: 3 or 4 } code || !code.All(char.IsAsciiDigit))
            return (null, "card_security_code must have 3 or 4 digits.");
        var brand = number[0] switch { '4' => "VISA", '5' or '2' => "MASTERCARD", '3' => "AMEX", _ => "RUPAY" };
        return (new()
        {
            ["payment_method_type"] = "CARD",
            ["payment_method"] = brand,
            ["card"] = new JsonObject
            {
                ["last_four_digits"] = number[^4..],
                ["card_brand"] = brand,
                ["card_type"] = number == "4029850000000015" ? "DEBIT" : "CREDIT",
                ["card_issuer"] = "HDFC Bank",
            },
            ["_otp"] = otps.GetValueOrDefault(number, OtpOtherwise),
        }, null);
    }

    private static bool FitsLuhn(string number)
    {
        var sum = 0;
        for (var at = 0; at < number.Length; at++)
        {
            var digit = number[^(at + 1)] - '0';
            sum += at % 2 == 0 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }
        return sum % 10 == 0;
    }

    /// <summary>Addresses that decide by themselves; at any other the payer is asked in the app, which is a page here.</summary>
    private static BankAnswer? UpiAnswer(string? vpa) => vpa?.ToLowerInvariant() switch
    {
        "success@upi" => new("CHARGED"),
        "failure@upi" => new("AUTHORIZATION_FAILED", "U30", "Debit has failed"),
        "pending@upi" => new("AUTHORIZING", "01", "Pending"),
        "deemed@upi" => new("AUTHORIZING", "RB", "Deemed approved"),
        "expire@upi" => new("AUTHORIZATION_FAILED", "U69", "Collect expired"),
        "decline@upi" => new("AUTHORIZATION_FAILED", "ZA", "Declined by the payer"),
        "nofunds@upi" => new("AUTHORIZATION_FAILED", "Z9", "Insufficient funds"),
        _ => null,
    };

    public static bool IsOtp(JsonObject order, string? otp) => Text(order, "_otp") is { } expected && otp == expected;

    /// <summary>"Dummy gateway": under 500 it goes well, from 500 to under 700 not, and from 700 on it is pending and then goes well.</summary>
    public static BankAnswer ByAmount(JsonObject order) => Amount(order, "amount") switch
    {
        < 500 => new("CHARGED"),
        < 700 => Failed,
        _ => Waits,
    };

    public static BankAnswer Failed { get; } = new("AUTHORIZATION_FAILED", "DECLINED", "The bank has declined the payment");

    public static BankAnswer Waits { get; } = new("AUTHORIZING");

    public void Become(JsonObject order, BankAnswer answer)
    {
        order["status"] = answer.Status;
        order["status_id"] = HdfcStatus.IdOf(answer.Status);
        order.Remove("_due");
        if (answer.Status == "AUTHORIZING")
            order["_due"] = Time(book.Now + pendingFor);
        if (answer.Status == "CHARGED")
            order["maximum_eligible_refund_amount"] = order["amount"]!.DeepClone();
        if (answer.Status is "CHARGED" or "AUTHORIZATION_FAILED" or "AUTHENTICATION_FAILED" or "AUTHORIZING")
            AddAnswer(order, answer);
        book.Save(order);
        if (HdfcStatus.EventOf(answer.Status) is { } name)
            book.Tell(name, order);
    }

    private void AddAnswer(JsonObject order, BankAnswer answer)
    {
        order["bank_error_code"] = answer.Code ?? "";
        order["bank_error_message"] = answer.Message ?? "";
        order["gateway_id"] = 100;
        order["payment_gateway_response"] = new JsonObject
        {
            ["txn_id"] = Text(order, "txn_id"),
            ["rrn"] = answer.Status == "CHARGED" ? string.Concat(book.World.Ids.Next(12, letters: 10)) : null,
            ["resp_code"] = answer.Code ?? (answer.Status == "CHARGED" ? "00" : "01"),
            ["resp_message"] = answer.Message ?? (answer.Status == "CHARGED" ? "Approved" : "Pending"),
            ["auth_id_code"] = answer.Status == "CHARGED" ? book.World.Ids.Next(6, letters: 10) : null,
            ["epg_txn_id"] = book.World.Ids.Next(16, letters: 10),
            ["created"] = Time(book.Now),
        };
        order["txn_detail"] = new JsonObject
        {
            ["txn_id"] = Text(order, "txn_id"),
            ["order_id"] = Text(order, "order_id"),
            ["txn_uuid"] = Text(order, "txn_uuid"),
            ["status"] = answer.Status,
            ["gateway"] = "DUMMY",
            ["net_amount"] = order["amount"]!.DeepClone(),
            ["currency"] = "INR",
        };
    }

    public void Tick()
    {
        foreach (var order in book.All.Where(one => book.IsOver(one, "_due")).ToList())
            Become(order, new("CHARGED"));
        foreach (var order in book.All.Where(one => Text(one, "status") == "PENDING_VBV" && book.IsOver(one, "_expiry")).ToList())
            Become(order, new("AUTHENTICATION_FAILED", "TIMED_OUT", "The payer did not answer the bank"));
    }
}
