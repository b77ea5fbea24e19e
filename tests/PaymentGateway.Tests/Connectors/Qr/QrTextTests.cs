using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;

namespace PaymentGateway.Tests.Connectors.Qr;

public sealed class QrTextTests
{
    private static readonly QrOrder order = new(
        new QrPayee("shop@okbank", "com.example.pay"), "FashionHub", "IN", Currency.INR, Money.FromMinor(49950, Currency.INR),
        "qr_01m7y68wz0f1gt3q6cdbch3nex", "Two coffees", QrPlace.Online);

    [Fact]
    public void A_dynamic_code_names_amount_and_reference_in_both_formats()
    {
        var link = UpiLink.Read(QrText.Of(order, "upi").Value).Value;
        Assert.Equal((order.Amount, order.Reference, "15", "Two coffees"), (link.Amount, link.Reference!, link.Mode!, link.Note!));

        var emv = EmvText.Read(QrText.Of(order, "emvco").Value).Value;
        Assert.Equal((EmvInitiation.Dynamic, 499.50m), (emv.Initiation!.Value, emv.Amount!.Value));
        Assert.Contains(emv.Accounts.Single(account => account.Id == "27").Items, item => item.Value == order.Reference);
        Assert.Equal("01m7y68wz0f1gt3q6cdbch3nex"[^25..], emv.AdditionalData.Single().Value);
    }

    [Fact]
    public void A_static_code_leaves_the_amount_open()
    {
        var open = order with { Amount = null, IsStatic = true };
        Assert.Null(UpiLink.Read(QrText.Of(open, "upi").Value).Value.Amount);
        var emv = EmvText.Read(QrText.Of(open, "emvco").Value).Value;
        Assert.Equal((EmvInitiation.Static, (decimal?)null), (emv.Initiation!.Value, emv.Amount));
    }

    [Theory]
    [InlineData("JPY", 1500, "1500")]
    [InlineData("KWD", 1500, "1.500")]
    [InlineData("KZT", 250000, "2500.00")]
    public void An_amount_has_the_decimals_of_its_currency(string code, long minor, string written)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        var text = QrText.Of(order with { Currency = currency, Amount = Money.FromMinor(minor, currency) }, "emvco").Value;
        Assert.Contains($"54{written.Length:00}{written}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Upi_takes_rupees_only() =>
        Assert.Equal("UNSUPPORTED_CURRENCY", QrText.Of(order with { Currency = Currency.KZT, Amount = null }, "upi").Refusal!.Kind.Code);

    [Theory]
    [InlineData("Школа", "?????")]
    [InlineData("Café Münster", "Caf? M?nster")]
    [InlineData("A name that is much longer than EMV allows", "A name that is much longe")]
    public void A_name_is_written_so_that_every_app_can_read_it(string name, string written)
    {
        var emv = EmvText.Read(QrText.Of(order with { MerchantName = name }, "emvco").Value).Value;
        Assert.Equal(written, emv.MerchantName);
    }

    [Fact]
    public void A_note_of_several_lines_becomes_one_and_is_cut_between_characters()
    {
        var note = "a\nb" + string.Concat(Enumerable.Repeat("😀", 40));
        var link = UpiLink.Read(QrText.Of(order with { Note = note }, "upi").Value).Value;
        Assert.Equal("a b" + string.Concat(Enumerable.Repeat("😀", 23)), link.Note);
    }

    [Fact]
    public void A_picture_has_the_asked_size_at_most()
    {
        var text = QrText.Of(order, "upi").Value;
        var png = QrPicture.Png(text, 300);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        var width = (png[16] << 24) | (png[17] << 16) | (png[18] << 8) | png[19];
        Assert.InRange(width, 200, 300);
        Assert.StartsWith("<svg", QrPicture.Svg(text, 300), StringComparison.Ordinal);
    }
}
