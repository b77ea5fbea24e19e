using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace PaymentGateway.Tests;

public sealed class MoneyTests
{
    private static readonly Arbitrary<decimal> Decimals = Arb.From(Gen.OneOf(
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from middle in Gen.Choose(int.MinValue, int.MaxValue)
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from scale in Gen.Choose(0, 28)
        from negative in Gen.Elements(true, false)
        select new decimal(low, middle, high, negative, (byte)scale),
        from digits in Gen.Choose(-2_000_000, 2_000_000)
        from scale in Gen.Choose(0, 6)
        select new decimal(Math.Abs(digits), 0, 0, digits < 0, (byte)scale)));

    private static Money Inr(long minor) => Money.FromMinor(minor, Currency.INR);

    [Fact]
    public void Sums_and_differences_are_those_of_whole_numbers_or_overflow() =>
        Prop.ForAll(Generated.Counts, Generated.Counts, (a, b) =>
            Same((BigInteger)a + b, () => Inr(a) + Inr(b)) && Same((BigInteger)a - b, () => Inr(a) - Inr(b))
            && Same(-(BigInteger)a, () => Inr(a).Negate())).Check();

    [Fact]
    public void A_product_is_the_nearest_whole_number_and_the_even_one_of_two() =>
        Prop.ForAll(Generated.Counts, Decimals, (minor, rate) =>
        {
            var (digits, denominator) = Fraction(rate);
            return Same(HalfEven(minor * digits, denominator), () => Inr(minor).Multiply(rate));
        }).Check();

    [Fact]
    public void Rounding_gives_the_nearest_amount_and_the_even_one_of_two() =>
        Prop.ForAll(Decimals, Generated.Currencies, (major, currency) =>
        {
            var (digits, denominator) = Fraction(major);
            return Same(HalfEven(digits * BigInteger.Pow(10, currency.Exponent), denominator), () => Money.Round(major, currency));
        }).Check();

    [Theory]
    [InlineData("0.005", 0)]
    [InlineData("0.015", 2)]
    [InlineData("0.025", 2)]
    [InlineData("-0.005", 0)]
    [InlineData("-0.015", -2)]
    [InlineData("0.0050000000000000000000000001", 1)]
    [InlineData("1.0149999999999999999999999999", 101)]
    public void A_half_goes_to_the_even_minor_unit(string major, long minor) =>
        Assert.Equal(Inr(minor), Money.Round(decimal.Parse(major, CultureInfo.InvariantCulture), Currency.INR));

    [Fact]
    public void Every_count_goes_to_major_units_and_back() =>
        Prop.ForAll(Generated.Counts, Generated.Currencies, (minor, currency) =>
        {
            var money = Money.FromMinor(minor, currency);
            return Money.FromMajor(money.ToMajor(), currency) == money;
        }).Check();

