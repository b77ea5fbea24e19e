using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PaymentGateway.Connectors.Hdfc;

namespace PaymentGateway.Tests.Connectors.Hdfc;

public sealed class PaymentDataTests
{
    private static readonly PaymentData full = new("ORD1001", "CHARGED", Money.FromMajor(1500, Currency.INR))
    {
        StatusId = 21,
        Id = "ordeh_0001",
        TransactionId = "m-ORD1001-1",
        MethodType = "CARD",
        Method = "VISA",
        CardLast4 = "1097",
        CardBrand = "VISA",
        CardType = "CREDIT",
        PayerVpa = "a@upi",
        BankErrorCode = "Z9",
        BankErrorMessage = "Not <enough> & \"more\" +1 = %\r\nनहीं",
        ResponseCode = "00",
        Rrn = "123456789012",
        ChargeKey = "ch_1",
        PaymentLink = "https://bank.example/orders/1?a=b&c",
        CreatedAt = DateTimeOffset.Parse("2026-01-01T00:00:00Z", null),
        ExpiresAt = DateTimeOffset.Parse("2026-01-01T00:15:00Z", null),
        Refunds =
        [
            new("R1", "SUCCESS", Money.FromMajor(0.5m, Currency.INR)) { Reference = "ARN1" },
            new("R2", "FAILURE", Money.FromMajor(2, Currency.INR)) { ErrorCode = "X" },
        ],
    };

    public static TheoryData<HdfcFormat> Formats => [HdfcFormat.Json, HdfcFormat.Xml, HdfcFormat.Form];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_written_is_read_back_and_written_with_the_same_bytes(HdfcFormat format)
    {
        var written = full.Write(format);
        var read = PaymentData.Parse(format, written);
        Assert.Equivalent(full, read, strict: true);
        Assert.Equal(written, read.Write(format));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Any_text_and_amount_survives_with_the_same_bytes(HdfcFormat format) =>
        Prop.ForAll<NonEmptyString, PositiveInt, bool>((text, paise, withRefund) =>
        {
            var clean = string.Concat(text.Get.Where(c => !char.IsSurrogate(c) && (c >= ' ' || c is '\t' or '\n' or '\r') && c < '\uFFFE'));
            var data = new PaymentData("A1", "NEW", Money.FromMinor(paise.Get, Currency.INR))
            {
                BankErrorMessage = clean.Length == 0 ? null : clean,
                Refunds = withRefund ? [new("R", "PENDING", Money.FromMinor(1, Currency.INR)) { Reference = clean.Length == 0 ? null : clean }] : [],
            };
            var written = data.Write(format);
            var read = PaymentData.Parse(format, written);
            return read.BankErrorMessage == data.BankErrorMessage && read.Amount == data.Amount && written.AsSpan().SequenceEqual(read.Write(format));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_three_formats_say_the_same()
    {
        var json = PaymentData.Parse(HdfcFormat.Json, """{"order_id":"A","status":"NEW","status_id":10,"amount":100.5,"currency":"INR","refunds":[{"unique_request_id":"R","amount":"1","status":"PENDING"}],"udf6":""}"""u8.ToArray());
        var xml = PaymentData.Parse(HdfcFormat.Xml, """<?xml version="1.0"?><order><order_id>A</order_id><status>NEW</status><status_id>10</status_id><amount>100.50</amount><currency>INR</currency><refunds><item><unique_request_id>R</unique_request_id><amount>1</amount><status>PENDING</status></item></refunds></order>"""u8.ToArray());
        var form = PaymentData.Parse(HdfcFormat.Form, "order_id=A&status=NEW&status_id=10&amount=100.5&currency=INR&refunds[0][unique_request_id]=R&refunds%5B0%5D%5Bamount%5D=1&refunds[0][status]=PENDING"u8.ToArray());
        Assert.Equivalent(json, xml, strict: true);
        Assert.Equivalent(json, form, strict: true);
        Assert.Equal(Money.FromMajor(100.5m, Currency.INR), form.Amount);
    }

    [Theory]
    [InlineData("order_id=A&status=NEW&currency=INR", "amount")]
    [InlineData("order_id=A&status=NEW&amount=1.005&currency=INR", "amount")]
    [InlineData("order_id=A&status=NEW&amount=NaN&currency=INR", "amount")]
    [InlineData("order_id=A&status=NEW&amount=99999999999999999999&currency=INR", "amount")]
    [InlineData("order_id=A&status=NEW&amount=1&currency=XXXX", "currency")]
    [InlineData("order_id=A&status=NEW&amount=1", "currency")]
    [InlineData("status=NEW&amount=1&currency=INR", "order_id")]
    [InlineData("order_id=&status=NEW&amount=1&currency=INR", "order_id")]
    [InlineData("order_id=A&amount=1&currency=INR", "status")]
    [InlineData("order_id=A&status=NEW&status_id=x&amount=1&currency=INR", "status_id")]
    [InlineData("order_id=A&status=NEW&amount=1&currency=INR&date_created=then", "date_created")]
    [InlineData("order_id=A&status=NEW&amount=1&currency=INR&refunds[0][amount]=1&refunds[0][status]=X", "refunds.0.unique_request_id")]
    [InlineData("order_id=A&status=NEW&amount=1&currency=INR&refunds[0][unique_request_id]=R&refunds[0][amount]=x&refunds[0][status]=X", "refunds.0.amount")]
    [InlineData("order_id=A&status=NEW&amount=1&currency=INR&refunds[1][status]=X", "refunds.1")]
    [InlineData("order_id=A&order_id=B&status=NEW&amount=1&currency=INR", "order_id")]
    [InlineData("order_id=A&status=NEW&amount=1&currency=INR&status[x]=1", "status[x]")]
    public void The_invalid_field_is_named(string form, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidFieldException>(() => PaymentData.Parse(HdfcFormat.Form, Encoding.UTF8.GetBytes(form))).Name);

    [Theory]
    [InlineData(HdfcFormat.Json, "{")]
    [InlineData(HdfcFormat.Xml, "<order>")]
    [InlineData(HdfcFormat.Xml, "<!DOCTYPE order [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><order><order_id>&x;</order_id></order>")]
    public void What_is_not_of_the_format_is_refused_as_a_whole(HdfcFormat format, string text) =>
        Assert.Equal("", Assert.Throws<InvalidFieldException>(() => PaymentData.Parse(format, Encoding.UTF8.GetBytes(text))).Name);

    [Fact]
    public void A_character_that_XML_does_not_know_is_named_by_its_field() => Assert.Equal(
        "bank_error_message", Assert.Throws<InvalidFieldException>(() => (full with { BankErrorMessage = "\u0001" }).Write(HdfcFormat.Xml)).Name);

    [Theory]
    [InlineData("application/json; charset=utf-8", "{}", HdfcFormat.Json)]
    [InlineData("text/xml", "", HdfcFormat.Xml)]
    [InlineData("application/x-www-form-urlencoded", "", HdfcFormat.Form)]
    [InlineData(null, " <order/>", HdfcFormat.Xml)]
    [InlineData("text/plain", "{}", HdfcFormat.Json)]
    public void The_format_is_what_the_content_type_says_or_how_it_looks(string? type, string body, HdfcFormat expected) =>
        Assert.Equal(expected, HdfcFormats.FormatOf(type, Encoding.UTF8.GetBytes(body)));
}
