using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Payments: taken at once, or held and then completed or canceled.</summary>
internal sealed class Payments(SquareBook book, SquareLists lists, Locations locations, Sources sources, Cards cards, Entries entries, Action<JsonObject> completed)
{
    public const string Kind = "payment";
    public const string HoldEnds = "hold_ends";
    public const string BankAnswers = "bank_answers";
    public const string FeeKnown = "fee_known";

    /// <summary>Under which idempotency key a payment was made.</summary>
    private const string ByKey = "_payment_key";

    private static readonly TimeSpan holdMax = TimeSpan.FromDays(7);
    private static readonly TimeSpan bankTakes = TimeSpan.FromDays(3);

    /// <summary>Square's fee is often not there in the first answer; a later <c>payment.updated</c> brings it.</summary>
    private static readonly TimeSpan feeTakes = TimeSpan.FromSeconds(5);

    public Reply Create(Call call)
    {
        var fields = call.Fields;
        if (locations.Find(Text(fields, "location_id")) is not { } location)
            return SquareErrors.Invalid("INVALID_LOCATION", "There is no such location.", "location_id");
        if (CheckMoney(fields, Text(location, "currency")!) is { } wrongMoney)
            return wrongMoney;
        var (source, refused) = sources.Resolve(fields);
        if (source is null)
            return refused!;
        var (hold, wrongHold) = HoldOf(fields, source);
        if (wrongHold is not null)
            return wrongHold;
        var made = New(fields, location, source, hold);
        book.World.Shelf.Put(ByKey, Text(fields, "idempotency_key")!, new() { ["payment"] = Text(made, "id") });
        cards.Remember(made, source.OriginId);
        sources.Use(fields);
        return source.Bank ? Debit(made, source) : Charge(made, source, complete: Flag(fields, "autocomplete", otherwise: true));
    }

    private static Reply? CheckMoney(JsonObject fields, string currency)
    {
        if (fields["amount_money"] is not JsonObject)
            return SquareErrors.Missing("amount_money");
        foreach (var name in (string[])["amount_money", "tip_money", "app_fee_money"])
        {
            if (fields[name] is JsonObject && CurrencyOf(fields, name) != currency)
                return SquareErrors.Invalid("INVALID_VALUE", $"This merchant can only process payments in {currency}, but amount was provided in {CurrencyOf(fields, name)}", $"{name}.currency");
            if (Amount(fields, name) < 0 || (name == "amount_money" && Amount(fields, name) == 0))
                return SquareErrors.Invalid("VALUE_TOO_LOW", "`amount` must be greater than 0.", $"{name}.amount");
        }
        // Of a payment the application may keep at most nine tenths.
        return Amount(fields, "app_fee_money") * 10 > Amount(fields, "amount_money") * 9
            ? SquareErrors.Invalid("INVALID_FEES", "The app fee is above 90 percent of the payment.", "app_fee_money")
            : null;
    }

    private static (TimeSpan Hold, Reply? Refused) HoldOf(JsonObject fields, PaymentSource source)
    {
        if (source.Bank && !Flag(fields, "autocomplete", otherwise: true))
            return (default, SquareErrors.Invalid("BAD_REQUEST", "A payment from a bank account cannot be held.", "autocomplete"));
        if (Text(fields, "delay_action") is { } action and not ("CANCEL" or "COMPLETE"))
            return (default, SquareErrors.Invalid("INVALID_VALUE", $"`{action}` is not a delay action.", "delay_action"));
        if (Text(fields, "delay_duration") is not { } written)
            return (holdMax, null);
        try
        {
            if (XmlConvert.ToTimeSpan(written) is var hold && hold >= TimeSpan.FromMinutes(1) && hold <= holdMax)
                return (hold, null);
        }
        catch (FormatException)
        {
        }
        return (default, SquareErrors.Invalid("INVALID_VALUE", "The duration must be from one minute to seven days.", "delay_duration"));
    }