    [Theory]
    [InlineData(271667, "2716.67")]
    [InlineData(50000, "500")]
    [InlineData(50, "0.5")]
    [InlineData(0, "0")]
    [InlineData(-1, "-0.01")]
    [InlineData(long.MinValue, "-92233720368547758.08")]
    public void Major_units_have_no_trailing_zeros(long minor, string major) =>
        Assert.Equal(major, Inr(minor).ToMajor().ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(271667, "INR", "2716.67 INR")]
    [InlineData(50000, "INR", "500.00 INR")]
    [InlineData(-5, "INR", "-0.05 INR")]
    [InlineData(500, "JPY", "500 JPY")]
    [InlineData(1, "KWD", "0.001 KWD")]
    [InlineData(long.MinValue, "CLF", "-922337203685477.5808 CLF")]
    public void Text_shows_every_decimal_of_the_currency(long minor, string code, string text)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        Assert.Equal(text, Money.FromMinor(minor, currency).ToString());
    }

    [Theory]
    [InlineData("0.001", "INR")]
    [InlineData("1.5", "JPY")]
    [InlineData("0.00001", "CLF")]
    public void More_decimals_than_the_currency_has_are_not_rounded_away(string major, string code)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        var refusal = Assert.Throws<ArgumentException>(() => Money.FromMajor(decimal.Parse(major, CultureInfo.InvariantCulture), currency));
        Assert.Contains(code, refusal.Message);
    }

    [Fact]
    public void Too_many_major_units_overflow() =>
        Assert.Throws<OverflowException>(() => Money.FromMajor(92_233_720_368_547_758.08m, Currency.INR));

    [Fact]
    public void Two_currencies_do_not_mix()
    {
        var (rupees, dollars) = (Inr(100), Money.FromMinor(100, Currency.USD));
        Func<object>[] mixtures =
        [
            () => rupees + dollars, () => rupees - dollars, () => rupees < dollars, () => rupees <= dollars,
            () => rupees > dollars, () => rupees >= dollars, () => rupees.CompareTo(dollars), () => Money.Min(rupees, dollars),
        ];
        foreach (var mixture in mixtures)
        {
            var refusal = Assert.Throws<InvalidOperationException>(mixture);
            Assert.Contains("INR", refusal.Message);
            Assert.Contains("USD", refusal.Message);
        }

        Assert.NotEqual(rupees, dollars);
    }

    [Fact]
    public void An_amount_without_a_currency_is_refused()
    {
        Money none = default;
        Func<object>[] uses =
        [
            () => none.Minor, () => none.Currency, () => none + none, () => none - none, () => none + Inr(1), () => Inr(1) + none,
            () => none < Inr(1), () => Inr(1) >= none, () => none.CompareTo(Inr(1)), () => Money.Min(Inr(1), none), () => none.Negate(),
            () => none.Multiply(1),
            () => none.ToMajor(), () => none.IsZero, () => none.IsPositive, () => none.IsNegative, () => none.SplitInto(2),
            () => none.SplitBy(1L, 2L),
        ];
        foreach (var use in uses)
            Assert.Contains("no currency", Assert.Throws<InvalidOperationException>(use).Message);

        Assert.Equal("(no currency)", none.ToString());
        Assert.Throws<ArgumentNullException>(() => Money.FromMinor(1, null!));
    }

    [Fact]
    public void Amounts_of_a_currency_are_ordered_by_their_count() =>
        Prop.ForAll(Generated.Counts, Generated.Counts, (a, b) =>
            Inr(a) < Inr(b) == a < b && Inr(a) >= Inr(b) == a >= b && Inr(a) > Inr(b) == a > b && Inr(a) <= Inr(b) == a <= b
            && Money.Min(Inr(a), Inr(b)) == Inr(Math.Min(a, b)) && Inr(a) == Inr(b) == (a == b)
            && Inr(a).IsZero == (a == 0) && Inr(a).IsPositive == a > 0 && Inr(a).IsNegative == a < 0).Check();

    private static bool Same(BigInteger expected, Func<Money> compute)
    {
        if (expected >= long.MinValue && expected <= long.MaxValue)
            return compute().Minor == (long)expected;
        Assert.Throws<OverflowException>(() => compute());
        return true;
    }

    private static (BigInteger Digits, BigInteger Denominator) Fraction(decimal value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        var decimals = text.Contains('.') ? text.Length - text.IndexOf('.') - 1 : 0;
        var digits = text.Replace(".", "", StringComparison.Ordinal);
        return (BigInteger.Parse(digits, CultureInfo.InvariantCulture), BigInteger.Pow(10, decimals));
    }

    // By the definition and not by the method of the code: the only whole number within a half, or the even one of two.
    private static BigInteger HalfEven(BigInteger numerator, BigInteger denominator)
    {
        var near = numerator / denominator;
        var candidates = new[] { near - 1, near, near + 1 }
            .Where(n => BigInteger.Abs(n * denominator - numerator) * 2 <= denominator).ToArray();
        return candidates.Length == 1 ? candidates[0] : candidates.Single(n => n.IsEven);
    }
}
