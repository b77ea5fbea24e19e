using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>What SmartGateway says about an order, whatever it was written in. Texts that are empty are not there.</summary>
/// <param name="OrderId">Ours.</param>
/// <param name="Status">The gateway's word, such as <c>CHARGED</c>.</param>
/// <param name="Amount">Of the order.</param>
public sealed record PaymentData(string OrderId, string Status, Money Amount)
{
    /// <summary>The number of the status.</summary>
    public int? StatusId { get; init; }

    /// <summary>The gateway's own id of the order.</summary>
    public string? Id { get; init; }

    /// <summary>Of the last try to pay.</summary>
    public string? TransactionId { get; init; }

    /// <summary><c>CARD</c>, <c>NB</c>, <c>UPI</c>, <c>WALLET</c> and so on.</summary>
    public string? MethodType { get; init; }

    /// <summary>The bank, the wallet or the network.</summary>
    public string? Method { get; init; }

    public string? CardLast4 { get; init; }
    public string? CardBrand { get; init; }
    public string? CardType { get; init; }
    public string? PayerVpa { get; init; }
    public string? BankErrorCode { get; init; }
    public string? BankErrorMessage { get; init; }

    /// <summary>Of the gateway behind: for UPI the code of the network.</summary>
    public string? ResponseCode { get; init; }

    /// <summary>The number by which the banks know the payment.</summary>
    public string? Rrn { get; init; }

    /// <summary>Our key of the charge, where the order was made here.</summary>
    public string? ChargeKey { get; init; }

    /// <summary>The page for the payer.</summary>
    public string? PaymentLink { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the order can be paid no more; the gateway says it of a new one only.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public IReadOnlyList<RefundData> Refunds { get; init; } = [];

    /// <exception cref="InvalidFieldException">It is not of this format, or a field does not say what it must.</exception>
    public static PaymentData Parse(HdfcFormat format, ReadOnlyMemory<byte> body) => Read(HdfcFormats.Read(format, body));

    /// <summary>Every part that is known, in a fixed order: what is parsed of it and written again has the same bytes.</summary>
    public byte[] Write(HdfcFormat format) => HdfcFormats.Write(format, ToTree());

    internal static PaymentData Read(JsonElement order)
    {
        var currency = CurrencyOf(order);
        return new(Field.Needed(order, "order_id"), Field.Needed(order, "status"), Field.Amount(order, "amount", currency))
        {
            StatusId = Field.Whole(order, "status_id"),
            Id = Field.Text(order, "id"),
            TransactionId = Field.Text(order, "txn_id"),
            MethodType = Field.Text(order, "payment_method_type"),
            Method = Field.Text(order, "payment_method"),
            CardLast4 = Field.Text(order, "card", "last_four_digits"),
            CardBrand = Field.Text(order, "card", "card_brand"),
            CardType = Field.Text(order, "card", "card_type"),
            PayerVpa = Field.Text(order, "payer_vpa"),
            BankErrorCode = Field.Text(order, "bank_error_code"),
            BankErrorMessage = Field.Text(order, "bank_error_message"),
            ResponseCode = Field.Text(order, "payment_gateway_response", "resp_code"),
            Rrn = Field.Text(order, "payment_gateway_response", "rrn"),
            ChargeKey = Field.Text(order, ChargeKeyField),
            PaymentLink = Field.Text(order, "payment_links", "web"),
            CreatedAt = Field.Time(order, "date_created"),
            ExpiresAt = Field.Time(order, "order_expiry"),
            Refunds = [.. Field.Items(order, "refunds").Select((refund, at) => RefundData.Read(refund, at, currency))],
        };
    }

    /// <summary>A user-defined field that takes any character; 1 to 5 are for letters and digits.</summary>
    internal const string ChargeKeyField = "udf6";

    private static Currency CurrencyOf(JsonElement order) => Currency.TryParse(Field.Needed(order, "currency"), out var currency)
        ? currency
        : throw new InvalidFieldException("currency", "must be a code of ISO 4217");

    private JsonObject ToTree()
    {
        var tree = new JsonObject { ["order_id"] = OrderId, ["status"] = Status };
        Field.Put(tree, "status_id", StatusId?.ToString(CultureInfo.InvariantCulture));
        tree["amount"] = Field.Written(Amount);
        tree["currency"] = Amount.Currency.Code;
        Field.Put(tree, "id", Id);
        Field.Put(tree, "txn_id", TransactionId);
        Field.Put(tree, "payment_method_type", MethodType);
        Field.Put(tree, "payment_method", Method);
        Field.Put(tree, "card", ("last_four_digits", CardLast4), ("card_brand", CardBrand), ("card_type", CardType));
        Field.Put(tree, "payer_vpa", PayerVpa);
        Field.Put(tree, "bank_error_code", BankErrorCode);
        Field.Put(tree, "bank_error_message", BankErrorMessage);
        Field.Put(tree, "payment_gateway_response", ("resp_code", ResponseCode), ("rrn", Rrn));
        Field.Put(tree, ChargeKeyField, ChargeKey);
        Field.Put(tree, "payment_links", ("web", PaymentLink));
        Field.Put(tree, "date_created", Field.Written(CreatedAt));
        Field.Put(tree, "order_expiry", Field.Written(ExpiresAt));
        if (Refunds.Count > 0)
        {
            tree["refunds"] = new JsonArray([.. Refunds.Select(refund => refund.ToTree())]);
        }

        return tree;
    }
}

/// <param name="RequestId">Made of our key.</param>
/// <param name="Status"><c>PENDING</c>, <c>SUCCESS</c>, <c>FAILURE</c> or <c>MANUAL_REVIEW</c>.</param>
public sealed record RefundData(string RequestId, string Status, Money Amount)
{
    /// <summary>The number by which the payer's bank finds it.</summary>
    public string? Reference { get; init; }

