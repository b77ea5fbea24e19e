using System.Net;
using System.Text.Json;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>Split payments over HTTP against the sandbox. Time passes only when a test says so.</summary>
public sealed class SplitPaymentsApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task The_furniture_shop_of_the_guide_takes_a_card_and_instalments_for_one_order()
    {
        var shop = gateway.Shops.Single(s => s.MerchantId == "MERCH_HD_005");
        using var home = gateway.ClientOf(shop);
        var orderId = await home.CreateOrder(25000m);
        var splits = new object[]
        {
            new { paymentMethod = "card", amount = 10000, paymentDetails = new { cardToken = await home.CardToken() } },
            new
            {
                paymentMethod = "emi", amount = 15000,
                paymentDetails = new { cardToken = await home.CardToken("4242424242424242"), emiTenure = 6, cardType = "credit" },
            },
        };

        var (status, split, response) = await home.Post("/api/payments/split", new { orderId, splits });

        Assert.True(status == HttpStatusCode.Created, split.ToString());
        Assert.Equal($"/api/payments/split/{split.Text("id")}", response.Headers.Location?.ToString());
        Assert.StartsWith("split_", split.Text("id"), StringComparison.Ordinal);
        Assert.Equal((split.Text("id"), orderId, "succeeded"), (split.Text("splitPaymentId"), split.Text("orderId"), split.Text("status")));
        var payments = split.GetProperty("payments").EnumerateArray().ToList();
        Assert.Equal([("card", 10000m), ("emi", 15000m)], payments.Select(p => (p.Text("paymentMethod"), p.GetProperty("amount").GetDecimal())));
        Assert.All(payments, p => Assert.Equal((orderId, split.Text("id"), "succeeded"), (p.Text("orderId"), p.Text("splitPaymentId"), p.Text("status"))));
        Assert.Equal(6, payments[1].GetProperty("emiDetails").GetProperty("tenure").GetInt32());
        Assert.Equal((0, 2500000), ((await gateway.KeptAtProcessor(orderId)).Held, (await gateway.KeptAtProcessor(orderId)).Kept));
    }

    [Fact]
    public async Task The_order_shows_its_split_payment_and_is_told_to_be_paid_once()
    {
        var (orderId, split) = await client.PaidInParts(300m, 150.25m, 49.75m);
        var splitId = split.Text("id");

        var order = await client.GetOrder(orderId);
        Assert.Equal(("paid", 500m, 0m), (order.Text("status"), order.GetProperty("amountPaid").GetDecimal(), order.GetProperty("amountDue").GetDecimal()));
        Assert.Equal((splitId, "succeeded", 3), (order.Text("splitPaymentId"), order.GetProperty("splitPayment").Text("status"),
            order.GetProperty("splitPayment").GetProperty("paymentIds").GetArrayLength()));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.paid"));
        Assert.Equal(1, await gateway.EventsOf(splitId, "split_payment.created"));
        Assert.Equal(1, await gateway.EventsOf(splitId, "split_payment.succeeded"));
        foreach (var part in split.GetProperty("payments").EnumerateArray())
        {
            Assert.Equal(1, await gateway.EventsOf(part.Text("id"), "payment.authorized"));
            Assert.Equal(1, await gateway.EventsOf(part.Text("id"), "payment.success"));
        }

        Assert.Equal(splitId, Assert.Single((await client.GetJson($"/api/payments/split?orderId={orderId}&status=succeeded")).GetProperty("data").EnumerateArray()).Text("id"));
        Assert.Equal(3, (await client.GetJson($"/api/payments?orderId={orderId}")).GetProperty("data").GetArrayLength());
        Assert.Equal("INVALID_STATE", (await client.PayByCard(orderId)).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Split(orderId, [await client.Card(250m), await client.Card(250m)])).Body.Code());
        Assert.Equal(3, await gateway.Query<int>("SELECT count(*)::integer FROM audit.rows WHERE object_id = @splitId", new { splitId }));
    }

    [Theory]
    [InlineData(0, "card")]
    [InlineData(1, "card")]
    [InlineData(2, "card")]
    [InlineData(0, "upi")]
    [InlineData(1, "upi")]
    [InlineData(2, "upi")]
    [InlineData(0, "emi")]
    [InlineData(2, "emi")]
    public async Task One_part_that_fails_gives_back_the_others_wherever_it_stands(int place, string method)
    {
        using var tech = gateway.ClientOf(gateway.Shops[1]);
        var orderId = await tech.CreateOrder(12000m);
        var parts = new object[] { await tech.Card(4000m), SplitCalls.Upi(4000m), await tech.Card(4000m, "4242424242424242") };
        parts[place] = method switch
        {
            "card" => await tech.Card(4000m, SplitCalls.Bad),
            "upi" => SplitCalls.Upi(4000m, "failure@pgtestupi"),
            _ => new { paymentMethod = "emi", amount = 4000, paymentDetails = new { cardToken = await tech.CardToken(SplitCalls.Bad), emiTenure = 6 } },
        };

        var (status, body, _) = await tech.Split(orderId, parts);

        Assert.Equal((HttpStatusCode.PaymentRequired, method == "upi" ? "UPI_DECLINED" : "CARD_DECLINED"), (status, body.Code()));
        var split = body.FailedSplit();
        Assert.Equal("failed", split.Text("status"));
        Assert.Equal(split.GetProperty("payments")[place].Text("id"), split.Text("failedPaymentId"));
        Assert.All(split.Statuses(), part => Assert.Contains(part, (string[])["canceled", "succeeded"]));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal(1, await gateway.EventsOf(split.Text("id"), "split_payment.failed"));
        var order = await tech.GetOrder(orderId);
        Assert.Equal(("attempted", 0m), (order.Text("status"), order.GetProperty("amountPaid").GetDecimal()));
        Assert.False(order.TryGetProperty("splitPaymentId", out _));

        Assert.Equal(HttpStatusCode.Created, (await tech.PayByCard(orderId)).Status);
        Assert.Equal((1200000, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task Of_two_parts_that_are_taken_at_once_the_first_is_refunded_when_the_second_is_declined()
    {
        var orderId = await client.CreateOrder(300m);

        var (_, body, _) = await client.Split(
            orderId, [SplitCalls.Upi(100m), await client.Card(100m), SplitCalls.Upi(100m, "failure@pgtestupi")]);

        var split = body.FailedSplit();
        Assert.Equal(("failed", "UPI_DECLINED"), (split.Text("status"), split.Text("failureCode")));
        Assert.Equal(["succeeded", "canceled", "canceled"], split.Statuses());
        Assert.True(split.GetProperty("payments")[0].GetProperty("refunded").GetBoolean());
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal(0m, (await client.GetOrder(orderId)).GetProperty("amountRefunded").GetDecimal());
    }

    [Fact]
    public async Task A_part_that_cannot_be_held_waits_until_all_others_hold()
    {
        var orderId = await client.CreateOrder(300m);
        var (status, split, _) = await client.Split(orderId, [SplitCalls.Upi(100m), await client.Card(200m, SplitCalls.Challenged)]);

        Assert.Equal((HttpStatusCode.Created, "requires_action"), (status, split.Text("status")));
        Assert.Equal(["requires_confirmation", "requires_action"], split.Statuses());
        var action = split.GetProperty("payments")[1].GetProperty("nextAction");
        Assert.Equal("three_d_secure", action.Text("type"));
        Assert.Equal(1, await gateway.EventsOf(split.Text("id"), "split_payment.requires_action"));

        await SandboxWorld.AnswerAtBank(action.Text("url"), "approve");
        await gateway.NotifyOnce();
        Assert.Equal(["requires_confirmation", "requires_capture"], (await client.GetSplit(split.Text("id"))).Statuses());
        Assert.Equal(1, await gateway.DriveSplitsOnce());

        Assert.Equal("succeeded", (await client.GetSplit(split.Text("id"))).Text("status"));
        Assert.Equal((30000, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal(0, await gateway.DriveSplitsOnce());
    }

    [Theory]
    [InlineData("wallet")]
    [InlineData("netbanking")]
    public async Task A_part_that_the_customer_refuses_at_the_bank_gives_back_the_others(string method)
    {
        var orderId = await client.CreateOrder(300m);
        var asked = method == "wallet" ? SplitCalls.Wallet(100m) : SplitCalls.Bank(100m);
        var (_, split, _) = await client.Split(orderId, [await client.Card(200m), asked]);
        Assert.Equal(("requires_action", 20000), (split.Text("status"), (await gateway.KeptAtProcessor(orderId)).Held));

        await SandboxWorld.AnswerAtBank(split.GetProperty("payments")[1].GetProperty("nextAction").Text("url"), "refuse");
        await gateway.NotifyOnce();
        await gateway.DriveSplitsOnce();

        Assert.Equal("failed", (await client.GetSplit(split.Text("id"))).Text("status"));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Theory]
    [InlineData("pending@pgtestupi", "succeeded")]
    [InlineData("deemed@pgtestupi", "succeeded")]
    public async Task A_part_that_the_processor_does_not_know_yet_keeps_it_processing(string vpa, string end)
    {
        var orderId = await client.CreateOrder(300m);
        var (status, split, _) = await client.Split(orderId, [await client.Card(200m), SplitCalls.Upi(100m, vpa)]);
        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, split.Text("status")));
        Assert.Equal("attempted", (await client.GetOrder(orderId)).Text("status"));

        await Pass(TimeSpan.FromSeconds(31));

        Assert.Equal(end, (await client.GetSplit(split.Text("id"))).Text("status"));
        Assert.Equal((30000, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Theory]
    [InlineData(9002, "succeeded")]
    [InlineData(9003, "failed")]
    [InlineData(9006, "failed")]
    public async Task A_part_without_an_answer_is_waited_for_until_the_processor_says(int amount, string end)
    {
        var orderId = await client.CreateOrder(amount + 100m);
        var (status, split, _) = await client.Split(orderId, [await client.Card(amount), await client.Card(100m)]);
        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, split.Text("status")));

        for (var round = 0; round < 8; round++)
        {
            await Pass(TimeSpan.FromSeconds(40));
        }

        Assert.Equal(end, (await client.GetSplit(split.Text("id"))).Text("status"));
        Assert.Equal((end == "succeeded" ? (amount + 100) * 100 : 0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task Answers_that_are_lost_at_every_step_change_nothing_about_the_end()
    {
        var orderId = await client.CreateOrder(300m);
        var (_, split, _) = await client.Split(
            orderId, [await client.Card(100m), await client.Card(100m), SplitCalls.Upi(100m)], behaviour: "lost_answer");

        for (var round = 0; round < 12; round++)
        {
            await Pass(TimeSpan.FromSeconds(40));
        }

        Assert.Equal("succeeded", (await client.GetSplit(split.Text("id"))).Text("status"));
        Assert.Equal((30000, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal("paid", (await client.GetOrder(orderId)).Text("status"));
    }

    [Fact]
    public async Task The_end_of_the_orders_time_releases_what_waits_for_the_customer()
    {
        var orderId = await client.CreateOrder(300m, new { expiresIn = 60 });
        var (_, split, _) = await client.Split(orderId, [await client.Card(200m), await client.Card(100m, SplitCalls.Challenged)]);

        clock.Advance(TimeSpan.FromSeconds(59));
        await gateway.DriveSplitsOnce();
        Assert.Equal("requires_action", (await client.GetSplit(split.Text("id"))).Text("status"));
        await gateway.ExpireOnce();
        Assert.Equal("requires_action", (await client.GetSplit(split.Text("id"))).Text("status"));
        clock.Advance(TimeSpan.FromSeconds(1));
        await gateway.ExpireOnce();
        await gateway.DriveSplitsOnce();

        var over = await client.GetSplit(split.Text("id"));
        Assert.Equal(("canceled", "expired"), (over.Text("status"), over.Text("cancelReason")));
        Assert.Equal("expired", (await client.GetOrder(orderId)).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.expired"));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task The_end_of_a_parts_authorization_releases_all()
    {
        var orderId = await client.CreateOrder(300m, new { expiresIn = 2_592_000 });
        var (_, split, _) = await client.Split(orderId, [await client.Card(200m), SplitCalls.Upi(100m, "friend@bank")]);
        Assert.Equal(["requires_capture", "requires_action"], split.Statuses());

        await gateway.Execute(
            "UPDATE payments.charges SET capture_before = created_at WHERE payment_id = @id", new { id = split.GetProperty("payments")[0].Text("id") });
        await gateway.Get<AuthorizationExpiry>().RunOnce(CancellationToken.None);
        await gateway.DriveSplitsOnce();

        var over = await client.GetSplit(split.Text("id"));
        Assert.Equal(("failed", "AUTHORIZATION_EXPIRED"), (over.Text("status"), over.Text("failureCode")));
        Assert.Equal(["canceled", "canceled"], over.Statuses());
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task It_is_canceled_before_its_capture_and_not_after()
    {
        var orderId = await client.CreateOrder(300m);
        var (_, split, _) = await client.Split(orderId, [await client.Card(200m), SplitCalls.Wallet(100m)]);
        var path = $"/api/payments/split/{split.Text("id")}/cancel";

        var (status, canceled, _) = await client.Post(path, new { }, "cancel-1" + orderId);
        Assert.Equal((HttpStatusCode.OK, "canceled", "requested_by_merchant"), (status, canceled.Text("status"), canceled.Text("cancelReason")));
        Assert.Equal(canceled.ToString(), (await client.Post(path, new { }, "cancel-1" + orderId)).Body.ToString());
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal("INVALID_STATE", (await client.Post(path, new { })).Body.Code());
        Assert.Equal(1, await gateway.EventsOf(split.Text("id"), "split_payment.canceled"));

        Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(orderId)).Status);
        var (_, paid) = await client.PaidInParts(1m, 2m);
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/split/{paid.Text("id")}/cancel", new { })).Body.Code());
    }

    [Fact]
    public async Task A_part_moves_with_the_whole_only()
    {
        var orderId = await client.CreateOrder(300m);
        var (_, split, _) = await client.Split(orderId, [SplitCalls.Upi(50m), await client.Card(150m), await client.Card(100m, SplitCalls.Challenged)]);
        var ids = split.GetProperty("payments").EnumerateArray().Select(part => part.Text("id")).ToArray();

        foreach (var (id, command) in new[] { (ids[1], "capture"), (ids[1], "cancel"), (ids[2], "cancel"), (ids[0], "confirm") })
        {
            Assert.Equal("INVALID_STATE", (await client.Follow(id, command)).Body.Code());
        }

        Assert.Equal("REFUND_NOT_ELIGIBLE", (await client.Refund(ids[1], 1m)).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.PayByCard(orderId)).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/orders/{orderId}/cancel", new { })).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Split(orderId, [await client.Card(150m), await client.Card(150m)])).Body.Code());
        using var page = new HttpClient { BaseAddress = gateway.Address };
        Assert.Contains("data-state=\"processing\"", await page.GetStringAsync(new Uri($"/checkout/{orderId}", UriKind.Relative)));
        await client.Post($"/api/payments/split/{split.Text("id")}/cancel", new { });
    }

    [Fact]
    public async Task Parts_must_make_up_the_order_to_the_minor_unit()
    {
        var orderId = await client.CreateOrder(100m);

        foreach (var (first, second) in new[] { (50m, 49.99m), (50m, 50.01m), (1m, 1m), (90_000_000_000_000_000m, 90_000_000_000_000_000m) })
        {
            var (status, body, _) = await client.Split(orderId, [SplitCalls.Upi(first), SplitCalls.Upi(second)]);
            Assert.Equal((HttpStatusCode.BadRequest, "SPLIT_MISMATCH"), (status, body.Code()));
            var details = body.GetProperty("error").GetProperty("details");
            Assert.Equal((first + second, 100m), (details.GetProperty("sumOfParts").GetDecimal(), details.GetProperty("orderAmount").GetDecimal()));
        }

        Assert.Equal("created", (await client.GetOrder(orderId)).Text("status"));
    }

    [Theory]
    [InlineData("""{ "splits": [] }""", "VALIDATION_FAILED")]
    [InlineData("""{ "orderId": "ORDER" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U] }""", "VALIDATION_FAILED")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, U, U, U, U, U] }""", "VALIDATION_FAILED")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, null] }""", "INVALID_AMOUNT")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "upi", "amount": 0, "paymentDetails": { "vpa": "a@b" } }] }""", "INVALID_AMOUNT")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "upi", "amount": 49.999, "paymentDetails": { "vpa": "a@b" } }] }""", "INVALID_AMOUNT")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "shells", "amount": 50 }] }""", "PAYMENT_METHOD_NOT_AVAILABLE")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "emi", "amount": 50, "paymentDetails": { "cardToken": "t", "emiTenure": 6 } }] }""", "PAYMENT_METHOD_NOT_AVAILABLE")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "upi", "amount": 50, "paymentDetails": { "cardToken": "t" } }] }""", "VALIDATION_FAILED")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "upi", "amount": 50, "tip": 1 }] }""", "UNKNOWN_FIELD")]
    [InlineData("""{ "orderId": "ORDER", "splits": [U, { "paymentMethod": "bank_debit", "amount": 50, "paymentDetails": { "mandateId": "mandate_1" } }] }""", "NOT_SUPPORTED")]
    [InlineData("""{ "orderId": "order_nobody", "splits": [U, U] }""", "ORDER_NOT_FOUND")]
    public async Task A_malformed_request_begins_nothing(string body, string code)
    {
        var orderId = await client.CreateOrder(100m);
        var upi = """{ "paymentMethod": "upi", "amount": 50, "paymentDetails": { "vpa": "success@pgtestupi" } }""";
        var sent = JsonDocument.Parse(body.Replace("ORDER\"", $"{orderId}\"", StringComparison.Ordinal).Replace("U,", upi + ",", StringComparison.Ordinal)
            .Replace("U]", upi + "]", StringComparison.Ordinal)).RootElement;

        Assert.Equal(code, (await client.Post("/api/payments/split", sent)).Body.Code());
        Assert.Equal("created", (await client.GetOrder(orderId)).Text("status"));
    }

    [Fact]
    public async Task Limits_of_the_merchant_and_of_the_order_hold_for_each_part()
    {
        var shop = gateway.Shops[3];
        using var books = gateway.ClientOf(shop);
        await books.Set(shop, new { limits = new { minimumAmount = 10 } });
        var orderId = await books.CreateOrder(100m, new { allowedPaymentMethods = new[] { "card" } });

        var small = (await books.Split(orderId, [await books.Card(95m), await books.Card(5m)])).Body;
        Assert.Equal(("AMOUNT_BELOW_MINIMUM", 2), (small.Code(), small.GetProperty("error").GetProperty("details").GetProperty("part").GetInt32()));
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", (await books.Split(orderId, [await books.Card(50m), SplitCalls.Upi(50m)])).Body.Code());

        var byHand = await books.CreateOrder(100m, new { captureMethod = "manual" });
        Assert.Equal("NOT_SUPPORTED", (await books.Split(byHand, [await books.Card(50m), await books.Card(50m)])).Body.Code());
        var old = await books.CreateOrder(100m, new { expiresIn = 60 });
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("ORDER_EXPIRED", (await books.Split(old, [await books.Card(50m), await books.Card(50m)])).Body.Code());
    }

    [Fact]
    public async Task A_card_tester_gets_no_more_tries_than_with_a_payment()
    {
        var orderId = await client.CreateOrder(100m);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.Equal("CARD_DECLINED", (await client.Split(orderId, [await client.Card(50m, SplitCalls.Bad), SplitCalls.Upi(50m)])).Body.Code());
        }

        Assert.Equal("RETRY_LIMIT_EXCEEDED", (await client.Split(orderId, [await client.Card(50m), SplitCalls.Upi(50m)])).Body.Code());
    }

    [Fact]
    public async Task The_same_request_is_answered_with_the_same_bytes_and_pays_once()
    {
        var orderId = await client.CreateOrder(100m);
        var parts = new object[] { await client.Card(50m), SplitCalls.Upi(50m) };

        var first = (await client.Split(orderId, parts, $"key-{orderId}")).Body;
        var (_, again, response) = await client.Split(orderId, parts, $"key-{orderId}");

        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal("true", Assert.Single(response.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal((2, 10000), await gateway.AtProcessor(orderId));
    }

    [Fact]
    public async Task Another_merchant_sees_nothing_of_it()
    {
        var (orderId, split) = await client.PaidInParts(1m, 2m);
        var path = $"/api/payments/split/{split.Text("id")}";
        using var stranger = gateway.ClientOf(gateway.Shops[1]);

        Assert.Equal("SPLIT_PAYMENT_NOT_FOUND", (await stranger.Call(HttpMethod.Get, path)).Body.Code());
        Assert.Equal("SPLIT_PAYMENT_NOT_FOUND", (await stranger.Post(path + "/cancel", new { })).Body.Code());
        Assert.Equal("SPLIT_PAYMENT_NOT_FOUND", (await stranger.RefundSplit(split.Text("id"))).Body.Code());
        Assert.Equal("SPLIT_PAYMENT_NOT_FOUND", (await stranger.Post("/api/payments/refunds", new { splitPaymentId = split.Text("id") })).Body.Code());
        Assert.Equal("ORDER_NOT_FOUND", (await stranger.Post("/api/payments/refunds", new { orderId })).Body.Code());
        Assert.Equal("ORDER_NOT_FOUND", (await stranger.Split(orderId, [SplitCalls.Upi(1m), SplitCalls.Upi(2m)])).Body.Code());
        Assert.Empty((await stranger.GetJson($"/api/payments/split?orderId={orderId}")).GetProperty("data").EnumerateArray());
    }

    /// <summary>Time passes, and everything that works in the background has its turn.</summary>
    private async Task Pass(TimeSpan time)
    {
        clock.Advance(time);
        await gateway.NotifyOnce();
        await gateway.ResolveOnce();
        await gateway.ResolveRefundsOnce();
        await gateway.DriveSplitsOnce();
    }
}