    private JsonObject New(JsonObject fields, JsonObject location, PaymentSource source, TimeSpan hold)
    {
        var currency = Text(location, "currency")!;
        var made = new JsonObject { ["id"] = $"{book.World.Ids.Next(27)}ZY", ["created_at"] = book.NowText };
        Copy(fields, made, "amount_money", "tip_money", "app_fee_money");
        Total(made, currency);
        made["approved_money"] = made["total_money"]!.DeepClone();
        made["status"] = "PENDING";
        made["source_type"] = source.Bank ? "BANK_ACCOUNT" : "CARD";
        made["location_id"] = Text(location, "id");
        made["order_id"] = $"{book.World.Ids.Next(27)}YY";
        Copy(fields, made, "reference_id", "customer_id", "team_member_id", "note", "buyer_email_address", "billing_address", "shipping_address", "statement_description_identifier");
        if (source.CustomerId is { } customer)
            made["customer_id"] = customer;
        made["delay_action"] = Text(fields, "delay_action") ?? "CANCEL";
        made["delay_duration"] = XmlConvert.ToString(TimeSpan.FromHours(hold.TotalHours)) is var iso && hold.TotalHours % 1 == 0 ? $"PT{(long)hold.TotalHours}H" : iso;
        made["delayed_until"] = Written(book.Now + hold);
        made["application_details"] = new JsonObject { ["square_product"] = "ECOMMERCE_API", ["application_id"] = "sandbox-sq0idb-simulator" };
        if (RiskOf(Amount(made, "amount_money")) is { } risk)
            made["risk_evaluation"] = risk;
        return made;
    }

    private static void Total(JsonObject payment, string currency) =>
        payment["total_money"] = Money(checked(Amount(payment, "amount_money") + Amount(payment, "tip_money")), currency);

    // Sellers who asked for it are told the risk; two amounts of the sandbox show it. The description demands a `status` there that
    // it does not have.
    private JsonObject? RiskOf(long amount) => (amount switch { 2222 => "MODERATE", 3333 => "HIGH", _ => null }) is { } level
        ? new() { ["created_at"] = book.NowText, ["risk_level"] = level, ["status"] = level }
        : null;

    private Reply Charge(JsonObject payment, PaymentSource source, bool complete)
    {
        payment["card_details"] = sources.DetailsOf(source, payment);
        if (source.Declines.Count > 0)
            return Decline(payment, source.Declines);
        payment["status"] = "APPROVED";
        // In Japan the amount of a held payment cannot be changed.
        payment["capabilities"] = CurrencyOf(payment, "amount_money") == "JPY"
            ? new JsonArray("EDIT_DELAY_ACTION")
            : new JsonArray("EDIT_AMOUNT_UP", "EDIT_AMOUNT_DOWN", "EDIT_TIP_AMOUNT_UP", "EDIT_TIP_AMOUNT_DOWN", "EDIT_DELAY_ACTION");
        Mark(payment, "AUTHORIZED", "authorized_at");
        Keep(payment, "payment.created");
        if (complete)
            Complete(payment);
        else
            book.Later(LeftOf(payment), HoldEnds, Text(payment, "id")!);
        return Answer(payment);
    }

    private TimeSpan LeftOf(JsonObject payment) => SquareLists.Time(Text(payment, "delayed_until")!) - book.Now;

    private Reply Decline(JsonObject payment, IReadOnlyList<string> codes)
    {
        var errors = new JsonArray([.. codes.Select(SquareErrors.OfPaymentMethod)]);
        payment["status"] = "FAILED";
        payment["approved_money"] = Money(0, CurrencyOf(payment, "amount_money")!);
        payment["card_details"]!["errors"] = errors.DeepClone();
        Mark(payment, "FAILED", null);
        Keep(payment, "payment.created");
        return SquareErrors.Declined(errors, payment);
    }

    private Reply Debit(JsonObject payment, PaymentSource source)
    {
        payment["bank_account_details"] = new JsonObject
        {
            ["bank_name"] = "Citizens Bank",
            ["transfer_type"] = "ACH",
            ["account_ownership_type"] = "INDIVIDUAL",
            ["country"] = "US",
            ["ach_details"] = new JsonObject { ["routing_number"] = "011401533", ["account_number_suffix"] = "000", ["account_type"] = "CHECKING" },
        };
        Keep(payment, "payment.created");
        book.Later(bankTakes, BankAnswers, Text(payment, "id")!);
        if (source.Declines.Count > 0)
            book.World.Shelf.Put("_bank_refuses", Text(payment, "id")!, new() { ["code"] = source.Declines[0] });
        return Answer(payment);
    }

