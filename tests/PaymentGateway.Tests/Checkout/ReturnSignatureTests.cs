using PaymentGateway.Checkout;

namespace PaymentGateway.Tests.Checkout;

public sealed class ReturnSignatureTests
{
    [Fact]
    public void The_link_keeps_what_the_shop_has_in_it()
    {
        var link = ReturnSignature.Link("https://shop.example/thanks?basket=7#top", "order_1", "pay_1", "succeeded", "whsec_1");

        Assert.Equal(
            "https://shop.example/thanks?basket=7&orderId=order_1&paymentId=pay_1&status=succeeded"
            + "&signature=f22bd9ea12ac501545c7f71154785fcf180cb74774f6a88447c36e8b2a003c48#top", link);
    }

    [Fact]
    public void Each_part_is_signed()
    {
        var signature = ReturnSignature.Sign("order_1", "pay_1", "succeeded", "whsec_1");

        Assert.NotEqual(signature, ReturnSignature.Sign("order_2", "pay_1", "succeeded", "whsec_1"));
        Assert.NotEqual(signature, ReturnSignature.Sign("order_1", "pay_2", "succeeded", "whsec_1"));
        Assert.NotEqual(signature, ReturnSignature.Sign("order_1", "pay_1", "failed", "whsec_1"));
        Assert.NotEqual(signature, ReturnSignature.Sign("order_1", "pay_1", "succeeded", "whsec_2"));
        Assert.Equal(
            ReturnSignature.Sign("order_1", "", "expired", "whsec_1"), ReturnSignature.Sign("order_1", null, "expired", "whsec_1"));
    }

    [Theory]
    [InlineData("https://shop.example/", "https://shop.example/")]
    [InlineData("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("data:text/html,x", null)]
    [InlineData("/path", null)]
    [InlineData("upi://pay?pa=x", null)]
    [InlineData(null, null)]
    public void Only_a_web_address_is_a_link(string? url, string? expected) => Assert.Equal(expected, SafeUrl.Web(url));
}
