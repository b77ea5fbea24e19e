using System.Net;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>The end of an authorization. Time passes only when a test says so; these tests share no clock with others.</summary>
public sealed class AuthorizationExpiryTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_hold_says_when_it_ends_and_is_let_go_at_that_instant()
    {
        var paymentId = await client.Hold(100m);
        var charge = (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("charges")[0];
        Assert.Equal(clock.GetUtcNow().AddDays(7), charge.GetProperty("captureBefore").GetDateTimeOffset());

        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMilliseconds(1));
        await ExpireHolds();
        Assert.Equal("requires_capture", (await client.AmountsOf(paymentId)).Status);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await ExpireHolds();

        var payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.Equal(("canceled", 0m, 0m, 0m), payment.Amounts());
        Assert.Equal("authorization_expired", payment.Text("cancelReason"));
        Assert.Equal(("voided", 10000, 0), await gateway.HoldAtProcessor(paymentId));
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.canceled"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_hold_that_a_message_told_of_ends_at_the_same_instant()
    {
        var (_, asked, _) = await client.PayIntent(100m, "4000002500003155");
        var paymentId = asked.Text("id");
        await SandboxWorld.AnswerAtBank(asked.GetProperty("nextAction").Text("url"), "approve");
        var charge = (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("charges")[0];
        Assert.Equal(clock.GetUtcNow().AddDays(7), charge.GetProperty("captureBefore").GetDateTimeOffset());

        clock.Advance(TimeSpan.FromDays(7));
        await ExpireHolds();

        Assert.Equal(("canceled", 0m, 0m, 0m), await client.AmountsOf(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task What_was_captured_before_the_end_stays_and_the_payment_succeeds()
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 40, finalCapture = false });

        clock.Advance(TimeSpan.FromDays(7));
        await ExpireHolds();

        var payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.Equal(("succeeded", 40m, 40m, 0m), payment.Amounts());
        Assert.Equal("authorization_expired", payment.Text("cancelReason"));
        Assert.Equal(("captured", 10000, 4000), await gateway.HoldAtProcessor(paymentId));
        await gateway.AssertBookHolds();
    }

    [Theory]
    [InlineData("capture")]
    [InlineData("increment")]
    public async Task The_processor_declines_what_comes_after_the_end(string command)
    {
        var paymentId = await client.Hold(100m);
        clock.Advance(TimeSpan.FromDays(7));

        var (status, declined, _) = await client.Follow(paymentId, command, command == "increment" ? new { amount = 150 } : new { });

        Assert.Equal((HttpStatusCode.PaymentRequired, "AUTHORIZATION_EXPIRED"), (status, declined.Code()));
        Assert.Equal("canceled", declined.GetProperty("error").GetProperty("details").GetProperty("payment").Text("status"));
        Assert.Equal(0, (await gateway.HoldAtProcessor(paymentId)).Captured);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task An_order_expires_with_its_authorization()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        await client.PayByCard(orderId);

        clock.Advance(TimeSpan.FromDays(7));
        await ExpireHolds();

        Assert.Equal("expired", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.expired"));
    }

    [Fact]
    public async Task A_lost_answer_to_the_release_is_asked_for()
    {
        var paymentId = await client.Hold(100m);
        await gateway.Execute("UPDATE payments.charges SET behaviour = 'lost_answer' WHERE payment_id = @paymentId", new { paymentId });

        clock.Advance(TimeSpan.FromDays(7));
        await ExpireHolds();
        Assert.Equal("processing", (await client.AmountsOf(paymentId)).Status);
        clock.Advance(TimeSpan.FromSeconds(30));
        await gateway.ResolveOnce();

        Assert.Equal(("canceled", 0m, 0m, 0m), await client.AmountsOf(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Several_replicas_let_a_hold_go_once()
    {
        var paymentId = await client.Hold(100m);
        clock.Advance(TimeSpan.FromDays(7));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ExpireHolds()));

        Assert.Equal("canceled", (await client.AmountsOf(paymentId)).Status);
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.canceled"));
    }

    private Task<int> ExpireHolds() => gateway.Get<AuthorizationExpiry>().RunOnce(CancellationToken.None);
}
