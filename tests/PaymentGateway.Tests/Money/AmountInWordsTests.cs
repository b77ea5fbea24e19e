namespace PaymentGateway.Tests;

public sealed class AmountInWordsTests
{
    [Theory]
    [InlineData("INR", 12345650, "Rupees One Lakh Twenty-Three Thousand Four Hundred Fifty-Six and Fifty Paise Only")]
    [InlineData("INR", 944000, "Rupees Nine Thousand Four Hundred Forty Only")]
    [InlineData("INR", 100, "Rupees One Only")]
    [InlineData("INR", 5, "Rupees Zero and Five Paise Only")]
    [InlineData("INR", 0, "Rupees Zero Only")]
    [InlineData("INR", 1099, "Rupees Ten and Ninety-Nine Paise Only")]
    [InlineData("INR", 10000000, "Rupees One Lakh Only")]
    [InlineData("INR", 1000000000, "Rupees One Crore Only")]
    [InlineData("INR", 12345678900000, "Rupees Twelve Thousand Three Hundred Forty-Five Crore Sixty-Seven Lakh Eighty-Nine Thousand Only")]
    [InlineData("INR", 100000000000000, "Rupees One Lakh Crore Only")]
    [InlineData("KZT", 12345650, "Tenge One Hundred Twenty-Three Thousand Four Hundred Fifty-Six and Fifty Tiyn Only")]
    [InlineData("USD", 100000001, "US Dollars One Million and One Cents Only")]
    [InlineData("EUR", 2000, "Euros Twenty Only")]
    [InlineData("JPY", 1015, "JPY One Thousand Fifteen Only")]
    [InlineData("KWD", 1500, "KWD One and 500/1000 Only")]
    public void An_amount_is_written_out(string currency, long minor, string words) =>
        Assert.Equal(words, AmountInWords.Of(Money.FromMinor(minor, Currency.FromStored(currency))));

    [Fact]
    public void The_largest_amount_can_be_written_and_a_negative_one_is_refused()
    {
        Assert.Equal(
            "Rupees Nine Hundred Twenty-Two Crore Thirty-Three Lakh Seventy-Two Thousand Thirty-Six Crore "
                + "Eighty-Five Lakh Forty-Seven Thousand Seven Hundred Fifty-Eight and Seven Paise Only",
            AmountInWords.Of(Money.FromMinor(long.MaxValue, Currency.INR)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AmountInWords.Of(Money.FromMinor(-1, Currency.INR)));
    }
}
