using System.Globalization;
using System.Text.Json.Serialization;

namespace PaymentGateway;

/// <summary>
/// An exact amount: a count of minor units and the currency they are of. Arithmetic is checked and needs one currency on both sides.
/// </summary>
/// <remarks>
/// <c>default(Money)</c> has no currency; it can be compared for equality and printed for a log, everything else throws.
/// Mixing currencies and overflow are bugs of the caller, so they throw as well: amounts from outside come in by <see cref="TryParse"/>.
/// </remarks>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly partial record struct Money : IComparable<Money>
{
    private readonly long _minor;
    private readonly Currency? _currency;

    private Money(long minor, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        (_minor, _currency) = (minor, currency);
    }

    public long Minor => _currency is null ? throw NoCurrency() : _minor;
    public Currency Currency => _currency ?? throw NoCurrency();

    public bool IsZero => Minor == 0;
    public bool IsPositive => Minor > 0;
    public bool IsNegative => Minor < 0;

    public static Money Zero(Currency currency) => new(0, currency);

    public static Money FromMinor(long minor, Currency currency) => new(minor, currency);

    /// <summary>Takes the amount as it is. One with more decimals than the currency has is refused, never rounded.</summary>
    /// <exception cref="ArgumentException">More decimals than the currency has.</exception>
    /// <exception cref="OverflowException">More minor units than a long can count.</exception>
    public static Money FromMajor(decimal major, Currency currency)
    {
        var money = Round(major, currency);
        if (money.ToMajor() == major)
            return money;
        var text = major.ToString(CultureInfo.InvariantCulture);
        throw new ArgumentException($"{text} has more decimals than the {currency.Exponent} of {currency}.", nameof(major));
    }

    /// <summary>The nearest amount of the currency; exactly between two, the one with the even count of minor units.</summary>
    public static Money Round(decimal major, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        return new(Rounding.HalfEven(currency.MinorPerMajor, major), currency);
    }

    /// <summary>The nearest amount to this one times the rate, rounded once, half to even.</summary>
    public Money Multiply(decimal rate) => new(Rounding.HalfEven(Minor, rate), Currency);

    public Money Negate() => new(checked(-Minor), Currency);

    public static Money Min(Money left, Money right) => left <= right ? left : right;

    public static Money operator +(Money left, Money right) => new(checked(left.Minor + right.MinorIn(left.Currency)), left.Currency);
    public static Money operator -(Money left, Money right) => new(checked(left.Minor - right.MinorIn(left.Currency)), left.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;
    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;
    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    public int CompareTo(Money other) => Minor.CompareTo(other.MinorIn(Currency));

    /// <summary>The amount in major units without trailing zeros: 2716.67, 500, 0.5.</summary>
    public decimal ToMajor() => (decimal)Minor / Currency.MinorPerMajor;

    /// <summary>For people and logs, with every decimal of the currency: "500.00 INR".</summary>
    public override string ToString() => _currency is null
        ? "(no currency)"
        : $"{ToMajor().ToString("F" + _currency.Exponent, CultureInfo.InvariantCulture)} {_currency}";

    private long MinorIn(Currency expected) => ReferenceEquals(Currency, expected)
        ? Minor
        : throw new InvalidOperationException($"An amount in {expected} cannot be combined or compared with one in {Currency}.");

    private static InvalidOperationException NoCurrency() => new("This amount has no currency: it is default(Money), which was never set.");
}
