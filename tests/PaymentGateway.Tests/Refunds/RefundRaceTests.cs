using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Refunds;

/// <summary>Many callers at once. Who wins is open; what is left behind is not.</summary>
public sealed class RefundRaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Thirty_two_refunds_at_once_give_back_no_more_than_was_taken()
    {
        var paymentId = await client.PaidPayment(500m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            client.Refund(paymentId, 30m + (i % 3 * 10m), idempotencyKey: i % 2 == 0 ? null : $"{paymentId}-{i}")));

        var given = answers.Where(a => a.Status == HttpStatusCode.Created).Sum(a => a.Body.GetProperty("amount").GetDecimal());
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Contains(
            a.Body.Code(), (string[])["REFUND_AMOUNT_EXCEEDS_ORIGINAL", "PAYMENT_ALREADY_REFUNDED"]));
        Assert.InRange(given, 450.01m, 500m);
        Assert.Equal(given, await client.AmountRefunded(paymentId));
        Assert.Equal((answers.Count(a => a.Status == HttpStatusCode.Created), (long)(given * 100)), await gateway.RefundsAtProcessor(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_full_refunds_under_one_key_are_one()
    {
        var paymentId = await client.PaidPayment(500m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.Refund(paymentId, idempotencyKey: paymentId)));

        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created || a.Body.Code() == "IDEMPOTENCY_IN_PROGRESS", a.Body.ToString()));
        Assert.Equal((1, 50000), await gateway.RefundsAtProcessor(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_capture_and_refunds_at_once_leave_no_more_refunded_than_captured()
    {
        var orderId = await client.CreateOrder(500m, new { captureMethod = "manual" });
        var paymentId = (await client.PayByCard(orderId)).Body.Text("id");

        var capture = client.Post($"/api/payments/payment-intents/{paymentId}/capture", new { });
        var refunds = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.Refund(paymentId, 100m)));
        await capture;

        var given = refunds.Count(a => a.Status == HttpStatusCode.Created) * 100m;
        Assert.All(refunds.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Contains(
            a.Body.Code(), (string[])["REFUND_AMOUNT_EXCEEDS_ORIGINAL", "PAYMENT_ALREADY_REFUNDED", "REFUND_NOT_ELIGIBLE"]));
        Assert.Equal(given, await client.AmountRefunded(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Cancels_of_a_pending_refund_and_new_refunds_at_once_keep_the_limit()
    {
        var paymentId = await client.PaidPayment(500m);
        var pending = (await client.Refund(paymentId, 500m, "pending")).Body.Text("id");

        var cancels = Enumerable.Range(0, 8).Select(_ => client.Command(pending, "cancel")).ToList();
        var refunds = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Refund(paymentId, 300m)));
        await Task.WhenAll(cancels);

        Assert.Equal("canceled", (await client.GetRefund(pending)).Text("status"));
        Assert.InRange(refunds.Count(a => a.Status == HttpStatusCode.Created), 0, 1);
        Assert.Equal(refunds.Count(a => a.Status == HttpStatusCode.Created) * 300m, await client.AmountRefunded(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Approvals_at_once_send_one_refund()
    {
        var shop = gateway.Shops[1];
        using var asker = gateway.ClientOf(shop);
        await asker.Set(shop, new { refundPolicy = new { approvalAbove = 0 } });
        using var second = await gateway.AnotherKey(asker, shop);
        using var third = await gateway.AnotherKey(asker, shop);
        for (var round = 0; round < 5; round++)
        {
            var paymentId = await asker.PaidPayment(100m);
            var id = (await asker.Refund(paymentId)).Body.Text("id");

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? second : third).Command(id, "approve")));

            Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
            Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("INVALID_STATE", a.Body.Code()));
            Assert.Equal((1, 10000), await gateway.RefundsAtProcessor(paymentId));
            Assert.Equal(1, await gateway.Query<long>("SELECT count(*) FROM refunds.approvals WHERE refund_id = @id", new { id }));
        }

        await gateway.AssertBookHolds();
    }
}
