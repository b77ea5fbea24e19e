using System.Collections.Frozen;

namespace PaymentGateway;

/// <summary>
/// Amounts as they are written out on receipts. Rupees are counted in lakh and crore, every other currency in thousands and millions.
/// </summary>
public static class AmountInWords
{
    private static readonly string[] small =
    [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen",
        "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ];

    private static readonly string[] tens = ["", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];

    private static readonly (long Size, string Name)[] indian = [(10_000_000, "Crore"), (100_000, "Lakh"), (1_000, "Thousand")];

    private static readonly (long Size, string Name)[] western =
    [
        (1_000_000_000_000_000_000, "Quintillion"), (1_000_000_000_000_000, "Quadrillion"), (1_000_000_000_000, "Trillion"),
        (1_000_000_000, "Billion"), (1_000_000, "Million"), (1_000, "Thousand"),
    ];

    /// <summary>Of currencies with a name that one would write out. The others are written with their code and a fraction.</summary>
    private static readonly FrozenDictionary<string, (string Major, string Minor)> names = new Dictionary<string, (string, string)>
    {
        ["AED"] = ("Dirhams", "Fils"),
        ["EUR"] = ("Euros", "Cents"),
        ["GBP"] = ("Pounds", "Pence"),
        ["INR"] = ("Rupees", "Paise"),
        ["KGS"] = ("Som", "Tyiyn"),
        ["KZT"] = ("Tenge", "Tiyn"),
        ["RUB"] = ("Roubles", "Kopecks"),
        ["SGD"] = ("Singapore Dollars", "Cents"),
        ["UAH"] = ("Hryvnias", "Kopiykas"),
        ["USD"] = ("US Dollars", "Cents"),
        ["UZS"] = ("Soums", "Tiyin"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>"Rupees One Lakh Twenty-Three Thousand Four Hundred Fifty-Six and Fifty Paise Only".</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative.</exception>
    public static string Of(Money amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Minor);
        var currency = amount.Currency;
        var (major, minor) = Math.DivRem(amount.Minor, currency.MinorPerMajor);
        var words = currency == Currency.INR ? Written(major, indian) : Written(major, western);
        var name = names.TryGetValue(currency.Code, out var known) ? known : (Major: currency.Code, Minor: "");
        var rest = minor == 0 ? ""
            : name.Minor.Length > 0 ? $" and {Written(minor, western)} {name.Minor}"
            : $" and {minor}/{currency.MinorPerMajor}";
        return $"{name.Major} {words}{rest} Only";
    }

    private static string Written(long number, (long Size, string Name)[] scale)
    {
        foreach (var (size, name) in scale)
        {
            if (number >= size)
            {
                // More than a hundred crore is so many crore again: One Lakh Crore.
                return Written(number / size, scale) + $" {name}" + Rest(number % size, scale);
            }
        }

        return number switch
        {
            < 20 => small[number],
            < 100 => tens[number / 10] + (number % 10 == 0 ? "" : $"-{small[number % 10]}"),
            _ => $"{small[number / 100]} Hundred" + Rest(number % 100, scale),
        };
    }

    private static string Rest(long number, (long Size, string Name)[] scale) => number == 0 ? "" : $" {Written(number, scale)}";
}
