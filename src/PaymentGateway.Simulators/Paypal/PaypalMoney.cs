using System.Globalization;
using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>An amount as PayPal writes it: a decimal text in major units.</summary>
internal readonly record struct PaypalMoney(string Currency, long Minor)
{
    private static readonly HashSet<string> withoutDecimals = new(["HUF", "JPY", "TWD"], StringComparer.Ordinal);

    private static readonly HashSet<string> withDecimals = new(
        "AUD BRL CAD CNY CZK DKK EUR HKD ILS MYR MXN NZD NOK PHP PLN GBP SGD SEK CHF THB USD".Split(' '), StringComparer.Ordinal);

    private static int Decimals(string currency) => withoutDecimals.Contains(currency) ? 0 : 2;

    /// <summary>Reads an amount of a request; the issue says what PayPal minds about it.</summary>
    public static (PaypalMoney Money, string? Issue) Read(JsonNode? amount)
    {
        var currency = PaypalBook.Text(amount, "currency_code") ?? "";
        if (!withDecimals.Contains(currency) && !withoutDecimals.Contains(currency))
            return (default, "INVALID_CURRENCY_CODE");
        if (!decimal.TryParse(PaypalBook.Text(amount, "value"), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return (default, "INVALID_PARAMETER_SYNTAX");
        if (value.Scale > Decimals(currency))
            return (default, Decimals(currency) == 0 ? "DECIMALS_NOT_SUPPORTED" : "DECIMAL_PRECISION");
        if (value >= 10_000_000_000m)
            return (default, "MAX_VALUE_EXCEEDED");
        return (new(currency, (long)(value * Factor(currency))), null);
    }

    /// <summary>An amount that this simulator wrote, or has checked.</summary>
    public static PaypalMoney Of(JsonNode? amount) => Read(amount) is { Issue: null, Money: var money }
        ? money
        : throw new InvalidDataException($"{amount?.ToJsonString()} is no amount.");

    private static long Factor(string currency) => Decimals(currency) == 0 ? 1 : 100;

    public JsonObject ToJson() => new() { ["currency_code"] = Currency, ["value"] = Written };

    private string Written => Decimals(Currency) == 0
        ? Minor.ToString(CultureInfo.InvariantCulture)
        : (Minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    public PaypalMoney With(long minor) => new(Currency, minor);

    /// <summary>What PayPal keeps: 3.49 % and 49 of the smallest units, as on its price list for the United States.</summary>
    public PaypalMoney Fee => With(Math.Min(Minor, ((Minor * 349) + 5_000) / 10_000 + 49));

    public override string ToString() => $"{Written} {Currency}";
}
