using System.Globalization;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>The merchant's balance: one line for each movement of money, and the reports about them.</summary>
internal sealed class Statement(PaypalBook book, PaypalErrors errors)
{
    private const string Kind = "transaction";
    private const string Balances = "balance";
    private static readonly TimeSpan rangeMax = TimeSpan.FromDays(31);

    /// <summary>Adds a line.</summary>
    /// <param name="source">The capture, refund, authorization or dispute; its id is the line's.</param>
    /// <param name="code">Of the transaction event: T13nn move no money.</param>
    /// <param name="fee">What PayPal keeps of it.</param>
    /// <param name="reference">The transaction that it is about.</param>
    public void Add(JsonObject source, string code, PaypalMoney money, long fee, string? reference = null)
    {
        if (book.World.Faults.Take(null, code, FaultKind.WrongSettlement) is not null)
            money = money.With(money.Minor - 1);
        var moves = !code.StartsWith("T13", StringComparison.Ordinal);
        var balance = moves ? Move(money, money.Minor - fee) : Of(money.Currency);
        var info = new JsonObject
        {
            ["paypal_account_id"] = Accounts.Merchant,
            ["transaction_id"] = source["id"]!.DeepClone(),
            ["paypal_reference_id"] = reference ?? Text(source, "_order"),
            ["paypal_reference_id_type"] = reference is null ? "ODR" : "TXN",
            ["transaction_event_code"] = code,
            ["transaction_initiation_date"] = Time(book.Now),
            ["transaction_updated_date"] = Time(book.Now),
            ["transaction_amount"] = money.ToJson(),
            ["transaction_status"] = "S",
            ["ending_balance"] = money.With(balance).ToJson(),
            ["available_balance"] = money.With(balance).ToJson(),
            ["protection_eligibility"] = "01",
        };
        if (fee != 0)
            info["fee_amount"] = money.With(-fee).ToJson();
        if (info["paypal_reference_id"] is null)
            info.Remove("paypal_reference_id_type");
        if (Text(source, "custom_id") is { } custom)
            info["custom_field"] = custom;
        Copy(source, info, "invoice_id");
        foreach (var empty in info.Where(one => one.Value is null).Select(one => one.Key).ToList())
            info.Remove(empty);
        var key = $"{Text(source, "id")}/{code}/{book.World.Shelf.Made}";
        book.World.Shelf.Put(Kind, key, new() { ["at"] = Time(book.Now), ["info"] = info, ["moves"] = moves });
    }

    private long Move(PaypalMoney money, long by)
    {
        var now = Of(money.Currency) + by;
        book.World.Shelf.Put(Balances, money.Currency, new() { ["currency"] = money.Currency, ["minor"] = now });
        return now;
    }

    private long Of(string currency) => book.Find(Balances, currency)?["minor"]!.GetValue<long>() ?? 0;

    public Reply Transactions(Call call)
    {
        var (from, to) = (Time(call.Query["start_date"]?.ToString()), Time(call.Query["end_date"]?.ToString()));
        if (from is null || to is null || to < from)
            return errors.Issue("INVALID_PARAMETER_SYNTAX", "start_date");
        if (to - from > rangeMax)
            return errors.Issue("INVALID_DATE_RANGE", "end_date");
        var found = book.World.Shelf.Entries(Kind).Select(one => one.Value).Where(one => Fits(call, one, from.Value, to.Value)).ToList();
        var size = Whole(call, "page_size") ?? 100;
        var page = Whole(call, "page") ?? 1;
        var answer = new JsonObject
        {
            ["account_number"] = Accounts.Merchant,
            ["start_date"] = Time(from.Value),
            ["end_date"] = Time(to.Value),
            ["last_refreshed_datetime"] = Time(book.Now),
            ["page"] = page,
            ["total_items"] = found.Count,
            ["total_pages"] = (found.Count + size - 1) / size,
            ["links"] = new JsonArray(book.Link("self", $"{call.Path}?start_date={Time(from.Value)}&end_date={Time(to.Value)}&page_size={size}&page={page}")),
        };
        // The description has at least one, so none is nothing at all.
        if (found.Skip((page - 1) * size).Take(size).Select(Detail).ToArray() is { Length: > 0 } details)
            answer["transaction_details"] = new JsonArray(details);
        return new(200, answer);
    }

    private static JsonNode Detail(JsonObject line) => new JsonObject { ["transaction_info"] = line["info"]!.DeepClone() };

    private static bool Fits(Call call, JsonObject line, DateTimeOffset from, DateTimeOffset to)
    {
        var info = line["info"]!;
        return Time(Text(line, "at")) is { } at && at >= from && at <= to
            && (call.Query["balance_affecting_records_only"]?.ToString() == "N" || Yes(line, "moves"))
            && Is(call, "transaction_id", Text(info, "transaction_id")!)
            && Is(call, "transaction_type", Text(info, "transaction_event_code")!)
            && Is(call, "transaction_status", Text(info, "transaction_status")!)
            && Is(call, "transaction_currency", Text(info["transaction_amount"], "currency_code")!);
    }

    private static bool Is(Call call, string name, string value) => call.Query[name]?.ToString() is not { } wanted || wanted == value;

    private static int? Whole(Call call, string name) =>
        int.TryParse(call.Query[name]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read > 0 ? read : null;

    public Reply ListBalances(Call call)
    {
        var wanted = call.Query["currency_code"]?.ToString();
        var all = book.List(Balances).Where(one => wanted is null or "ALL" || Text(one, "currency") == wanted)
            .Select(one => new PaypalMoney(Text(one, "currency")!, one["minor"]!.GetValue<long>()));
        return new(200, new JsonObject
        {
            ["balances"] = new JsonArray([.. all.Select(Balance)]),
            ["account_id"] = Accounts.Merchant,
            ["as_of_time"] = Time(book.Now),
            ["last_refresh_time"] = Time(book.Now),
        });
    }

    private static JsonNode Balance(PaypalMoney money) => new JsonObject
    {
        ["currency"] = money.Currency,
        ["primary"] = money.Currency == "USD",
        ["total_balance"] = money.ToJson(),
        ["available_balance"] = money.ToJson(),
        ["withheld_balance"] = money.With(0).ToJson(),
    };

    /// <summary>By hand: everything goes to the merchant's bank.</summary>
    public Reply PayOut()
    {
        var lines = new JsonArray();
        foreach (var balance in book.List(Balances).Where(one => one["minor"]!.GetValue<long>() > 0).ToList())
        {
            var money = new PaypalMoney(Text(balance, "currency")!, balance["minor"]!.GetValue<long>());
            var made = new JsonObject { ["id"] = book.NewId() };
            Add(made, "T0403", money.With(-money.Minor), 0);
            lines.Add(new JsonObject { ["id"] = Text(made, "id"), ["amount"] = money.ToJson() });
        }
        return new(200, new JsonObject { ["withdrawals"] = lines });
    }
}
