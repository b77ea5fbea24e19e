namespace PaymentGateway.Tests;

public sealed class GstTests
{
    private const string Maharashtra = "27";
    private const string Karnataka = "29";

    [Theory]
    [InlineData("10000.00", Maharashtra, "900.00", "900.00", "0.00", "11800.00")]
    [InlineData("10000.00", Karnataka, "0.00", "0.00", "1800.00", "11800.00")]
    [InlineData("999.99", Maharashtra, "90.00", "90.00", "0.00", "1179.99")]
    [InlineData("999.99", Karnataka, "0.00", "0.00", "180.00", "1179.99")]
    public void Tax_on_top_of_a_price(string taxable, string place, string cgst, string sgst, string igst, string total)
    {
        var split = Gst.Exclusive(Rupees(taxable), 18, Maharashtra, place);

        Assert.Equal(new GstSplit(Rupees(taxable), Rupees(cgst), Rupees(sgst), Rupees(igst)), split);
        Assert.Equal(Rupees(total), split.Total);
    }

    [Theory]
    [InlineData("1180.00", Maharashtra, "1000.00", "90.00", "90.00", "0.00")]
    [InlineData("999.00", Maharashtra, "846.61", "76.20", "76.19", "0.00")]
    [InlineData("999.00", Karnataka, "846.61", "0.00", "0.00", "152.39")]
    public void Tax_within_a_price(string price, string place, string taxable, string cgst, string sgst, string igst)
    {
        var split = Gst.Inclusive(Rupees(price), 18, Maharashtra, place);

        Assert.Equal(new GstSplit(Rupees(taxable), Rupees(cgst), Rupees(sgst), Rupees(igst)), split);
        Assert.Equal(Rupees(price), split.Total);
    }

    [Fact]
    public void Parts_of_any_price_with_tax_in_it_add_up_to_the_price()
    {
        foreach (var percent in (decimal[])[0, 5, 18, 40])
        {
            for (var minor = 1L; minor < 3_000; minor++)
            {
                var price = Money.FromMinor(minor, Currency.INR);
                var split = Gst.Inclusive(price, percent, Maharashtra, Maharashtra);

                Assert.Equal(price, split.Total);
                Assert.InRange((split.Cgst - split.Sgst).Minor, -1, 1);
                Assert.Equal(price, Gst.Inclusive(price, percent, Maharashtra, Karnataka).Total);
            }
        }
    }

    [Theory]
    [InlineData("2")]
    [InlineData("MH")]
    [InlineData("027")]
    [InlineData("")]
    public void A_state_is_two_digits(string code) =>
        Assert.Throws<ArgumentException>(() => Gst.Exclusive(Rupees("1.00"), 18, Maharashtra, code));

    private static Money Rupees(string text) =>
        Money.FromMajor(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Currency.INR);
}
