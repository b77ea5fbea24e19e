using System.Diagnostics;
using System.Text.Json;
using PaymentGateway.Checkout;

namespace PaymentGateway.Tests.Checkout;

public sealed class AmountFormatTests
{
    [Theory]
    [InlineData("INR", 12345600, "en", "₹1,23,456.00")]
    [InlineData("INR", 12345600, "hi", "₹1,23,456.00")]
    [InlineData("INR", 12345600, "ru", "123 456,00 ₹")]
    [InlineData("INR", 12345600, "kk", "123 456,00 ₹")]
    [InlineData("INR", 5, "en", "₹0.05")]
    [InlineData("INR", 99999, "en", "₹999.99")]
    [InlineData("INR", 100000, "en", "₹1,000.00")]
    [InlineData("INR", 123456789012, "en", "₹1,23,45,67,890.12")]
    [InlineData("USD", 123456789, "en", "$1,234,567.89")]
    [InlineData("USD", 123456789, "hi", "$12,34,567.89")]
    [InlineData("JPY", 1234567, "en", "¥1,234,567")]
    [InlineData("JPY", 1234567, "ru", "1 234 567 ¥")]
    [InlineData("KWD", 1234567, "en", "KWD 1,234.567")]
    [InlineData("KZT", 1234500, "kk", "12 345,00 ₸")]
    [InlineData("USD", -1050, "en", "-$10.50")]
    [InlineData("USD", long.MinValue, "en", "-$92,233,720,368,547,758.08")]
    public void Amounts_are_written_as_people_write_them(string currency, long minor, string language, string expected)
    {
        Assert.True(Currency.TryParse(currency, out var known));
        Assert.Equal(expected.Replace(' ', '\u00a0'), AmountFormat.Of(Money.FromMinor(minor, known), language));
    }

    [Fact]
    public async Task They_agree_with_the_culture_data_of_Node()
    {
        string[] currencies = ["INR", "USD", "EUR", "KZT", "RUB", "JPY"];
        long[] amounts = [1, 100, 12345, 100000, 1234567, 123456789];
        var cases = (
            from language in Language.All
            from currency in currencies
            from minor in amounts
            select (language.Code, currency, minor)).ToList();
        var expected = await AskNode(cases);

        for (var i = 0; i < cases.Count; i++)
        {
            var (language, currency, minor) = cases[i];
            Assert.True(Currency.TryParse(currency, out var known));
            Assert.Equal(expected[i], AmountFormat.Of(Money.FromMinor(minor, known), language));
        }
    }

    // English with rupees is what the format en-IN says; without it Node would group them by thousands.
    private static async Task<string[]> AskNode(IReadOnlyList<(string Language, string Currency, long Minor)> cases)
    {
        var asked = JsonSerializer.Serialize(cases.Select(c => new object[] { c.Language, c.Currency, c.Minor }));
        const string Script = """
            const cases = JSON.parse(process.argv[1]);
            const locale = (l, c) => (l === 'en' && c === 'INR' ? 'en-IN' : l === 'hi' ? 'hi-IN-u-nu-latn' : l);
            console.log(JSON.stringify(cases.map(([l, c, m]) => {
              const format = new Intl.NumberFormat(locale(l, c), { style: 'currency', currency: c, currencyDisplay: 'narrowSymbol' });
              return format.format(m / 10 ** format.resolvedOptions().maximumFractionDigits);
            })));
            """;
        using var node = Process.Start(new ProcessStartInfo("node", ["-e", Script, asked]) { RedirectStandardOutput = true })!;
        var answer = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return JsonSerializer.Deserialize<string[]>(answer)!;
    }
}
