using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Inbox;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.WorkItems;

/// <summary>Every row of the table of contradictions, from the message to its end, with the processor's money and the book.</summary>
public sealed class ContradictionTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Success_after_a_failure_is_accepted_while_the_order_can_take_it()
    {
        var (orderId, paymentId, chargeId) = await client.WaitingPayment();
        await gateway.TellOfCharge(chargeId, ProcessorNews.Declined);

        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);

        Assert.Equal("succeeded", await StatusOf(paymentId));
        Assert.Equal("paid", await OrderStatusOf(orderId));
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.success"));
        Assert.Equal(0, await ItemsOf(orderId));
    }

    [Fact]
    public async Task Success_after_the_order_expired_is_accepted_and_pays_the_order()
    {
        var (orderId, paymentId, chargeId) = await client.WaitingPayment();
        clock.Advance(TimeSpan.FromDays(2));
        await gateway.ExpireOnce();
        Assert.Equal(("canceled", "expired"), (await StatusOf(paymentId), await OrderStatusOf(orderId)));

        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);

        Assert.Equal(("succeeded", "paid"), (await StatusOf(paymentId), await OrderStatusOf(orderId)));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.paid"));
    }

    [Fact]
    public async Task Success_after_the_merchant_canceled_is_refunded_by_itself()
    {
        var (orderId, paymentId, chargeId) = await client.WaitingPayment();
        await client.Post($"/api/payments/orders/{orderId}/cancel", new { });
        await gateway.TakeAtProcessor(chargeId);

        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);
        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);
        await gateway.ActOnWorkItems();

        Assert.Equal(("canceled", "canceled"), (await StatusOf(paymentId), await OrderStatusOf(orderId)));
        await AssertGivenBack(orderId, "late_payment", 100m);
    }

    [Fact]
    public async Task Money_that_is_only_held_is_released_and_not_refunded()
    {
        var (orderId, _, chargeId) = await client.WaitingPayment();
        await client.Post($"/api/payments/orders/{orderId}/cancel", new { });
        await gateway.Execute("UPDATE sandbox.charges SET state = 'authorized', due_at = NULL WHERE key = @chargeId", new { chargeId });

        await gateway.TellOfCharge(chargeId, ProcessorNews.Authorized);
        await gateway.ActOnWorkItems();

        var item = await client.TheWorkItem($"orderId={orderId}");
        Assert.Equal("resolved", item.Text("status"));
        Assert.Equal("canceled", await StatusOf(item.Text("paymentId")));
        Assert.Equal("voided", await gateway.Query<string>("SELECT state FROM sandbox.charges WHERE key = @chargeId", new { chargeId }));
    }

    [Fact]
    public async Task Success_twice_keeps_the_first_and_gives_the_second_back()
    {
        var (orderId, paymentId, first) = await client.WaitingPayment();
        await gateway.TellOfCharge(first, ProcessorNews.Declined);
        var (_, _, second) = await client.WaitingPayment(orderId: orderId);
        await gateway.TellOfCharge(second, ProcessorNews.Captured);
        await gateway.TakeAtProcessor(first);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => gateway.TellOfCharge(first, ProcessorNews.Captured)));
        await gateway.ActOnWorkItems();

        Assert.Equal(("succeeded", "paid"), (await StatusOf(paymentId), await OrderStatusOf(orderId)));
        Assert.Equal(100m, (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("amountCaptured").GetDecimal());
        await AssertGivenBack(orderId, "duplicate_payment", 100m);
    }

    [Fact]
    public async Task A_refund_that_the_processor_declines_leaves_the_item_to_a_person()
    {
        var (orderId, _, chargeId) = await client.WaitingPayment();
        await client.Post($"/api/payments/orders/{orderId}/cancel", new { });
        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);

        await gateway.ActOnWorkItems();

        var item = await client.TheWorkItem($"orderId={orderId}");
        Assert.Equal("open", item.Text("status"));
        Assert.NotEqual("", item.Text("failure"));
        await gateway.TakeAtProcessor(chargeId);
        var (status, resolved, _) = await client.ResolveItem(item.Text("id"), "refund");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("resolved", resolved.Text("status"));
        Assert.StartsWith("re_", resolved.Text("resultId"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dismiss", "dismissed", 0)]
    [InlineData("write_off", "resolved", 10000)]
    public async Task Failure_after_success_un_makes_nothing_and_asks_a_person(string action, string status, long lost)
    {
        var (orderId, paymentId, chargeId) = await client.WaitingPayment();
        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);

        await gateway.TellOfCharge(chargeId, ProcessorNews.Declined);
        await gateway.TellOfCharge(chargeId, ProcessorNews.Declined);

        Assert.Equal("succeeded", await StatusOf(paymentId));
        var item = await client.TheWorkItem($"orderId={orderId}&kind=failed_after_success");
        Assert.Equal("captured", item.GetProperty("ours").Text("charge"));
        Assert.Equal("PAYMENT_DECLINED", item.GetProperty("theirs").Text("code"));
        Assert.Equal(1, await gateway.EventsOf(item.Text("id"), "work_item.opened"));
        var (code, resolved, _) = await client.ResolveItem(item.Text("id"), action);
        Assert.Equal((HttpStatusCode.OK, status), (code, resolved.Text("status")));
        Assert.Equal(lost, await BookedOn("write_offs", item.Text("id")));
        Assert.Equal(1, await gateway.EventsOf(item.Text("id"), "work_item.resolved"));
        Assert.Equal(2, await gateway.Query<long>(
            "SELECT count(*) FROM audit.rows WHERE object_id = @id", new { id = item.Text("id") }));
        Assert.Equal("INVALID_STATE", (await client.ResolveItem(item.Text("id"), "dismiss")).Body.Code());
    }

    [Theory]
    [InlineData(60, "refund,dismiss,accept")]
    [InlineData(120, "refund,dismiss")]
    public async Task Another_amount_stands_in_suspense_until_a_person_has_chosen(int came, string actions)
    {
        var (orderId, paymentId, chargeId) = await client.WaitingPayment();

        await gateway.TellOfCharge(chargeId, ProcessorNews.Took(came));

        Assert.Equal("requires_action", await StatusOf(paymentId));
        var item = await client.TheWorkItem($"orderId={orderId}");
        Assert.Equal("amount_differs", item.Text("kind"));
        Assert.Equal(actions.Split(',').Order(), item.GetProperty("actions").EnumerateArray().Select(a => a.GetString()!).Order());
        Assert.Equal(-came * 100, await BookedOn("suspense", item.Text("id")));
        Assert.Equal((came, 100m), (item.GetProperty("theirs").GetProperty("amount").GetDecimal(), item.GetProperty("ours").GetProperty("amount").GetDecimal()));

        // Money goes back as a whole, from a payment of its own; the order can be paid again.
        await gateway.TakeAtProcessor(chargeId, came * 100);
        var (_, resolved, _) = await client.ResolveItem(item.Text("id"), "refund");
        Assert.Equal("resolved", resolved.Text("status"));
        Assert.Equal(0, await BookedOn("suspense", item.Text("id")));
        Assert.Equal((1, came * 100), await gateway.RefundsAtProcessor(resolved.Text("paymentId")));
        Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(orderId)).Status);
    }

    [Fact]
    public async Task Less_than_was_asked_for_can_be_accepted_also_by_32_at_once()
    {
        var (orderId, paymentId, chargeId) = await client.WaitingPayment();
        await gateway.TellOfCharge(chargeId, ProcessorNews.Took(60m));
        var item = await client.TheWorkItem($"orderId={orderId}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.ResolveItem(item.Text("id"), "accept")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("INVALID_STATE", answer.Body.Code()));
        Assert.Equal(("succeeded", "paid"), (await StatusOf(paymentId), await OrderStatusOf(orderId)));
        Assert.Equal(60m, (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("amountCaptured").GetDecimal());
        Assert.Equal(0, await BookedOn("suspense", item.Text("id")));
    }

    [Fact]
    public async Task Money_of_an_unknown_charge_stands_in_suspense_and_is_dismissed()
    {
        var key = Id.New("ch", TimeProvider.System);
        await gateway.TellOfCharge(key, ProcessorNews.Took(70m));
        await gateway.TellOfCharge(key, ProcessorNews.Took(70m));
        Assert.Equal("CHARGE_NOT_FOUND", (await gateway.TellOfCharge(key, ProcessorNews.Declined))!.Kind.Code);

        var item = await client.TheWorkItem("kind=unknown_charge");

        Assert.Equal(-7000, await BookedOn("suspense", item.Text("id")));
        Assert.Equal("dismissed", (await client.ResolveItem(item.Text("id"), "dismiss")).Body.Text("status"));
        Assert.Equal(0, await BookedOn("suspense", item.Text("id")));
    }

    [Fact]
    public async Task Another_tenants_charge_is_unknown_and_stays_as_it_is()
    {
        var (_, paymentId, chargeId) = await client.WaitingPayment();
        using var other = gateway.ClientOf(gateway.Shops[1]);

        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured, gateway.Shops[1]);

        Assert.Equal("requires_action", await StatusOf(paymentId));
        var item = await other.TheWorkItem("kind=unknown_charge");
        Assert.Equal("{}", item.GetProperty("ours").ToString());
        Assert.Equal("WORK_ITEM_NOT_FOUND", (await client.Call(HttpMethod.Get, $"/api/payments/work-items/{item.Text("id")}")).Body.Code());
        Assert.Equal("WORK_ITEM_NOT_FOUND", (await client.ResolveItem(item.Text("id"), "dismiss")).Body.Code());
    }

    [Fact]
    public async Task Refunds_that_contradict_ask_a_person()
    {
        var paymentId = await client.PaidPayment(100m);
        var refundId = (await client.Refund(paymentId, 30m, "pending")).Body.Text("id");
        await gateway.TellOfRefund(refundId, new RefundOutcome.Failed("sbx_r", "REFUND_DECLINED", "No.", "x"));

        await gateway.TellOfRefund(refundId, new RefundOutcome.Succeeded("sbx_r", "ARN"));
        await gateway.TellOfRefund("re_nobody", new RefundOutcome.Succeeded("sbx_r", "ARN"));

        Assert.Equal("failed", (await client.GetRefund(refundId)).Text("status"));
        var item = await client.TheWorkItem($"paymentId={paymentId}");
        Assert.Equal(("refund_differs", 30m), (item.Text("kind"), item.GetProperty("amount").GetDecimal()));
        Assert.Equal("resolved", (await client.ResolveItem(item.Text("id"), "write_off")).Body.Text("status"));
        Assert.Equal("open", (await client.TheWorkItem("kind=unknown_refund")).Text("status"));
    }

    [Fact]
    public async Task A_choice_that_is_not_offered_is_refused_and_a_repeat_is_answered_the_same()
    {
        var (orderId, _, chargeId) = await client.WaitingPayment();
        await gateway.TellOfCharge(chargeId, ProcessorNews.Captured);
        await gateway.TellOfCharge(chargeId, ProcessorNews.Voided);
        var item = await client.TheWorkItem($"orderId={orderId}");

        Assert.Equal("VALIDATION_FAILED", (await client.ResolveItem(item.Text("id"), "accept")).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.ResolveItem(item.Text("id"), "burn")).Body.Code());
        var key = Id.New("key", TimeProvider.System);
        var first = await client.ResolveItem(item.Text("id"), "dismiss", key);
        var second = await client.ResolveItem(item.Text("id"), "dismiss", key);
        Assert.Equal(first.Body.ToString(), second.Body.ToString());
        Assert.Equal("VALIDATION_FAILED", (await client.Call(HttpMethod.Get, "/api/payments/work-items?status=lost")).Body.Code());
    }

    private async Task AssertGivenBack(string orderId, string kind, decimal amount)
    {
        var item = await client.TheWorkItem($"orderId={orderId}");
        Assert.Equal((kind, "resolved", "worker"), (item.Text("kind"), item.Text("status"), item.Text("resolvedBy")));
        var surplus = await client.GetJson($"/api/payments/{item.Text("paymentId")}");
        Assert.Equal((amount, amount), (surplus.GetProperty("amountCaptured").GetDecimal(), surplus.GetProperty("amountRefunded").GetDecimal()));
        Assert.Equal((1, (long)(amount * 100)), await gateway.RefundsAtProcessor(surplus.Text("id")));
    }

    private async Task<string> StatusOf(string paymentId) => (await client.GetJson($"/api/payments/{paymentId}")).Text("status");

    private async Task<string> OrderStatusOf(string orderId) => (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status");

    private async Task<long> ItemsOf(string orderId) =>
        (await client.GetJson($"/api/payments/work-items?orderId={orderId}")).GetProperty("data").GetArrayLength();

    private Task<long> BookedOn(string account, string itemId) => gateway.Query<long>(
        """
        SELECT coalesce(sum(e.amount), 0)::bigint
        FROM ledger.transactions t
        JOIN ledger.entries e ON e.transaction_id = t.id
        JOIN ledger.accounts a ON a.id = e.account_id AND a.code = @account
        WHERE t.subject_id = @itemId
        """, new { account, itemId });
}
