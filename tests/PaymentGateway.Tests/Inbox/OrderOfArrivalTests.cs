using PaymentGateway.Connectors;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Inbox;

/// <summary>
/// Five messages can arrive in 120 orders. Whichever it is, states and books end as they do when nothing is out of order.
/// </summary>
public sealed class OrderOfArrivalTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const int AtOnceMax = 6;

    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public Task One_attempt() => EveryOrderEndsAlike(
        async () =>
        {
            var (_, paymentId, chargeId) = await client.WaitingPayment();
            return new(paymentId,
            [
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Pending),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Authorized),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Captured),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Captured),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Declined),
            ]);
        });

    [Fact]
    public Task A_second_attempt_while_the_first_pays_after_all() => EveryOrderEndsAlike(
        async () =>
        {
            var (orderId, paymentId, first) = await client.WaitingPayment();
            await gateway.TellOfCharge(first, ProcessorNews.Declined);
            var (_, _, second) = await client.WaitingPayment(orderId: orderId);
            return new(paymentId,
            [
                () => gateway.TellOfCharge(first, ProcessorNews.Captured),
                () => gateway.TellOfCharge(second, ProcessorNews.Authorized),
                () => gateway.TellOfCharge(second, ProcessorNews.Captured),
                () => gateway.TellOfCharge(first, ProcessorNews.Captured),
                () => gateway.TellOfCharge(first, ProcessorNews.Authorized),
            ]);
        });

    [Fact]
    public Task An_order_whose_time_is_over() => EveryOrderEndsAlike(
        async () =>
        {
            var (_, paymentId, chargeId) = await client.WaitingPayment();
            return new(paymentId,
            [
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Authorized),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Captured),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Captured),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Declined),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Pending),
            ]);
        },
        async () =>
        {
            clock.Advance(TimeSpan.FromDays(2));
            while (await gateway.ExpireOnce() > 0)
            {
            }
        });

    [Fact]
    public Task An_order_that_was_canceled() => EveryOrderEndsAlike(
        async () =>
        {
            var (orderId, paymentId, chargeId) = await client.WaitingPayment();
            await client.Post($"/api/payments/orders/{orderId}/cancel", new { });
            return new(paymentId,
            [
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Authorized),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Captured),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Captured),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Declined),
                () => gateway.TellOfCharge(chargeId, ProcessorNews.Pending),
            ]);
        });

    [Fact]
    public Task Two_refunds_of_which_one_comes_back() => EveryOrderEndsAlike(
        async () =>
        {
            var paymentId = await client.PaidPayment(100m);
            var first = (await client.Refund(paymentId, 30m, "pending")).Body.Text("id");
            var second = (await client.Refund(paymentId, 40m, "pending")).Body.Text("id");
            var failed = new RefundOutcome.Failed("sbx_r", "REFUND_DECLINED", "Came back.", "x");
            return new(paymentId,
            [
                () => gateway.TellOfRefund(first, new RefundOutcome.Succeeded("sbx_r", "ARN1")),
                () => gateway.TellOfRefund(first, failed),
                () => gateway.TellOfRefund(second, new RefundOutcome.Succeeded("sbx_r", "ARN2")),
                () => gateway.TellOfRefund(second, new RefundOutcome.Pending("sbx_r")),
                () => gateway.TellOfRefund(first, failed),
            ]);
        });

    private async Task EveryOrderEndsAlike(Func<Task<Scene>> begin, Func<Task>? then = null)
    {
        var scenes = new List<(Scene Scene, int[] Order)>();
        foreach (var order in Permutations(5))
        {
            scenes.Add((await begin(), order));
        }

        await (then?.Invoke() ?? Task.CompletedTask);
        await Parallel.ForEachAsync(scenes, new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax }, async (scene, _) =>
        {
            foreach (var message in scene.Order)
            {
                Assert.Null(await scene.Scene.Messages[message]());
            }
        });

        Assert.Equal(120, scenes.Count);
        var expected = await EndOf(scenes[0].Scene.PaymentId);
        foreach (var (scene, order) in scenes)
        {
            var end = await EndOf(scene.PaymentId);
            Assert.True(expected == end, $"In the order {string.Join(' ', order)}:\n{end}\ninstead of\n{expected}");
        }
    }

    /// <summary>States and amounts of everything about the payment, what it became of its money, and the balance of each account by them.</summary>
    private Task<string> EndOf(string paymentId) => gateway.Query<string>(
        """
        WITH payments AS (
            SELECT * FROM payments.payments WHERE id = @paymentId OR metadata::jsonb ->> 'surplusOf' = @paymentId),
        refunds AS (
            SELECT * FROM refunds.refunds WHERE payment_id IN (SELECT id FROM payments)),
        books AS (
            SELECT a.code, e.layer, sum(e.amount) AS amount
            FROM ledger.transactions t
            JOIN ledger.entries e ON e.transaction_id = t.id
            JOIN ledger.accounts a ON a.id = e.account_id
            WHERE t.subject_id IN (SELECT id FROM payments UNION ALL SELECT id FROM refunds)
            GROUP BY 1, 2 HAVING sum(e.amount) <> 0)
        SELECT concat_ws(E'\n',
            (SELECT string_agg(concat_ws(' ', p.id <> @paymentId, p.state, p.amount_authorized, p.amount_captured, p.amount_refunded, o.state,
                o.amount_paid), E'\n' ORDER BY p.id <> @paymentId) FROM payments p LEFT JOIN payments.orders o ON o.id = p.order_id),
            (SELECT string_agg(concat_ws(' ', amount, state), E'\n' ORDER BY id) FROM refunds),
            (SELECT string_agg(concat_ws(' ', code, layer, amount), E'\n' ORDER BY code, layer) FROM books))
        """, new { paymentId });

    private static IEnumerable<int[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(rest => Enumerable.Range(0, count).Reverse().Select(at => (int[])[.. rest[..at], count - 1, .. rest[at..]]));

    /// <param name="PaymentId">Whose end is looked at.</param>
    /// <param name="Messages">Each hands one message over.</param>
    private sealed record Scene(string PaymentId, IReadOnlyList<Func<Task<PaymentGateway.Http.Refusal?>>> Messages);
}
