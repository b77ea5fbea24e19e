using System.Net;
using PaymentGateway.Tests.Disputes;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>A part that was taken, whose whole is not paid, and whose customer asks the bank before we can give it back.</summary>
public sealed class SplitDisputeTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_split_ends_though_what_its_part_took_is_disputed_and_the_order_is_paid_another_way()
    {
        var (orderId, splitId, part) = await WaitingWithOneTaken();
        await client.OpenDispute(part.ChargeId);

        var (status, over, _) = await client.Post($"{SplitCalls.Splits}/{splitId}/cancel", new { });

        Assert.Equal((HttpStatusCode.OK, "canceled"), (status, over.Text("status")));
        Assert.Equal(["succeeded", "canceled"], over.Statuses());
        Assert.Equal((200m, 0m), await DisputedAndRefunded(part.PaymentId));
        Assert.Equal(1, await gateway.EventsOf(splitId, "split_payment.canceled"));
        Assert.Null(await LookedAtAgain(splitId));
        Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(orderId)).Status);
    }

    [Fact]
    public async Task What_a_won_dispute_returns_is_given_back_then()
    {
        var (orderId, splitId, part) = await WaitingWithOneTaken();
        var disputeId = await client.OpenDispute(part.ChargeId);
        await client.Post($"{SplitCalls.Splits}/{splitId}/cancel", new { });

        await client.Decide(disputeId, "won");
        Assert.Equal(1, await gateway.DriveSplitsOnce());

        Assert.Equal((0m, 200m), await DisputedAndRefunded(part.PaymentId));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal("canceled", (await client.GetSplit(splitId)).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(splitId, "split_payment.canceled"));
        Assert.Null(await LookedAtAgain(splitId));
    }

    [Fact]
    public async Task What_a_lost_dispute_took_is_not_given_back_once_more()
    {
        var (_, splitId, part) = await WaitingWithOneTaken();
        var disputeId = await client.OpenDispute(part.ChargeId);
        await client.Post($"{SplitCalls.Splits}/{splitId}/cancel", new { });

        await client.Decide(disputeId, "lost");
        await gateway.DriveSplitsOnce();

        Assert.Equal((200m, 0m), await DisputedAndRefunded(part.PaymentId));
        Assert.Null(await LookedAtAgain(splitId));
    }

    [Fact]
    public async Task What_is_not_disputed_is_given_back_at_once()
    {
        var (orderId, splitId, part) = await WaitingWithOneTaken();
        await client.OpenDispute(part.ChargeId, new { amount = 80 });

        var (_, over, _) = await client.Post($"{SplitCalls.Splits}/{splitId}/cancel", new { });

        Assert.Equal("canceled", over.Text("status"));
        Assert.Equal((80m, 120m), await DisputedAndRefunded(part.PaymentId));
        Assert.Equal(8000, (await gateway.KeptAtProcessor(orderId)).Kept);
        Assert.Null(await LookedAtAgain(splitId));
    }

    [Fact]
    public async Task A_dispute_ends_a_split_that_could_not_give_its_part_back()
    {
        var orderId = await client.CreateOrder(9111m);
        var (_, body, _) = await client.Split(orderId, [SplitCalls.Upi(9011m), SplitCalls.Upi(100m, "failure@pgtestupi")]);
        Assert.Equal("releasing", body.FailedSplit().Text("status"));
        var splitId = body.FailedSplit().Text("id");
        var part = await ChargeOf(body.FailedSplit().GetProperty("payments")[0].Text("id"));

        await client.OpenDispute(part.ChargeId);
        Assert.Equal(1, await gateway.DriveSplitsOnce());

        Assert.Equal("failed", (await client.GetSplit(splitId)).Text("status"));
        Assert.Null(await LookedAtAgain(splitId));
    }

    /// <summary>Two parts that are taken at once: the first is, and the second waits for the customer.</summary>
    private async Task<(string OrderId, string SplitId, (string PaymentId, string ChargeId) Part)> WaitingWithOneTaken()
    {
        var orderId = await client.CreateOrder(300m);
        var (_, split, _) = await client.Split(orderId, [SplitCalls.Upi(200m), SplitCalls.Wallet(100m)]);
        Assert.Equal(["succeeded", "requires_action"], split.Statuses());
        return (orderId, split.Text("id"), await ChargeOf(split.GetProperty("payments")[0].Text("id")));
    }

    private async Task<(string PaymentId, string ChargeId)> ChargeOf(string paymentId) =>
        (paymentId, (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("charges")[0].Text("id"));

    private async Task<(decimal Disputed, decimal Refunded)> DisputedAndRefunded(string paymentId)
    {
        var payment = await client.GetJson($"/api/payments/{paymentId}");
        return (payment.GetProperty("amountDisputed").GetDecimal(), payment.GetProperty("amountRefunded").GetDecimal());
    }

    private Task<DateTime?> LookedAtAgain(string splitId) =>
        gateway.Query<DateTime?>("SELECT due_at FROM splits.split_payments WHERE id = @splitId", new { splitId });
}