    /// <summary>The bank's answer to a debit, days later.</summary>
    public void HearBank(string id)
    {
        var payment = book.Find(Kind, id)!;
        if (book.Find("_bank_refuses", id) is not { } refusal)
        {
            Complete(payment);
            return;
        }
        payment["status"] = "FAILED";
        payment["bank_account_details"]!["errors"] = new JsonArray(SquareErrors.OfPaymentMethod(Text(refusal, "code")!));
        Keep(payment, "payment.updated");
    }

    private void Complete(JsonObject payment)
    {
        payment["status"] = "COMPLETED";
        payment.Remove("capabilities");
        payment["receipt_number"] = Text(payment, "id")![..4];
        payment["receipt_url"] = $"https://squareupsandbox.com/receipt/preview/{Text(payment, "id")}";
        Mark(payment, "CAPTURED", "captured_at");
        Keep(payment, "payment.updated");
        entries.Charge(payment);
        book.Later(feeTakes, FeeKnown, Text(payment, "id")!);
        completed(payment);
    }

    private void Void(JsonObject payment)
    {
        payment["status"] = "CANCELED";
        payment.Remove("capabilities");
        Mark(payment, "VOIDED", "voided_at");
        Keep(payment, "payment.updated");
    }

    private void Mark(JsonObject payment, string status, string? time)
    {
        if (payment["card_details"] is not JsonObject details)
            return;
        details["status"] = status;
        if (time is not null)
            details["card_payment_timeline"]![time] = book.NowText;
    }

    private void Keep(JsonObject payment, string told)
    {
        payment["version_token"] = book.World.Ids.Next(40);
        book.Tell(told, Kind, book.Update(Kind, payment));
    }

    /// <summary>What was held and not asked for: released, or taken, as the request wished.</summary>
    public void EndHold(string id)
    {
        var payment = book.Find(Kind, id)!;
        if (Text(payment, "status") != "APPROVED")
            return;
        if (Text(payment, "delay_action") == "COMPLETE")
        {
            Complete(payment);
            return;
        }
        book.World.Shelf.Put("_expired", id, []);
        Void(payment);
    }

    public void TellFee(string id)
    {
        var payment = book.Find(Kind, id)!;
        payment["processing_fee"] = new JsonArray(new JsonObject
        {
            ["effective_at"] = book.NowText,
            ["type"] = "INITIAL",
            ["amount_money"] = Money(Entries.Fee(payment), CurrencyOf(payment, "amount_money")!),
        });
        Keep(payment, "payment.updated");
    }

    private static Reply Answer(JsonObject payment) => new(200, new JsonObject { [Kind] = payment.DeepClone() });

    public Reply Get(Call call) => With(call, Answer);

    public Reply List(Call call)
    {
        if (SquareLists.CheckTimes(call) is { } refused)
            return refused;
        return lists.Page(call, "payments", book.List(Kind).Where(one => SquareLists.Fits(call, one, "location_id") && FitsCard(call, one)));
    }

    private static bool FitsCard(Call call, JsonObject payment)
    {
        var card = payment["card_details"]?["card"] as JsonObject ?? [];
        return (Text(call.Query, "last_4") is not { } last4 || Text(card, "last_4") == last4)
            && (Text(call.Query, "card_brand") is not { } brand || Text(card, "card_brand") == brand)
            && (Text(call.Query, "total") is not { } total || Amount(payment, "total_money").ToString(CultureInfo.InvariantCulture) == total);
    }

