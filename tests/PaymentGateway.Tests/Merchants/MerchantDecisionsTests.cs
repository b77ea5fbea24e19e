using System.Text.Json;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Tests.Merchants;

public sealed class MerchantDecisionsTests
{
    private static readonly Merchant now = new(
        new Tenant("MERCH_FH_001", Mode.Test), 7, "FashionHub", MerchantStatus.Active, "IN", Currency.INR,
        new("#c2185b", "https://a.example/l.png"),
        ["card", "upi"], [], 2, 18, new(Money.FromMinor(100, Currency.INR), null), new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Nothing_asked_changes_nothing_but_the_version() =>
        Assert.Equal(now with { Version = 8 }, MerchantDecisions.Update(now, new()).Value);

    [Fact]
    public void Everything_asked_is_changed_and_put_into_its_plain_form()
    {
        var then = Update("""
            {"name":" Fashion ","brand":{"color":"#ABCDEF"},"ipAllowList":["10.1.2.3/8","10.0.0.0/8","2001:DB8::1"],
             "paymentMethods":["upi"],"limits":{"maximumAmount":99.5}}
            """).Value;
        Assert.Equal("Fashion", then.Name);
        Assert.Equal(new("#abcdef", null), then.Brand);
        Assert.Equal(["10.0.0.0/8", "2001:db8::1"], then.IpAllowList.Select(range => range.ToString()));
        Assert.Equal(["upi"], then.PaymentMethods);
        Assert.Equal(new(null, Money.FromMinor(9950, Currency.INR)), then.Limits);
        Assert.Equal(now.FeePercent, then.FeePercent);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"  "}""", "name")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"brand":{"color":"red"}}""", "brand.color")]
    [InlineData("""{"brand":{"color":"#12345"}}""", "brand.color")]
    [InlineData("""{"brand":{"color":"#12345g"}}""", "brand.color")]
    [InlineData("""{"brand":{"logoUrl":"http://a.example/l.png"}}""", "brand.logoUrl")]
    [InlineData("""{"brand":{"logoUrl":"javascript:alert(1)"}}""", "brand.logoUrl")]
    [InlineData("""{"brand":{"logoUrl":"https://user:pw@a.example/"}}""", "brand.logoUrl")]
    [InlineData("""{"brand":{"logoUrl":"/l.png"}}""", "brand.logoUrl")]
    [InlineData("""{"ipAllowList":["10.0.0.1","x","10.0.0.0/33"]}""", "ipAllowList[1] ipAllowList[2]")]
    [InlineData("""{"ipAllowList":[null]}""", "ipAllowList[0]")]
    [InlineData("""{"paymentMethods":[]}""", "paymentMethods")]
    [InlineData("""{"paymentMethods":["card","card"]}""", "paymentMethods")]
    [InlineData("""{"paymentMethods":["card","cash",null]}""", "paymentMethods[1] paymentMethods[2]")]
    [InlineData("""{"limits":{"minimumAmount":0}}""", "limits.minimumAmount")]
    [InlineData("""{"limits":{"minimumAmount":-1}}""", "limits.minimumAmount")]
    [InlineData("""{"limits":{"minimumAmount":1.001}}""", "limits.minimumAmount")]
    [InlineData("""{"limits":{"maximumAmount":1e30}}""", "limits.maximumAmount")]
    [InlineData("""{"limits":{"minimumAmount":2,"maximumAmount":1.99}}""", "limits.maximumAmount")]
    [InlineData("""{"name":"","brand":{"color":"x","logoUrl":"x"},"paymentMethods":[]}""", "brand.color brand.logoUrl name paymentMethods")]
    public void Every_fault_is_named(string json, string fields)
    {
        var refusal = Update(json).Refusal!;
        Assert.Equal(Errors.ValidationFailed, refusal.Kind);
        var named = (Dictionary<string, List<string>>)refusal.Details!["fields"]!;
        Assert.Equal(fields, string.Join(' ', named.Keys.Order(StringComparer.Ordinal)));
        Assert.All(named.Values, sentences => Assert.Single(sentences));
    }

    [Fact]
    public void Lists_have_an_end()
    {
        var list = Enumerable.Range(0, 101).Select(i => $"10.0.0.{i}").ToList();
        Assert.True(MerchantDecisions.Update(now, new(IpAllowList: list)).IsRefused);
        Assert.False(MerchantDecisions.Update(now, new(IpAllowList: list[1..])).IsRefused);
        Assert.True(MerchantDecisions.Update(now, new(Name: new string('n', 101))).IsRefused);
    }

    private static Outcome<Merchant> Update(string json) =>
        MerchantDecisions.Update(now, JsonSerializer.Deserialize<UpdateMerchant>(json, Json.Options)!);
}