    public string? ErrorCode { get; init; }

    internal static RefundData Read(JsonElement refund, int at, Currency currency)
    {
        try
        {
            return new(Field.Needed(refund, "unique_request_id"), Field.Needed(refund, "status"), Field.Amount(refund, "amount", currency))
            {
                Reference = Field.Text(refund, "ref"),
                ErrorCode = Field.Text(refund, "error_code"),
            };
        }
        catch (InvalidFieldException invalid)
        {
            throw invalid.Within(string.Create(CultureInfo.InvariantCulture, $"refunds.{at}"));
        }
    }

    internal JsonObject ToTree()
    {
        var tree = new JsonObject { ["unique_request_id"] = RequestId, ["status"] = Status, ["amount"] = Field.Written(Amount) };
        Field.Put(tree, "ref", Reference);
        Field.Put(tree, "error_code", ErrorCode);
        return tree;
    }
}

/// <summary>Single fields of the gateway's trees: a number may be written as a text, and what is empty is not there.</summary>
internal static class Field
{
    public static string? Text(JsonElement tree, params ReadOnlySpan<string> path) => tree.At(path) switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } written => written,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.True or JsonValueKind.False } =>
            throw new InvalidFieldException(string.Join('.', path), "must be a text or a number"),
        _ => null,
    };

    public static string Needed(JsonElement tree, string name) => Text(tree, name) ?? throw new InvalidFieldException(name, "must be there");

    public static Money Amount(JsonElement tree, string name, Currency currency)
    {
        var written = Needed(tree, name);
        try
        {
            if (decimal.TryParse(written, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var major))
            {
                return Money.FromMajor(major, currency);
            }
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
        }

        throw new InvalidFieldException(name, $"must be an amount in {currency.Code}");
    }

    public static int? Whole(JsonElement tree, string name) => Text(tree, name) is not { } written ? null
        : int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole
        : throw new InvalidFieldException(name, "must be a whole number");

    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    public static DateTimeOffset? Time(JsonElement tree, string name) => Text(tree, name) is not { } written ? null
        : DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, Utc, out var time) ? time
        : throw new InvalidFieldException(name, "must be a time");

    /// <summary>A list, or an object whose names are the numbers of its items, as forms have it.</summary>
    public static IReadOnlyList<JsonElement> Items(JsonElement tree, string name)
    {
        var list = tree.At(name);
        return list.ValueKind switch
        {
            JsonValueKind.Array => [.. list.EnumerateArray()],
            JsonValueKind.Object => [.. list.EnumerateObject().Select((item, at) => Numbered(item, at, name))],
            JsonValueKind.Undefined => [],
            JsonValueKind.String when list.GetString() is "" => [],
            _ => throw new InvalidFieldException(name, "must be a list"),
        };
    }

    private static JsonElement Numbered(JsonProperty item, int at, string name) => item.Name == at.ToString(CultureInfo.InvariantCulture)
        ? item.Value
        : throw new InvalidFieldException($"{name}.{item.Name}", "must be the number of an item");

    public static void Put(JsonObject tree, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            tree[name] = value;
        }
    }

    public static void Put(JsonObject tree, string name, params IEnumerable<(string Name, string? Value)> parts)
    {
        var inner = new JsonObject();
        foreach (var (part, value) in parts)
        {
            Put(inner, part, value);
        }

        if (inner.Count > 0)
        {
            tree[name] = inner;
        }
    }

    /// <summary>With all decimals of the currency: 1500.00.</summary>
    public static string Written(Money amount) =>
        amount.ToMajor().ToString($"F{amount.Currency.Exponent}", CultureInfo.InvariantCulture);

    public static string? Written(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
