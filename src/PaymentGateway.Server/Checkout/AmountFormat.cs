using System.Collections.Frozen;
using System.Text;

namespace PaymentGateway.Checkout;

/// <summary>
/// Amounts as people of a language write them. The server runs without the system's culture data (InvariantGlobalization), so the few
/// rules stand here; they follow the CLDR.
/// </summary>
public static class AmountFormat
{
    private const char NoBreakSpace = '\u00a0';

    private static readonly FrozenDictionary<string, string> symbols = new Dictionary<string, string>
    {
        ["INR"] = "₹",
        ["USD"] = "$",
        ["EUR"] = "€",
        ["GBP"] = "£",
        ["JPY"] = "¥",
        ["KZT"] = "₸",
        ["RUB"] = "₽",
        ["UAH"] = "₴",
        ["TRY"] = "₺",
        ["KRW"] = "₩",
        ["ILS"] = "₪",
        ["VND"] = "₫",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Of(Money amount, string language)
    {
        var sign = amount.IsNegative ? "-" : "";
        var symbol = symbols.GetValueOrDefault(amount.Currency.Code);
        var isIndian = language == "hi" || amount.Currency == Currency.INR;
        return language is "ru" or "kk"
            ? $"{sign}{Digits(amount, NoBreakSpace, ',', isIndian: false)}{NoBreakSpace}{symbol ?? amount.Currency.Code}"
            : $"{sign}{symbol ?? amount.Currency.Code + NoBreakSpace}{Digits(amount, ',', '.', isIndian)}";
    }

    private static string Digits(Money amount, char group, char point, bool isIndian)
    {
        // Not Math.Abs: the smallest long has no positive twin, but a decimal holds it.
        var plain = decimal.Abs(amount.ToMajor()).ToString("F" + amount.Currency.Exponent);
        var parts = plain.Split('.');
        return parts.Length == 1 ? Grouped(parts[0], group, isIndian) : Grouped(parts[0], group, isIndian) + point + parts[1];
    }

    /// <summary>Groups of three; the Indian way has three at the end and twos before: 1,23,45,678.</summary>
    private static string Grouped(string digits, char group, bool isIndian)
    {
        var grouped = new StringBuilder(digits.Length * 2);
        for (var i = 0; i < digits.Length; i++)
        {
            var left = digits.Length - i;
            if (i > 0 && (isIndian ? left == 3 || (left > 3 && left % 2 == 1) : left % 3 == 0))
            {
                grouped.Append(group);
            }

            grouped.Append(digits[i]);
        }

        return grouped.ToString();
    }
}
