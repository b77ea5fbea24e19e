using FsCheck;
using FsCheck.Fluent;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;

namespace PaymentGateway.Tests.Connectors.Qr;

public sealed class UpiLinkTests
{
    private static readonly UpiLink school = new()
    {
        PayeeAddress = "school@okhdfcbank",
        PayeeName = "ABC SCHOOL",
        MerchantCategory = "8299",
        Reference = "ORD1001",
        Note = "Fees INV-1001",
        Amount = Money.FromMinor(150000, Currency.INR),
        Mode = UpiLink.ByIntent,
        Purpose = "08",
    };

    [Fact]
    public void A_written_link_is_the_vector() => Assert.Equal(
        "upi://pay?pa=school@okhdfcbank&pn=ABC%20SCHOOL&mc=8299&tr=ORD1001&tn=Fees%20INV-1001&am=1500.00&cu=INR&mode=04&purpose=08",
        school.Write().Value);

    [Fact]
    public void A_link_of_another_maker_is_read_in_any_order_and_what_is_unknown_is_passed_over()
    {
        var read = UpiLink.Read(
            "upi://pay?tr=202101345671229366&tid=121313202101345671229366&pa=juspay@axisbank&mc=1234&pn=Merchant%20Inc&am=1.00"
            + "&cu=INR&tn=Pay%20for%20merchant").Value;
        Assert.Equal(new UpiLink
        {
            PayeeAddress = "juspay@axisbank",
            PayeeName = "Merchant Inc",
            MerchantCategory = "1234",
            Reference = "202101345671229366",
            Note = "Pay for merchant",
            Amount = Money.FromMinor(100, Currency.INR),
        }, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("upi://mandate?pa=a1@bank&pn=x")]
    [InlineData("https://pay?pa=a1@bank&pn=x")]
    [InlineData("upi://pay?pn=x")]
    [InlineData("upi://pay?pa=nobody&pn=x")]
    [InlineData("upi://pay?pa=a1@bank&pa=b1@bank&pn=x")]
    [InlineData("upi://pay?pa=a1@bank&pn=%zz")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&am=1.005")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&am=-1")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&am=0")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&am=1e3")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&am=99999999999999999999999999")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&cu=USD")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&mc=12")]
    [InlineData("upi://pay?pa=a1@bank&pn=x&tr=123456789012345678901234567890123456")]
    public void A_broken_link_is_refused(string link) => Assert.True(UpiLink.Read(link).IsRefused);

    [Fact]
    public void What_breaks_the_rules_is_not_written()
    {
        Assert.True((school with { PayeeAddress = "a@b@c" }).Write().IsRefused);
        Assert.True((school with { Reference = new string('1', 36) }).Write().IsRefused);
        Assert.True((school with { Amount = Money.FromMinor(100, Currency.USD) }).Write().IsRefused);
        Assert.True((school with { Amount = Money.Zero(Currency.INR) }).Write().IsRefused);
        Assert.True((school with { Note = "two\nlines" }).Write().IsRefused);
    }

    [Fact]
    public void What_was_written_is_read_as_it_was() => Prop.ForAll(Arb.From(links), link =>
        Assert.Equal(link, UpiLink.Read(link.Write().Value).Value)).Check();

    [Fact]
    public void No_text_whatever_breaks_the_reader() => Prop.ForAll<string>(text => _ = UpiLink.Read("upi://pay?" + text)).Check();

    [Fact]
    public void Each_app_gets_the_same_payment_under_its_own_scheme()
    {
        var link = school.Write().Value;
        var query = link["upi://pay?".Length..];
        Assert.Equal(new UpiAppLinks($"tez://upi/pay?{query}", $"phonepe://pay?{query}", $"paytmmp://pay?{query}"), UpiApps.LinksOf(link));
        Assert.Null(UpiApps.LinksOf("https://pay.example"));
    }

    private static readonly Gen<string> text = Gen.Choose(1, 30).SelectMany(length =>
        Gen.ArrayOf(Gen.Elements("aZ9 +&=%?#/@'\"<>;,|ёक₹".ToCharArray()), length)).Select(letters => new string(letters));

    private static readonly Gen<UpiLink> links =
        from name in text
        from note in Gen.OneOf(Gen.Constant<string?>(null), text.Select(t => (string?)t))
        from reference in Gen.OneOf(Gen.Constant<string?>(null), text.Select(t => (string?)t))
        from signature in Gen.OneOf(Gen.Constant<string?>(null), text.Select(t => (string?)(t + "+/=")))
        from minor in Gen.Choose(0, int.MaxValue)
        from minimum in Gen.Choose(0, 1000)
        select new UpiLink
        {
            PayeeAddress = "shop.1-x_y@okbank",
            PayeeName = name,
            Note = note,
            Reference = reference,
            Signature = signature,
            OrganisationId = "000000",
            Mode = UpiLink.ByDynamicQr,
            Amount = minor == 0 ? null : Money.FromMinor(minor, Currency.INR),
            AmountMinimum = minimum == 0 ? null : Money.FromMinor(minimum, Currency.INR),
        };
}
