using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace PaymentGateway;

/// <summary>A currency of ISO 4217. There is one object for each, so comparing two is comparing references.</summary>
public sealed class Currency
{
    private static readonly Currency[] Listed = [.. CurrencyList.Iso4217.Split('\n').Select(FromLine)];
    private static readonly FrozenDictionary<string, Currency> ByCode = Listed.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);

    private Currency(string code, short numericCode, int exponent, string name)
    {
        (Code, NumericCode, Exponent, Name) = (code, numericCode, exponent, name);
        for (var place = 0; place < exponent; place++)
            MinorPerMajor *= 10;
    }

    /// <summary>Every active currency that has minor units, in the order of the codes.</summary>
    public static IReadOnlyList<Currency> All => Listed;

    public static Currency AED { get; } = Known("AED");
    public static Currency CLF { get; } = Known("CLF");
    public static Currency CNY { get; } = Known("CNY");
    public static Currency EUR { get; } = Known("EUR");
    public static Currency GBP { get; } = Known("GBP");
    public static Currency INR { get; } = Known("INR");
    public static Currency JPY { get; } = Known("JPY");
    public static Currency KGS { get; } = Known("KGS");
    public static Currency KWD { get; } = Known("KWD");
    public static Currency KZT { get; } = Known("KZT");
    public static Currency RUB { get; } = Known("RUB");
    public static Currency SGD { get; } = Known("SGD");
    public static Currency TRY { get; } = Known("TRY");
    public static Currency UAH { get; } = Known("UAH");
    public static Currency USD { get; } = Known("USD");
    public static Currency UZS { get; } = Known("UZS");

    /// <summary>The three letters, upper case: INR.</summary>
    public string Code { get; }

    /// <summary>The number of the code. Card messages print it with three digits: 36 is "036".</summary>
    public short NumericCode { get; }

    /// <summary>The decimals of an amount in major units: JPY 0, INR 2, KWD 3, CLF 4.</summary>
    public int Exponent { get; }

    public string Name { get; }

    /// <summary>Ten to the power of the exponent.</summary>
    public long MinorPerMajor { get; } = 1;

    /// <summary>Finds a currency by its exact upper-case code.</summary>
    public static bool TryParse(string? code, [NotNullWhen(true)] out Currency? currency)
    {
        currency = null;
        return code is not null && ByCode.TryGetValue(code, out currency);
    }

    /// <summary>The currency of a code that was checked before it was stored.</summary>
    /// <exception cref="InvalidOperationException">There is no such currency.</exception>
    public static Currency FromStored(string code) =>
        TryParse(code, out var currency) ? currency : throw new InvalidOperationException($"{code} is stored but is no currency.");

    public override string ToString() => Code;

    private static Currency Known(string code) => ByCode[code];

    private static Currency FromLine(string line)
    {
        var fields = line.TrimEnd('\r').Split(' ', 4);
        return new Currency(fields[0], short.Parse(fields[1]), int.Parse(fields[2]), fields[3]);
    }
}