    public Reply Update(Call call) => With(call, found =>
    {
        var sent = call.Fields[Kind] as JsonObject ?? [];
        if (Text(found, "status") != "APPROVED")
            return NotOpen(found);
        if (WrongVersion(found, Text(sent, "version_token"), "payment.version_token") is { } stale)
            return stale;
        if (CheckEdit(found, sent) is { } refused)
            return refused;
        Copy(sent, found, "amount_money", "tip_money", "delay_action");
        Total(found, CurrencyOf(found, "amount_money")!);
        found["approved_money"] = found["total_money"]!.DeepClone();
        Keep(found, "payment.updated");
        return Answer(found);
    });

    private static Reply? CheckEdit(JsonObject payment, JsonObject sent)
    {
        var currency = CurrencyOf(payment, "amount_money")!;
        var capabilities = (payment["capabilities"] as JsonArray ?? []).Select(one => one!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, capability) in ((string, string)[])[("amount_money", "EDIT_AMOUNT"), ("tip_money", "EDIT_TIP_AMOUNT")])
        {
            if (sent[name] is not JsonObject)
                continue;
            if (CurrencyOf(sent, name) != currency)
                return SquareErrors.Invalid("CURRENCY_MISMATCH", "The currency of a payment does not change.", $"payment.{name}.currency");
            if (Amount(sent, name) < 0 || (name == "amount_money" && Amount(sent, name) == 0))
                return SquareErrors.Invalid("VALUE_TOO_LOW", "`amount` must be greater than 0.", $"payment.{name}.amount");
            var wanted = Amount(sent, name) > Amount(payment, name) ? $"{capability}_UP" : $"{capability}_DOWN";
            if (Amount(sent, name) != Amount(payment, name) && !capabilities.Contains(wanted))
                return SquareErrors.Invalid("BAD_REQUEST", $"This payment does not have the capability {wanted}.", $"payment.{name}");
        }
        return Text(sent, "delay_action") is not (null or "CANCEL" or "COMPLETE")
            ? SquareErrors.Invalid("INVALID_VALUE", "Not a delay action.", "payment.delay_action")
            : null;
    }

    public Reply Complete(Call call) => With(call, found =>
    {
        if (Text(found, "status") != "APPROVED")
            return NotOpen(found);
        if (WrongVersion(found, Text(call.Fields, "version_token"), "version_token") is { } stale)
            return stale;
        Complete(found);
        return Answer(found);
    });

    public Reply Cancel(Call call) => With(call, Cancel);

    private Reply Cancel(JsonObject found)
    {
        if (Text(found, "status") != "APPROVED")
            return NotOpen(found);
        Void(found);
        return Answer(found);
    }

    /// <summary>
    /// Undoes a create whose answer was lost. Square says nothing of what it found, and keeps nothing out: a create that comes later
    /// is done.
    /// </summary>
    public Reply CancelByKey(Call call)
    {
        var made = book.Find(ByKey, Text(call.Fields, "idempotency_key"));
        if (made is null || book.Find(Kind, Text(made, "payment")) is not { } found || Text(found, "status") is "CANCELED" or "FAILED")
            return new(200, new JsonObject());
        var reply = Cancel(found);
        return reply.Status == 200 ? new(200, new JsonObject()) : reply;
    }

    private Reply NotOpen(JsonObject payment)
    {
        var code = Text(payment, "status") switch
        {
            "COMPLETED" => "DELAYED_TRANSACTION_CAPTURED",
            "CANCELED" when book.Find("_expired", Text(payment, "id")) is not null => "DELAYED_TRANSACTION_EXPIRED",
            "CANCELED" => "DELAYED_TRANSACTION_CANCELED",
            "FAILED" => "DELAYED_TRANSACTION_FAILED",
            _ => "BAD_REQUEST",
        };
        return SquareErrors.Invalid(code, $"The payment is {Text(payment, "status")}.");
    }

    private static Reply? WrongVersion(JsonObject payment, string? token, string field) =>
        token is null || token == Text(payment, "version_token")
            ? null
            : SquareErrors.Invalid("VERSION_MISMATCH", "The payment has changed since this version.", field);

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["payment_id"]) is { } found ? work(found) : SquareErrors.Invalid("NOT_FOUND", $"Could not find payment with id: {call["payment_id"]}", "payment_id", 404);
}
