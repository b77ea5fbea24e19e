using System.Globalization;
using System.Text;

namespace PaymentGateway.Receipts;

/// <summary>Amounts and days as they stand on receipts. The server has no culture data, so the few rules are here.</summary>
internal static class Figures
{
    /// <summary>1,23,456.50 in rupees, 123,456.50 in all others; every decimal of the currency.</summary>
    public static string Of(decimal amount, Currency currency)
    {
        var digits = decimal.Abs(amount).ToString("F" + currency.Exponent, CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? digits : digits[..point];
        return (amount < 0 ? "-" : "") + Grouped(whole, currency == Currency.INR) + (point < 0 ? "" : digits[point..]);
    }

    /// <summary>With the sign of the currency: ₹1,23,456.50, or its code: CHF 10.00.</summary>
    public static string Signed(decimal amount, Currency currency) =>
        $"{SignOf(currency) ?? currency.Code + "\u00a0"}{Of(amount, currency)}";

    /// <summary>INR (₹): for the head of a column.</summary>
    public static string NameOf(Currency currency) => SignOf(currency) is { } sign ? $"{currency.Code} ({sign})" : currency.Code;

    /// <summary>18 or 2.5, without zeros at the end.</summary>
    public static string Percent(decimal percent) => percent.ToString("0.####", CultureInfo.InvariantCulture) + "%";

    /// <summary>5 April 2026.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>5 April 2026, 14:48 IST; in UTC for those who are not in India.</summary>
    public static string Time(DateTimeOffset time, bool isIndian)
    {
        var there = time.ToOffset(isIndian ? TimeSpan.FromHours(5.5) : TimeSpan.Zero);
        var clock = there.ToString("HH:mm", CultureInfo.InvariantCulture);
        return $"{Day(DateOnly.FromDateTime(there.DateTime))}, {clock} {(isIndian ? "IST" : "UTC")}";
    }

    private static string? SignOf(Currency currency) => currency.Code switch
    {
        "INR" => "₹",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "KZT" => "₸",
        "RUB" => "₽",
        "UAH" => "₴",
        "TRY" => "₺",
        _ => null,
    };

    private static string Grouped(string digits, bool isIndian)
    {
        var grouped = new StringBuilder(digits.Length * 2);
        for (var i = 0; i < digits.Length; i++)
        {
            var left = digits.Length - i;
            var isBreak = isIndian ? left == 3 || (left > 3 && left % 2 == 1) : left % 3 == 0;
            grouped.Append(i > 0 && isBreak ? "," : "").Append(digits[i]);
        }

        return grouped.ToString();
    }
}
