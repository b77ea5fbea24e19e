using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Refunds;

/// <summary>Refunds over HTTP against the sandbox. Time passes only when a test says so.</summary>
public sealed class RefundsApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_payment_is_refunded_in_parts_and_what_is_left_is_the_limit()
    {
        var paymentId = await client.PaidPayment();

        var (first, refund, response) = await client.Refund(paymentId, 199.50m);
        Assert.Equal(HttpStatusCode.Created, first);
        Assert.Equal($"/api/payments/refunds/{refund.Text("id")}", response.Headers.Location?.ToString());
        Assert.Equal("succeeded", refund.Text("status"));
        Assert.StartsWith("re_", refund.Text("refundId"), StringComparison.Ordinal);
        Assert.Equal("duplicate", refund.Text("reason"));
        Assert.StartsWith("ARN", refund.Text("processorReference"), StringComparison.Ordinal);
        Assert.Equal(clock.GetUtcNow().AddDays(7), refund.GetProperty("expectedAt").GetDateTimeOffset());
        Assert.Equal(refund.ToString(), (await client.GetRefund(refund.Text("id"))).ToString());

        var (tooMuch, refused, _) = await client.Refund(paymentId, 300.51m);
        Assert.Equal((HttpStatusCode.BadRequest, "REFUND_AMOUNT_EXCEEDS_ORIGINAL"), (tooMuch, refused.Code()));
        Assert.Equal(300.5m, refused.GetProperty("error").GetProperty("details").GetProperty("refundable").GetDecimal());

        var (_, rest, _) = await client.Refund(paymentId);
        Assert.Equal(300.5m, rest.GetProperty("amount").GetDecimal());
        Assert.Equal("PAYMENT_ALREADY_REFUNDED", (await client.Refund(paymentId)).Body.Code());
        Assert.Equal((2, 50000), await gateway.RefundsAtProcessor(paymentId));
        Assert.Equal(1, await gateway.EventsOf(refund.Text("id"), "refund.created"));
        Assert.Equal(1, await gateway.EventsOf(refund.Text("id"), "refund.processed"));
    }

    [Fact]
    public async Task Payment_charge_and_order_show_what_was_given_back()
    {
        var paymentId = await client.PaidPayment();
        var payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.False(payment.GetProperty("refunded").GetBoolean());
        var chargeId = payment.GetProperty("charges")[0].Text("id");

        var (status, refund, _) = await client.Post($"/api/payments/charges/{chargeId}/refunds", new { amount = 100 });
        Assert.Equal((HttpStatusCode.Created, chargeId), (status, refund.Text("chargeId")));

        foreach (var path in new[] { paymentId, $"charges/{chargeId}", $"orders/{payment.Text("orderId")}" }.Select(part => $"/api/payments/{part}"))
        {
            var shown = await client.GetJson(path);
            Assert.Equal((100m, false), (shown.GetProperty("amountRefunded").GetDecimal(), shown.GetProperty("refunded").GetBoolean()));
        }

        await client.Refund(paymentId);
        payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.True(payment.GetProperty("refunded").GetBoolean());
        Assert.Equal([400m, 100m], payment.GetProperty("refunds").EnumerateArray().Select(r => r.GetProperty("amount").GetDecimal()));
        Assert.True((await client.GetJson($"/api/payments/orders/{payment.Text("orderId")}")).GetProperty("refunded").GetBoolean());
    }

    [Fact]
    public async Task Only_captured_money_of_a_known_payment_is_refunded()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        var held = (await client.PayByCard(orderId)).Body;

        Assert.Equal("REFUND_NOT_ELIGIBLE", (await client.Refund(held.Text("id"))).Body.Code());
        Assert.Equal("PAYMENT_NOT_FOUND", (await client.Refund("pay_nobody")).Body.Code());
        Assert.Equal("CHARGE_NOT_FOUND", (await client.Post("/api/payments/refunds", new { chargeId = "ch_nobody" })).Body.Code());
        Assert.Equal(HttpStatusCode.NotFound, (await client.Call(HttpMethod.Get, "/api/payments/refunds/re_nobody")).Status);

        await client.Post($"/api/payments/payment-intents/{held.Text("id")}/capture", new { });
        Assert.Equal(HttpStatusCode.Created, (await client.Refund(held.Text("id"), 1m)).Status);
    }

    [Fact]
    public async Task A_declined_attempt_of_a_paid_payment_cannot_be_refunded_by_its_charge()
    {
        var orderId = await client.CreateOrder(100m);
        var declined = (await client.PayByCard(orderId, "4000000000000002")).Body.GetProperty("error").GetProperty("details").GetProperty("payment");
        await client.PayByCard(orderId);

        var chargeId = declined.GetProperty("charges")[0].Text("id");
        Assert.Equal("REFUND_NOT_ELIGIBLE", (await client.Post($"/api/payments/charges/{chargeId}/refunds", new { })).Body.Code());
    }

    [Fact]
    public async Task Another_merchant_sees_nothing_of_it()
    {
        var paymentId = await client.PaidPayment();
        var refundId = (await client.Refund(paymentId, 1m)).Body.Text("id");
        using var stranger = gateway.ClientOf(gateway.Shops[1]);

        Assert.Equal("PAYMENT_NOT_FOUND", (await stranger.Refund(paymentId, 1m)).Body.Code());
        Assert.Equal("REFUND_NOT_FOUND", (await stranger.Call(HttpMethod.Get, $"/api/payments/refunds/{refundId}")).Body.Code());
        foreach (var command in new[] { "cancel", "approve" })
        {
            Assert.Equal("REFUND_NOT_FOUND", (await stranger.Command(refundId, command)).Body.Code());
        }

        Assert.Equal("REFUND_NOT_FOUND", (await stranger.Command(refundId, "reject", new { reason = "no" })).Body.Code());
        Assert.Empty((await stranger.GetJson($"/api/payments/refunds?paymentId={paymentId}")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("""{}""", "VALIDATION_FAILED")]
    [InlineData("""{ "paymentId": "PAY", "chargeId": "ch_1" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "paymentId": "PAY", "amount": 0 }""", "INVALID_AMOUNT")]
    [InlineData("""{ "paymentId": "PAY", "amount": -1 }""", "INVALID_AMOUNT")]
    [InlineData("""{ "paymentId": "PAY", "amount": 1.001 }""", "INVALID_AMOUNT")]
    [InlineData("""{ "paymentId": "PAY", "reason": "bored" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "paymentId": "PAY", "metadata": [1] }""", "VALIDATION_FAILED")]
    [InlineData("""{ "paymentId": "PAY", "description": "" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "paymentId": "PAY", "currency": "INR" }""", "UNKNOWN_FIELD")]
    public async Task A_malformed_request_refunds_nothing(string body, string code)
    {
        var paymentId = await client.PaidPayment(1m);
        var sent = JsonDocument.Parse(body.Replace("PAY", paymentId, StringComparison.Ordinal)).RootElement;

        Assert.Equal(code, (await client.Post("/api/payments/refunds", sent)).Body.Code());
        Assert.Equal(0, await client.AmountRefunded(paymentId));
    }

    [Fact]
    public async Task A_declined_refund_is_told_and_its_amount_is_free_again()
    {
        var paymentId = await client.PaidPayment();

        var (status, body, _) = await client.Refund(paymentId, 200m, "refund_declined");

        Assert.Equal((HttpStatusCode.PaymentRequired, "REFUND_DECLINED"), (status, body.Code()));
        var refund = body.GetProperty("error").GetProperty("details").GetProperty("refund");
        Assert.Equal(("failed", "REFUND_DECLINED"), (refund.Text("status"), refund.Text("failureCode")));
        Assert.Equal(1, await gateway.EventsOf(refund.Text("id"), "refund.failed"));
        Assert.Equal(0, await client.AmountRefunded(paymentId));
        Assert.Equal(HttpStatusCode.Created, (await client.Refund(paymentId)).Status);
    }

    [Fact]
    public async Task A_pending_refund_succeeds_by_the_processors_message()
    {
        var paymentId = await client.PaidPayment();

        var (status, refund, _) = await client.Refund(paymentId, 200m, "pending");
        Assert.Equal((HttpStatusCode.Accepted, "pending"), (status, refund.Text("status")));
        Assert.Equal(200m, await client.AmountRefunded(paymentId));
        clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();

        Assert.Equal("succeeded", (await client.GetRefund(refund.Text("id"))).Text("status"));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await gateway.ResolveRefundsOnce());
    }

    [Fact]
    public async Task Money_that_went_back_before_the_answer_was_lost_is_found_once()
    {
        var paymentId = await client.PaidPayment();

        var (status, refund, _) = await client.Refund(paymentId, 200m, "lost_answer");
        Assert.Equal((HttpStatusCode.Accepted, "pending"), (status, refund.Text("status")));
        clock.Advance(TimeSpan.FromSeconds(3));
        await gateway.ResolveRefundsOnce();

        Assert.Equal("succeeded", (await client.GetRefund(refund.Text("id"))).Text("status"));
        Assert.Equal((1, 20000), await gateway.RefundsAtProcessor(paymentId));
        Assert.Equal(1, await gateway.EventsOf(refund.Text("id"), "refund.processed"));
    }

    [Theory]
    [InlineData("never_arrives")]
    [InlineData("error_500")]
    public async Task A_call_that_never_arrived_is_asked_about_and_then_sent_again_with_the_same_key(string behaviour)
    {
        var paymentId = await client.PaidPayment();
        var refund = (await client.Refund(paymentId, 200m, behaviour)).Body;

        clock.Advance(TimeSpan.FromSeconds(3));
        await gateway.ResolveRefundsOnce();
        Assert.Equal((0, 0), await gateway.RefundsAtProcessor(paymentId));

        clock.Advance(TimeSpan.FromSeconds(70));
        await gateway.ResolveRefundsOnce();

        Assert.Equal("succeeded", (await client.GetRefund(refund.Text("id"))).Text("status"));
        Assert.Equal((1, 20000), await gateway.RefundsAtProcessor(paymentId));
    }

    [Fact]
    public async Task A_refund_that_comes_back_days_later_is_booked_back_and_can_be_made_again()
    {
        var paymentId = await client.PaidPayment();
        var refund = (await client.Refund(paymentId, behaviour: "refund_fails_later")).Body;
        Assert.Equal("succeeded", refund.Text("status"));

        clock.Advance(SandboxRefundDecisions.ComesBackAfter + TimeSpan.FromSeconds(1));
        await gateway.NotifyOnce();

        var failed = await client.GetRefund(refund.Text("id"));
        Assert.Equal(("failed", "REFUND_DECLINED"), (failed.Text("status"), failed.Text("failureCode")));
        Assert.Equal(0, await client.AmountRefunded(paymentId));
        Assert.Equal(1, await gateway.EventsOf(refund.Text("id"), "refund.failed"));
        await gateway.AssertBookHolds();
        Assert.Equal("succeeded", (await client.Refund(paymentId)).Body.Text("status"));
    }

    [Theory]
    [InlineData("duplicate_notification")]
    [InlineData("late_notification")]
    public async Task Repeated_and_late_messages_change_nothing(string behaviour)
    {
        var paymentId = await client.PaidPayment();
        var refund = (await client.Refund(paymentId, 10m, behaviour)).Body;

        clock.Advance(TimeSpan.FromSeconds(11));
        await gateway.NotifyOnce();

        Assert.Equal(0, await gateway.Query<long>(
            "SELECT coalesce(sum(copies), 0) FROM sandbox.notifications WHERE body LIKE '%' || @id || '%'", new { id = refund.Text("id") }));
        Assert.Equal(1, await gateway.EventsOf(refund.Text("id"), "refund.processed"));
    }

    [Fact]
    public async Task A_pending_refund_is_canceled_at_the_processor_and_a_finished_one_is_not()
    {
        var paymentId = await client.PaidPayment();
        var pending = (await client.Refund(paymentId, 100m, "pending")).Body.Text("id");
        var done = (await client.Refund(paymentId, 100m)).Body.Text("id");

        var (status, canceled, _) = await client.Command(pending, "cancel", idempotencyKey: pending);
        Assert.Equal((HttpStatusCode.OK, "canceled", "requested_by_merchant"), (status, canceled.Text("status"), canceled.Text("cancelReason")));
        var (_, again, repeated) = await client.Command(pending, "cancel", idempotencyKey: pending);
        Assert.Equal(canceled.ToString(), again.ToString());
        Assert.True(repeated.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("INVALID_STATE", (await client.Command(done, "cancel")).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Command(done, "approve")).Body.Code());
        Assert.Equal(100m, await client.AmountRefunded(paymentId));
        Assert.Equal((2, 10000), await gateway.RefundsAtProcessor(paymentId));
        Assert.Equal(1, await gateway.EventsOf(pending, "refund.canceled"));
    }

    [Fact]
    public async Task The_same_key_is_the_same_refund()
    {
        var paymentId = await client.PaidPayment();
        var key = $"refund-{paymentId}";

        var first = await client.Refund(paymentId, 100m, idempotencyKey: key);
        var again = await client.Refund(paymentId, 100m, idempotencyKey: key);

        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.True(again.Response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", (await client.Refund(paymentId, 101m, idempotencyKey: key)).Body.Code());
        Assert.Equal((1, 10000), await gateway.RefundsAtProcessor(paymentId));
    }

    [Fact]
    public async Task Refunds_are_listed_by_every_filter()
    {
        var paymentId = await client.PaidPayment();
        var payment = await client.GetJson($"/api/payments/{paymentId}");
        var refund = (await client.Refund(paymentId, 10m)).Body;
        await client.Post("/api/payments/refunds", new { paymentId, amount = 20 });
        var filters = new Dictionary<string, int>
        {
            [$"paymentId={paymentId}"] = 2,
            [$"chargeId={refund.Text("chargeId")}"] = 2,
            [$"orderId={payment.Text("orderId")}"] = 2,
            [$"paymentId={paymentId}&status=succeeded"] = 2,
            [$"paymentId={paymentId}&status=failed"] = 0,
            [$"paymentId={paymentId}&reason=duplicate"] = 1,
            [$"paymentId={paymentId}&createdFrom={clock.GetUtcNow().AddSeconds(1):yyyy-MM-ddTHH:mm:ssZ}"] = 0,
            [$"paymentId={paymentId}&createdTo={clock.GetUtcNow().AddSeconds(1):yyyy-MM-ddTHH:mm:ssZ}"] = 2,
        };

        foreach (var (query, count) in filters)
        {
            Assert.Equal(count, (await client.GetJson($"/api/payments/refunds?{query}")).GetProperty("data").GetArrayLength());
        }

        var page = await client.GetJson($"/api/payments/refunds?paymentId={paymentId}&limit=1");
        Assert.True(page.GetProperty("hasMore").GetBoolean());
        var next = await client.GetJson($"/api/payments/refunds?paymentId={paymentId}&limit=1&cursor={page.Text("nextCursor")}");
        Assert.Equal(refund.Text("id"), next.GetProperty("data")[0].Text("id"));
        foreach (var wrong in new[] { "status=done", "reason=bored", "amount=1" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await client.Call(HttpMethod.Get, $"/api/payments/refunds?{wrong}")).Status);
        }
    }

    [Fact]
    public async Task The_fee_comes_back_when_the_merchant_is_set_so()
    {
        var shop = gateway.Shops[2];
        using var merchant = gateway.ClientOf(shop);
        await merchant.Set(shop, new { feeReturnedOnRefund = true });
        var paymentId = await merchant.PaidPayment(2716.67m);

        decimal fee = 0, tax = 0;
        foreach (var amount in new[] { 1000m, 1000m, 716.67m })
        {
            var refund = (await merchant.Refund(paymentId, amount)).Body;
            (fee, tax) = (fee + refund.GetProperty("feeReturned").GetDecimal(), tax + refund.GetProperty("taxReturned").GetDecimal());
        }

        Assert.Equal((54.33m, 9.78m), (fee, tax));
        Assert.Equal(0, await gateway.Query<long>(
            """
            SELECT sum(e.amount)::bigint
            FROM ledger.entries e
            JOIN ledger.accounts a ON a.id = e.account_id
            WHERE a.merchant_id = @id AND a.code IN ('fee_income', 'tax_payable') AND e.layer = 'posted'
            """, new { id = shop.MerchantId }));
    }

    [Fact]
    public async Task A_refund_above_the_policy_waits_for_another_key()
    {
        var shop = gateway.Shops[3];
        using var asker = gateway.ClientOf(shop);
        await asker.Set(shop, new { refundPolicy = new { approvalAbove = 100, approvals = 2 } });
        using var second = await gateway.AnotherKey(asker, shop);
        using var third = await gateway.AnotherKey(asker, shop);
        var paymentId = await asker.PaidPayment();
        Assert.Equal("succeeded", (await asker.Refund(paymentId, 100m)).Body.Text("status"));

        var (status, refund, _) = await asker.Refund(paymentId, 100.01m);
        var id = refund.Text("id");
        Assert.Equal((HttpStatusCode.Created, "requires_approval"), (status, refund.Text("status")));
        Assert.Equal(200.01m, await asker.AmountRefunded(paymentId));
        Assert.Equal((1, 10000), await gateway.RefundsAtProcessor(paymentId));

        var (own, refused, _) = await asker.Command(id, "approve");
        Assert.Equal((HttpStatusCode.Forbidden, "SAME_APPROVER"), (own, refused.Code()));
        Assert.Equal("requires_approval", (await second.Command(id, "approve")).Body.Text("status"));
        Assert.Equal("SAME_APPROVER", (await second.Command(id, "approve")).Body.Code());
        var approved = (await third.Command(id, "approve")).Body;

        Assert.Equal("succeeded", approved.Text("status"));
        Assert.Equal(2, approved.GetProperty("approvals").GetArrayLength());
        Assert.Equal((2, 20001), await gateway.RefundsAtProcessor(paymentId));

        var rejected = (await asker.Refund(paymentId, 200m)).Body.Text("id");
        Assert.Equal("VALIDATION_FAILED", (await second.Command(rejected, "reject")).Body.Code());
        var (_, over, _) = await second.Command(rejected, "reject", new { reason = "Never came back" });
        Assert.Equal(("canceled", "rejected"), (over.Text("status"), over.Text("cancelReason")));
        Assert.Equal("Never came back", over.GetProperty("approvals")[0].Text("reason"));
        Assert.Equal(200.01m, await asker.AmountRefunded(paymentId));

        var taken = (await asker.Refund(paymentId, 200m)).Body.Text("id");
        Assert.Equal("canceled", (await asker.Command(taken, "cancel")).Body.Text("status"));
        Assert.Equal("INVALID_STATE", (await third.Command(taken, "approve")).Body.Code());
    }

    [Fact]
    public async Task Above_the_second_limit_a_key_alone_cannot_approve()
    {
        var shop = gateway.Shops[4];
        using var asker = gateway.ClientOf(shop);
        await asker.Set(shop, new { refundPolicy = new { secondFactorAbove = 100 } });
        using var second = await gateway.AnotherKey(asker, shop);
        var paymentId = await asker.PaidPayment();

        var refund = (await asker.Refund(paymentId, 200m)).Body;
        Assert.Equal("requires_approval", refund.Text("status"));
        Assert.True(refund.GetProperty("secondFactorRequired").GetBoolean());
        var (status, refused, _) = await second.Command(refund.Text("id"), "approve");

        Assert.Equal((HttpStatusCode.Forbidden, "TWO_FACTOR_AUTH_REQUIRED"), (status, refused.Code()));
        Assert.Equal((0, 0), await gateway.RefundsAtProcessor(paymentId));
    }

    [Theory]
    [InlineData("""{ "refundPolicy": { "approvals": 3 } }""")]
    [InlineData("""{ "refundPolicy": { "approvalAbove": -1 } }""")]
    [InlineData("""{ "refundPolicy": { "secondFactorAbove": 0.001 } }""")]
    public async Task A_policy_that_cannot_be_is_refused(string settings)
    {
        var (status, _, _) = await client.Call(
            HttpMethod.Patch, $"/api/payments/merchants/{gateway.Shop.MerchantId}", JsonDocument.Parse(settings).RootElement);

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task After_any_sequence_of_refunds_and_misbehaviour_the_books_hold()
    {
        var random = new Random(20261102);
        string?[] behaviours = [null, "pending", "lost_answer", "refund_declined", "refund_fails_later", "duplicate_notification"];
        for (var sequence = 0; sequence < 4; sequence++)
        {
            var paymentId = await client.PaidPayment(1000m);
            var ids = new List<string>();
            for (var step = 0; step < 12; step++)
            {
                if (ids.Count == 0 || random.Next(2) == 0)
                {
                    await client.Refund(paymentId, random.Next(1, 400), behaviours[random.Next(behaviours.Length)]);
                    ids = [.. (await client.GetJson($"/api/payments/refunds?paymentId={paymentId}&limit=100")).GetProperty("data")
                        .EnumerateArray().Select(refund => refund.Text("id"))];
                }
                else if (ids.Count > 0 && random.Next(2) == 0)
                {
                    await client.Command(ids[random.Next(ids.Count)], "cancel");
                }
                else
                {
                    clock.Advance(TimeSpan.FromSeconds(random.Next(200000)));
                    await gateway.ResolveRefundsOnce();
                    await gateway.NotifyOnce();
                }

                await gateway.AssertBookHolds();
                Assert.InRange(await client.AmountRefunded(paymentId), 0m, 1000m);
            }
        }
    }
}
