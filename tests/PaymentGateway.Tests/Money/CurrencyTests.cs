namespace PaymentGateway.Tests;

public sealed class CurrencyTests
{
    public static TheoryData<string> Codes => [.. Currency.All.Select(c => c.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_currency_is_found_counted_printed_and_read(string code)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        Assert.Matches("^[A-Z]{3}$", currency.Code);
        Assert.InRange(currency.NumericCode, 1, 999);
        Assert.InRange(currency.Exponent, 0, 4);
        Assert.Equal((long)Math.Pow(10, currency.Exponent), currency.MinorPerMajor);
        Assert.NotEmpty(currency.Name);

        var one = Money.FromMajor(1, currency);
        Assert.Equal(currency.MinorPerMajor, one.Minor);
        Assert.Equal(1m, one.ToMajor());
        var smallest = Money.FromMinor(-1, currency);
        Assert.True(Money.TryParse(new AmountText(smallest.ToString().Split(' ')[0]), currency, out var read, out _));
        Assert.Equal(smallest, read);
    }

    [Fact]
    public void Codes_and_numbers_are_unique_and_counted()
    {
        Assert.Equal(165, Currency.All.Count);
        Assert.Equal(165, Currency.All.DistinctBy(c => c.Code).Count());
        Assert.Equal(165, Currency.All.DistinctBy(c => c.NumericCode).Count());
        Assert.Equal([(0, 17), (2, 139), (3, 7), (4, 2)], Currency.All.CountBy(c => c.Exponent).Select(p => (p.Key, p.Value)).Order());
    }

    [Theory]
    [InlineData("JPY", 392, 0)]
    [InlineData("XOF", 952, 0)]
    [InlineData("INR", 356, 2)]
    [InlineData("KZT", 398, 2)]
    [InlineData("AUD", 36, 2)]
    [InlineData("XCG", 532, 2)]
    [InlineData("KWD", 414, 3)]
    [InlineData("CLF", 990, 4)]
    public void Known_currencies_have_their_number_and_exponent(string code, int number, int exponent)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        Assert.Equal((number, exponent), (currency.NumericCode, currency.Exponent));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("inr")]
    [InlineData("Inr")]
    [InlineData(" INR")]
    [InlineData("INRR")]
    [InlineData("ІNR")] // a Cyrillic first letter
    [InlineData("XXX")]
    [InlineData("XTS")]
    [InlineData("XAU")]
    [InlineData("XDR")]
    [InlineData("BGN")]
    [InlineData("HRK")]
    [InlineData("BTC")]
    public void Anything_but_an_active_code_in_capitals_is_unknown(string? code)
    {
        Assert.False(Currency.TryParse(code, out var currency));
        Assert.Null(currency);
    }

    [Fact]
    public void There_is_one_object_for_each_currency()
    {
        Assert.True(Currency.TryParse("INR", out var found));
        Assert.Same(Currency.INR, found);
        Assert.Equal("INR", found.ToString());
    }
}
