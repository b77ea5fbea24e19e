using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>What was paid in parts goes back in parts.</summary>
public sealed class SplitRefundTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_refund_is_spread_in_proportion_and_the_rest_follows()
    {
        var (orderId, split) = await client.PaidInParts(100m, 200m, 0.01m);
        var splitId = split.Text("id");

        var (status, refund, _) = await client.RefundSplit(splitId, 100m);
        Assert.Equal((HttpStatusCode.Created, "succeeded", "proportional"), (status, refund.Text("status"), refund.Text("strategy")));
        Assert.StartsWith("sre_", refund.Text("splitRefundId"), StringComparison.Ordinal);
        var shares = refund.GetProperty("refunds").EnumerateArray().ToList();
        Assert.Equal([33.33m, 66.67m], shares.Select(share => share.GetProperty("amount").GetDecimal()));
        Assert.All(shares, share => Assert.Equal(refund.Text("id"), share.Text("splitRefundId")));

        var (_, rest, _) = await client.Post("/api/payments/refunds", new { splitPaymentId = splitId });
        Assert.Equal(200.01m, rest.GetProperty("amount").GetDecimal());
        Assert.Equal(3, rest.GetProperty("refunds").GetArrayLength());
        Assert.Equal("PAYMENT_ALREADY_REFUNDED", (await client.RefundSplit(splitId)).Body.Code());
        var shown = await client.GetSplit(splitId);
        Assert.Equal([rest.Text("id"), refund.Text("id")], shown.GetProperty("refunds").EnumerateArray().Select(r => r.Text("id")));
        Assert.Equal(300.01m, shown.GetProperty("amountRefunded").GetDecimal());
        Assert.True((await client.GetOrder(orderId)).GetProperty("refunded").GetBoolean());
    }

    [Fact]
    public async Task A_refund_in_order_empties_the_first_part_first()
    {
        var (_, split) = await client.PaidInParts(100m, 200m);

        var (_, refund, _) = await client.RefundSplit(split.Text("id"), 150m, "in_order");

        Assert.Equal([100m, 50m], refund.GetProperty("refunds").EnumerateArray().Select(share => share.GetProperty("amount").GetDecimal()));
    }

    [Fact]
    public async Task A_part_is_refunded_alone_and_the_order_shows_it()
    {
        var (orderId, split) = await client.PaidInParts(100m, 200m);

        await client.Refund(split.GetProperty("payments")[0].Text("id"), 60m);
        Assert.Equal(60m, (await client.GetOrder(orderId)).GetProperty("amountRefunded").GetDecimal());
        Assert.Equal("REFUND_AMOUNT_EXCEEDS_ORIGINAL", (await client.RefundSplit(split.Text("id"), 240.01m)).Body.Code());
        await client.RefundSplit(split.Text("id"), 240m);
        Assert.Equal(300m, (await client.GetOrder(orderId)).GetProperty("amountRefunded").GetDecimal());
    }

    [Fact]
    public async Task Shares_that_end_differently_are_told_apart()
    {
        var (_, split) = await client.PaidInParts(9011m, 100m);

        var (_, refund, _) = await client.RefundSplit(split.Text("id"));
        Assert.Equal("partially_succeeded", refund.Text("status"));
        Assert.Equal(["failed", "succeeded"], refund.GetProperty("refunds").EnumerateArray().Select(share => share.Text("status")));
        Assert.Equal(100m, (await client.GetSplit(split.Text("id"))).GetProperty("amountRefunded").GetDecimal());

        var (_, other) = await client.PaidInParts(9011m, 9011m);
        var (status, declined, _) = await client.RefundSplit(other.Text("id"));
        Assert.Equal((HttpStatusCode.PaymentRequired, "REFUND_DECLINED"), (status, declined.Code()));
        Assert.Equal(2, declined.GetProperty("error").GetProperty("details").GetProperty("splitRefund").GetProperty("refunds").GetArrayLength());
    }

    [Fact]
    public async Task A_share_without_an_answer_is_pending_until_the_processor_says()
    {
        var (_, split) = await client.PaidInParts(200m, 100m);

        var (status, refund, _) = await client.Post($"/api/payments/split/{split.Text("id")}/refunds", new { }, behaviour: "pending");
        Assert.Equal((HttpStatusCode.Accepted, "pending"), (status, refund.Text("status")));
        clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();

        Assert.Equal("succeeded", (await client.GetSplit(split.Text("id"))).GetProperty("refunds")[0].Text("status"));
    }

    [Fact]
    public async Task The_policy_looks_at_the_whole_and_not_at_its_shares()
    {
        var shop = gateway.Shops[2];
        using var grocer = gateway.ClientOf(shop);
        var (_, split) = await grocer.PaidInParts(100m, 100m);
        await grocer.Set(shop, new { refundPolicy = new { approvalAbove = 150 } });

        var (status, refund, _) = await grocer.RefundSplit(split.Text("id"));
        Assert.Equal((HttpStatusCode.Created, "requires_approval"), (status, refund.Text("status")));

        // What is given back because the whole was not paid waits for nobody.
        var orderId = await grocer.CreateOrder(400m);
        var (_, body, _) = await grocer.Split(orderId, [SplitCalls.Upi(200m), SplitCalls.Upi(200m, "failure@pgtestupi")]);
        Assert.Equal("failed", body.FailedSplit().Text("status"));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task The_same_request_refunds_once()
    {
        var (orderId, split) = await client.PaidInParts(100m, 200m);

        var first = (await client.RefundSplit(split.Text("id"), 30m, null, $"r-{orderId}")).Body;
        Assert.Equal(first.ToString(), (await client.RefundSplit(split.Text("id"), 30m, null, $"r-{orderId}")).Body.ToString());
        Assert.Equal(30m, (await client.GetSplit(split.Text("id"))).GetProperty("amountRefunded").GetDecimal());
    }

    [Fact]
    public async Task An_order_with_one_payment_is_refunded_by_its_id_too()
    {
        var orderId = await client.CreateOrder(100m);
        Assert.Equal("REFUND_NOT_ELIGIBLE", (await client.Post("/api/payments/refunds", new { orderId })).Body.Code());
        await client.PayByCard(orderId);

        Assert.Equal("VALIDATION_FAILED", (await client.Post("/api/payments/refunds", new { orderId, strategy = "in_order" })).Body.Code());
        var (status, refund, _) = await client.Post("/api/payments/refunds", new { orderId, amount = 40 });
        Assert.Equal((HttpStatusCode.Created, 40m), (status, refund.GetProperty("amount").GetDecimal()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1.001)]
    public async Task An_amount_that_is_none_is_refused(decimal amount)
    {
        var (_, split) = await client.PaidInParts(100m, 200m);

        Assert.Equal("INVALID_AMOUNT", (await client.RefundSplit(split.Text("id"), amount)).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.RefundSplit(split.Text("id"), 1m, "at_random")).Body.Code());
    }

    [Fact]
    public async Task What_was_not_paid_in_full_is_not_refunded_by_hand()
    {
        var orderId = await client.CreateOrder(300m);
        var (_, split, _) = await client.Split(orderId, [await client.Card(200m), SplitCalls.Wallet(100m)]);

        Assert.Equal("REFUND_NOT_ELIGIBLE", (await client.RefundSplit(split.Text("id"))).Body.Code());
        await client.Post($"/api/payments/split/{split.Text("id")}/cancel", new { });
        Assert.Equal("REFUND_NOT_ELIGIBLE", (await client.RefundSplit(split.Text("id"))).Body.Code());
    }
}
