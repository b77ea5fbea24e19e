using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace PaymentGateway.Tests;

public sealed class AmountTextTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private sealed record Request(AmountText Amount, AmountText? Tip);

    private sealed record Answer(Money Amount);

    [Theory]
    [InlineData("2716.67", 271667)]
    [InlineData("500", 50000)]
    [InlineData("0.5", 50)]
    [InlineData("1.500", 150)]
    [InlineData("1.5000000000000000000000000000000000000000000000", 150)]
    [InlineData("1e2", 10000)]
    [InlineData("1E+2", 10000)]
    [InlineData("12345e-2", 12345)]
    [InlineData("1200e-4", 12)]
    [InlineData("0.00012e4", 120)]
    [InlineData("10.05e1", 10050)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-0.000", 0)]
    [InlineData("0e999999999", 0)]
    [InlineData("0.000e-99999999999999999999", 0)]
    [InlineData("-1.01", -101)]
    [InlineData("92233720368547758.07", long.MaxValue)]
    [InlineData("-92233720368547758.08", long.MinValue)]
    [InlineData("9223372036854775807e-2", long.MaxValue)]
    public void A_number_is_read_exactly(string text, long minor)
    {
        Assert.True(Money.TryParse(new AmountText(text), Currency.INR, out var money, out var fault));
        Assert.Equal((Money.FromMinor(minor, Currency.INR), AmountFault.None), (money, fault));
    }

    [Theory]
    [InlineData("0.001", AmountFault.TooManyDecimals)]
    [InlineData("1.005", AmountFault.TooManyDecimals)]
    [InlineData("1e-3", AmountFault.TooManyDecimals)]
    [InlineData("1e-999999999", AmountFault.TooManyDecimals)]
    [InlineData("1e-99999999999999999999999999", AmountFault.TooManyDecimals)]
    [InlineData("92233720368547758.08", AmountFault.TooLarge)]
    [InlineData("-92233720368547758.09", AmountFault.TooLarge)]
    [InlineData("99999999999999999", AmountFault.TooLarge)]
    [InlineData("1e17", AmountFault.TooLarge)]
    [InlineData("1e999999999", AmountFault.TooLarge)]
    [InlineData("-1e99999999999999999999999999", AmountFault.TooLarge)]
    [InlineData("", AmountFault.NotANumber)]
    [InlineData(" 1", AmountFault.NotANumber)]
    [InlineData("1 ", AmountFault.NotANumber)]
    [InlineData("-", AmountFault.NotANumber)]
    [InlineData("+1", AmountFault.NotANumber)]
    [InlineData("--1", AmountFault.NotANumber)]
    [InlineData("01", AmountFault.NotANumber)]
    [InlineData("1.", AmountFault.NotANumber)]
    [InlineData(".5", AmountFault.NotANumber)]
    [InlineData("1.2.3", AmountFault.NotANumber)]
    [InlineData("1e", AmountFault.NotANumber)]
    [InlineData("1e+", AmountFault.NotANumber)]
    [InlineData("1e5e5", AmountFault.NotANumber)]
    [InlineData("1e1.5", AmountFault.NotANumber)]
    [InlineData("1,000", AmountFault.NotANumber)]
    [InlineData("0x10", AmountFault.NotANumber)]
    [InlineData("NaN", AmountFault.NotANumber)]
    [InlineData("Infinity", AmountFault.NotANumber)]
    [InlineData("٣", AmountFault.NotANumber)]
    public void Anything_else_is_a_fault_with_a_name(string text, AmountFault expected)
    {
        Assert.False(Money.TryParse(new AmountText(text), Currency.INR, out var money, out var fault));
        Assert.Equal((default, expected), (money, fault));
    }

    [Fact]
    public void A_text_that_was_never_set_is_not_a_number()
    {
        Assert.False(Money.TryParse(default, Currency.INR, out _, out var fault));
        Assert.Equal(AmountFault.NotANumber, fault);
    }

    [Fact]
    public void Length_is_no_obstacle()
    {
        AssertFault(new string('9', 400), AmountFault.TooLarge);
        AssertFault("0." + new string('3', 1_000_000), AmountFault.TooManyDecimals);
        Assert.True(Money.TryParse(new AmountText("7." + new string('0', 1_000_000)), Currency.JPY, out var seven, out _));
        Assert.Equal(7, seven.Minor);
        Assert.True(Money.TryParse(new AmountText("5" + new string('0', 400) + "e-400"), Currency.JPY, out var five, out _));
        Assert.Equal(5, five.Minor);
    }

    [Fact]
    public void A_generated_number_is_read_as_whole_number_arithmetic_says() =>
        Prop.ForAll(Arb.From(NumberTexts), Generated.Currencies, (text, currency) =>
        {
            var read = Money.TryParse(new AmountText(text), currency, out var money, out var fault);
            var (minor, expected) = ByWholeNumbers(text, currency.Exponent);
            return fault == expected && read == (fault == AmountFault.None) && (!read || money == Money.FromMinor((long)minor, currency));
        }).Check();

    [Fact]
    public void What_is_printed_reads_back_as_the_same_amount() =>
        Prop.ForAll(Generated.Counts, Generated.Currencies, (minor, currency) =>
        {
            var money = Money.FromMinor(minor, currency);
            var printed = JsonSerializer.Serialize(new Answer(money), Web);
            var bound = JsonSerializer.Deserialize<Request>(printed, Web)!.Amount;
            return printed == $$"""{"amount":{{money.ToMajor().ToString(CultureInfo.InvariantCulture)}}}"""
                && Money.TryParse(bound, currency, out var read, out _) && read == money
                && Money.TryParse(new AmountText(money.ToString().Split(' ')[0]), currency, out var full, out _) && full == money;
        }).Check();

    [Fact]
    public void The_digits_of_a_request_are_kept_and_written_back_unchanged()
    {
        const string body = """{"amount":1.50000000000000000000000000000000001e+0400,"tip":null}""";
        var request = JsonSerializer.Deserialize<Request>(body, Web)!;
        Assert.Equal("1.50000000000000000000000000000000001e+0400", request.Amount.ToString());
        Assert.Null(request.Tip);
        Assert.Equal(body, JsonSerializer.Serialize(request, Web));
    }

    [Fact]
    public void A_number_cut_by_a_buffer_is_kept_whole()
    {
        var first = new Segment("{\"amount\":27"u8.ToArray());
        var reader = new Utf8JsonReader(new ReadOnlySequence<byte>(first, 0, first.Then("16.67}"u8.ToArray()), 6));
        Assert.Equal("2716.67", JsonSerializer.Deserialize<Request>(ref reader, Web)!.Amount.Text);
    }

    [Theory]
    [InlineData("\"2716.67\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void Only_a_JSON_number_is_an_amount(string json)
    {
        var refusal = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Request>($$"""{"amount":{{json}}}""", Web));
        Assert.Contains("JSON number", refusal.Message);
    }

    [Fact]
    public void A_text_that_is_no_number_is_not_written_into_JSON()
    {
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(new AmountText("1,\"admin\":true"), Web));
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(default(AmountText), Web));
    }

    [Fact]
    public void Money_is_not_read_from_a_number_alone()
    {
        var refusal = Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<Answer>("""{"amount":1}""", Web));
        Assert.Contains(nameof(AmountText), refusal.Message);
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(new Answer(default), Web));
    }

    private static void AssertFault(string text, AmountFault expected)
    {
        Assert.False(Money.TryParse(new AmountText(text), Currency.INR, out _, out var fault));
        Assert.Equal(expected, fault);
    }

    private static Gen<string> NumberTexts =>
        from sign in Gen.Elements("", "-")
        from whole in Gen.OneOf(Generated.AnyLongFromZero, Gen.Choose(0, 100).Select(n => (long)n))
        from decimals in Gen.Elements("0123456789".ToCharArray()).ListOf()
        from zeros in Gen.Choose(0, 20)
        from exponent in Gen.Choose(-30, 30)
        let fraction = string.Concat(decimals.Take(12)) + new string('0', zeros)
        from form in Gen.Elements("", "e", "E+")
        let power = form.Length == 0 ? "" : form == "E+" ? "E+" + Math.Abs(exponent) : "e" + exponent
        select sign + whole + (fraction.Length == 0 ? "" : "." + fraction) + power;

    private static (BigInteger Minor, AmountFault Fault) ByWholeNumbers(string text, int currencyExponent)
    {
        var parts = text.ToLowerInvariant().Split('e');
        var point = parts[0].IndexOf('.');
        var decimals = point < 0 ? 0 : parts[0].Length - point - 1;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var power = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - decimals + currencyExponent;
        var divisor = power < 0 ? BigInteger.Pow(10, -power) : BigInteger.One;
        if (!(digits % divisor).IsZero)
            return (0, AmountFault.TooManyDecimals);
        var minor = power < 0 ? digits / divisor : digits * BigInteger.Pow(10, power);
        return minor < long.MinValue || minor > long.MaxValue ? (0, AmountFault.TooLarge) : (minor, AmountFault.None);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(byte[] bytes) => Memory = bytes;

        internal Segment Then(byte[] bytes)
        {
            var next = new Segment(bytes) { RunningIndex = Memory.Length };
            Next = next;
            return next;
        }
    }
}
