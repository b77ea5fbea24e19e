using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>An authorization that is raised.</summary>
public sealed class IncrementTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task What_is_held_becomes_the_new_total_with_what_was_captured()
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 30, finalCapture = false });

        var (status, payment, _) = await client.Follow(paymentId, "increment", new { amount = 150 });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("requires_capture", 150m, 30m, 120m), payment.Amounts());
        Assert.Equal(150m, payment.GetProperty("amount").GetDecimal());
        Assert.Equal(("authorized", 15000, 3000), await gateway.HoldAtProcessor(paymentId));
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.updated"));
        await gateway.AssertBookHolds();

        Assert.Equal(("succeeded", 150m, 150m, 0m), (await client.Follow(paymentId, "capture")).Body.Amounts());
        await gateway.AssertBookHolds();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(99.99)]
    public async Task Only_more_than_is_authorized_is_an_increment(decimal amount)
    {
        var paymentId = await client.Hold(100m);

        Assert.Equal("INVALID_AMOUNT", (await client.Follow(paymentId, "increment", new { amount })).Body.Code());

        Assert.Equal(("requires_capture", 100m, 0m, 100m), await client.AmountsOf(paymentId));
    }

    [Fact]
    public async Task The_payment_of_an_order_is_of_the_orders_amount()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        var paymentId = (await client.PayByCard(orderId)).Body.Text("id");

        Assert.Equal("NOT_SUPPORTED", (await client.Follow(paymentId, "increment", new { amount = 150 })).Body.Code());
    }

    [Fact]
    public async Task A_declined_increment_leaves_the_authorization_whole()
    {
        var paymentId = await client.Hold(100m, behaviour: "decline_increment");

        var (status, declined, _) = await client.Follow(paymentId, "increment", new { amount = 150 });

        Assert.Equal((HttpStatusCode.PaymentRequired, "INSUFFICIENT_FUNDS"), (status, declined.Code()));
        Assert.Equal(("requires_capture", 100m, 0m, 100m), declined.GetProperty("error").GetProperty("details").GetProperty("payment").Amounts());
        Assert.Equal(("authorized", 10000, 0), await gateway.HoldAtProcessor(paymentId));
        Assert.Equal(("succeeded", 100m, 100m, 0m), (await client.Follow(paymentId, "capture")).Body.Amounts());
        await gateway.AssertBookHolds();
    }

    [Theory]
    [InlineData("lost_answer")]
    [InlineData("never_arrives")]
    public async Task An_increment_without_an_answer_is_asked_for_by_its_own_key(string behaviour)
    {
        var paymentId = await client.Hold(100m);

        var (status, waiting, _) = await client.Follow(paymentId, "increment", new { amount = 150 }, behaviour: behaviour);

        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, waiting.Text("status")));
        Assert.Equal("INVALID_STATE", (await client.Follow(paymentId, "capture")).Body.Code());
        await gateway.AssertBookHolds();
        clock.Advance(TimeSpan.FromSeconds(70));
        await gateway.ResolveOnce();
        Assert.Equal(("requires_capture", 150m, 0m, 150m), await client.AmountsOf(paymentId));
        Assert.Equal(("authorized", 15000, 0), await gateway.HoldAtProcessor(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task The_largest_payment_of_the_merchant_is_the_limit()
    {
        var paymentId = await client.Hold(100m);
        await client.Call(HttpMethod.Patch, $"/api/payments/merchants/{gateway.Shop.MerchantId}", new { limits = new { maximumAmount = 1000 } });

        Assert.Equal("AMOUNT_ABOVE_MAXIMUM", (await client.Follow(paymentId, "increment", new { amount = 1000.01 })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await client.Follow(paymentId, "increment", new { amount = 1000 })).Status);
    }
}
