using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;
using PaymentGateway.Balances;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Balances;

/// <summary>One server on a clock that stands, whose shop takes balances; when all tests are done, the book must hold.</summary>
public sealed class BalancesFixture : IAsyncLifetime
{
    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await SandboxWorld.StartDriven(Clock);
        Shop = Gateway.Client();
        await Shop.Set(Gateway.Shop, new { paymentMethods = new[] { "card", "account" } });
    }

    public async ValueTask DisposeAsync()
    {
        Shop.Dispose();
        try
        {
            await Gateway.AssertBookHolds();
        }
        finally
        {
            await Gateway.DisposeAsync();
        }
    }
}

public sealed class BalancesTests(BalancesFixture shared) : IClassFixture<BalancesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.Shop;

    [Fact]
    public async Task A_credit_is_spent_and_a_refund_comes_back_to_the_balance()
    {
        var customerId = await shop.CreateCustomer();
        Assert.Empty((await shop.GetJson($"/api/payments/customers/{customerId}/balances")).GetProperty("data").EnumerateArray());
        var (created, credit, _) = await Adjust(customerId, "credit", 1000m, "gift-1");
        var (_, again, _) = await Adjust(customerId, "credit", 1000m, "gift-1");
        Assert.Equal((HttpStatusCode.Created, credit.GetRawText()), (created, again.GetRawText()));

        var (status, payment, _) = await Pay(await Order(customerId, 300m));
        Assert.Equal((HttpStatusCode.Created, "succeeded", "account"), (status, payment.Text("status"), payment.Text("paymentMethod")));
        Assert.Equal((700m, 0m), await Balance(customerId));

        Assert.Equal(HttpStatusCode.Created, (await shop.Refund(payment.Text("id"), 100m)).Status);
        Assert.Equal((800m, 0m), await Balance(customerId));
        Assert.Equal(HttpStatusCode.Created, (await shop.Refund(payment.Text("id"))).Status);
        Assert.Equal((1000m, 0m), await Balance(customerId));

        Assert.Equal(["refund", "refund", "payment", "credit"], await Types(customerId, ""));
        Assert.Equal(["payment"], await Types(customerId, "?type=payment&currency=INR&createdFrom=2020-01-01&createdTo=2100-01-01"));
        Assert.Equal(4, await gateway.EventsOf(customerId, "customer.balance_updated"));
        Assert.Equal(4, await gateway.Query<long>(
            "SELECT count(*) FROM audit.rows WHERE object_id = @customerId AND action LIKE 'customer_balance.%'", new { customerId }));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_spent_or_taken()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 100m);

        var orderId = await Order(customerId, 100.01m);
        var (status, declined, _) = await Pay(orderId);
        Assert.Equal((HttpStatusCode.PaymentRequired, "INSUFFICIENT_BALANCE"), (status, declined.Code()));
        var (refused, body, _) = await Adjust(customerId, "debit", 100.01m);
        Assert.Equal((HttpStatusCode.PaymentRequired, "INSUFFICIENT_BALANCE"), (refused, body.Code()));
        Assert.Equal(100m, body.GetProperty("error").GetProperty("details").GetProperty("available").GetDecimal());
        Assert.Equal((100m, 0m), await Balance(customerId));

        await Adjust(customerId, "credit", 0.01m);
        Assert.Equal(HttpStatusCode.Created, (await Pay(orderId)).Status);
        Assert.Equal((0m, 0m), await Balance(customerId));
    }

    [Fact]
    public async Task Only_the_server_spends_a_balance_and_only_of_a_customer_who_is_kept_here()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 100m);
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", (await Pay(await shop.CreateOrder(10m))).Body.Code());
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", (await Pay(await Order("my-own-word", 10m))).Body.Code());

        var order = await shop.GetJson($"/api/payments/orders/{await Order(customerId, 10m)}");
        using var page = new HttpClient { BaseAddress = gateway.Address };
        page.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Shop.ApiKey);
        var (_, refused, _) = await page.Post($"/api/payments/orders/{order.Text("id")}/pay",
            new { clientSecret = order.Text("clientSecret"), paymentMethod = "account" });
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", refused.Code());
        Assert.DoesNotContain("account", await page.GetStringAsync($"/checkout/{order.Text("id")}"), StringComparison.Ordinal);
        Assert.Equal((100m, 0m), await Balance(customerId));
    }

    [Fact]
    public async Task A_hold_is_captured_in_parts_and_its_rest_released()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 500m);
        var (_, payment, _) = await Pay(await Order(customerId, 400m, manual: true));
        var id = payment.Text("id");
        Assert.Equal(("requires_capture", (500m, 400m)), (payment.Text("status"), await Balance(customerId)));
        Assert.Equal("INSUFFICIENT_BALANCE", (await Adjust(customerId, "debit", 101m)).Body.Code());

        await Capture(id, new { amountToCapture = 150m, finalCapture = false });
        Assert.Equal((350m, 250m), await Balance(customerId));
        await Capture(id, new { amountToCapture = 50m, finalCapture = false });
        Assert.Equal((300m, 200m), await Balance(customerId));
        await gateway.AssertBookHolds();

        await shop.Post($"/api/payments/payment-intents/{id}/cancel", new { });
        Assert.Equal((300m, 0m), await Balance(customerId));
        Assert.Equal(200m, (await shop.GetJson($"/api/payments/{id}")).GetProperty("amountCaptured").GetDecimal());
        await shop.Refund(id);
        Assert.Equal((500m, 0m), await Balance(customerId));
    }

    [Fact]
    public async Task A_hold_that_nobody_captures_is_released_at_its_end()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 500m);
        var (_, payment, _) = await Pay(await Order(customerId, 400m, manual: true));

        shared.Clock.Advance(BalanceDecisions.HoldTime + TimeSpan.FromSeconds(1));
        await gateway.Get<AuthorizationExpiry>().RunOnce(CancellationToken.None);

        Assert.Equal((500m, 0m), await Balance(customerId));
        Assert.Equal("canceled", (await shop.GetJson($"/api/payments/{payment.Text("id")}")).Text("status"));
    }

    [Fact]
    public async Task Forty_payments_at_once_spend_what_is_there_and_no_more()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 1050m);
        var orders = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Order(customerId, 100m, manual: i % 2 == 0)));

        var answers = await Task.WhenAll(orders.Select(Pay));

        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            Assert.Equal((HttpStatusCode.PaymentRequired, "INSUFFICIENT_BALANCE"), (answer.Status, answer.Body.Code())));
        var (amount, held) = await Balance(customerId);
        Assert.Equal(50m, amount - held);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Payments_debits_captures_and_voids_at_once_leave_the_balance_right()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 1000m);
        var held = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            held.Add((await Pay(await Order(customerId, 100m, manual: true))).Body.Text("id"));
        }

        var orders = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Order(customerId, 100m)));
        await Task.WhenAll(
        [
            .. orders.Select(Pay),
            .. Enumerable.Range(0, 12).Select(_ => Adjust(customerId, "debit", 100m)),
            .. held[..4].Select(id => shop.Post($"/api/payments/payment-intents/{id}/cancel", new { })),
            .. held[4..].Select(id => shop.Post($"/api/payments/payment-intents/{id}/capture", new { amountToCapture = 60m })),
        ]);

        var (amount, stillHeld) = await Balance(customerId);
        Assert.Equal(0m, stillHeld);
        Assert.InRange(amount, 0m, 1000m - 240m);
        Assert.Equal(amount, await gateway.Query<decimal>(
            """
            SELECT sum(CASE WHEN type IN ('credit', 'refund') THEN amount ELSE -amount END) / 100.0
            FROM balances.transactions WHERE customer_id = @customerId
            """, new { customerId }));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_repeated_call_finds_what_the_first_did_and_a_late_one_finds_its_key_taken()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 100m);
        var connector = gateway.Get<ConnectorRegistry>().Find("account")!;
        var tenant = new Tenant(gateway.Shop.MerchantId, Mode.Test);
        var (amount, charge, late) = (Money.FromMinor(40_00, Currency.INR), Id.New("ch", shared.Clock), Id.New("ch", shared.Clock));
        AuthorizeCall Call(string key) => new(
            tenant, key, Id.New("pay", shared.Clock), amount, Capture: false, new Instrument.Account(customerId), null, null, null);

        Assert.IsType<ConnectorOutcome.NotFound>(await connector.Status(new(tenant, charge, null), default));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => connector.Authorize(Call(charge), default)));
        Assert.Equal((100m, 40m), await Balance(customerId));
        Assert.IsType<ConnectorOutcome.Authorized>(await connector.Status(new(tenant, charge, null), default));

        var capture = new FollowUpCall(tenant, "cap_1", charge, null, Money.FromMinor(10_00, Currency.INR), null, IsFinal: false);
        Assert.IsType<ConnectorOutcome.NotFound>(await connector.Status(new(tenant, charge, null, "cap_1"), default));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => connector.Capture(capture, default)));
        Assert.Equal((90m, 30m), await Balance(customerId));
        Assert.IsType<ConnectorOutcome.Captured>(await connector.Status(new(tenant, charge, null, "cap_1"), default));

        var refund = new RefundCall(tenant, "re_1", charge, null, Money.FromMinor(10_00, Currency.INR), "other", null);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => connector.Refund(refund, default)));
        Assert.IsType<RefundOutcome.Failed>(await connector.Refund(refund with { Key = "re_2" }, default));
        Assert.IsType<ConnectorOutcome.Voided>(await connector.Void(capture with { Key = "void:1" }, default));
        Assert.Equal((100m, 0m), await Balance(customerId));

        Assert.IsType<ConnectorOutcome.Voided>(await connector.Void(capture with { Key = "void:2", ChargeKey = late }, default));
        Assert.IsType<ConnectorOutcome.Voided>(await connector.Authorize(Call(late), default));
        Assert.Equal((100m, 0m), await Balance(customerId));
    }

    [Fact]
    public async Task What_a_deleted_customer_left_can_be_taken_away_and_not_added_to()
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 100m);
        await shop.Call(HttpMethod.Delete, $"/api/payments/customers/{customerId}");

        Assert.Equal((100m, 0m), await Balance(customerId));
        Assert.Equal("CUSTOMER_NOT_FOUND", (await Adjust(customerId, "credit", 1m)).Body.Code());
        Assert.Equal(HttpStatusCode.Created, (await Adjust(customerId, "debit", 100m)).Status);
        Assert.Equal((0m, 0m), await Balance(customerId));
    }

    [Theory]
    [InlineData("""{"type":"payment","amount":1,"currency":"INR","reason":"x"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"credit","amount":1,"currency":"INR"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"credit","amount":0,"currency":"INR","reason":"x"}""", "INVALID_AMOUNT")]
    [InlineData("""{"type":"credit","amount":1,"currency":"XXQ","reason":"x"}""", "UNSUPPORTED_CURRENCY")]
    [InlineData("""{"type":"credit","amount":1,"currency":"INR","reason":"x","to":"me"}""", "UNKNOWN_FIELD")]
    public async Task A_malformed_transaction_is_refused(string body, string code)
    {
        var customerId = await shop.CreateCustomer();
        Assert.Equal(code, (await shop.Post(
            $"/api/payments/customers/{customerId}/balance-transactions", JsonDocument.Parse(body).RootElement)).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await shop.Call(
            HttpMethod.Get, $"/api/payments/customers/{customerId}/balance-transactions?type=gift")).Body.Code());
        Assert.Equal("CUSTOMER_NOT_FOUND", (await shop.Call(HttpMethod.Get, "/api/payments/customers/cus_none/balances")).Body.Code());
    }

    [Theory]
    [InlineData("held_within_balance", "UPDATE balances.balances SET amount = -1")]
    [InlineData("held_within_balance", "UPDATE balances.balances SET held = amount + 1")]
    [InlineData("held_within_balance", "UPDATE balances.balances SET held = -1")]
    [InlineData("captured_within_hold", "UPDATE balances.holds SET captured = amount + 1")]
    [InlineData("refunded_within_captured", "UPDATE balances.holds SET refunded = captured + 1")]
    [InlineData("an_operation_is_done_once", "INSERT INTO balances.transactions SELECT id || 'x', merchant_id, mode, customer_id, type, amount, currency, operation_key, payment_id, reason, created_at FROM balances.transactions")]
    [InlineData("account_does_not_go_negative",
        """
        WITH t AS (
            INSERT INTO ledger.transactions (id, merchant_id, mode, business_key, phase, subject_id, description, created_at)
            SELECT 'ltx_raw', merchant_id, mode, 'raw', 'posted', 'raw', 'raw', now() FROM ledger.accounts WHERE code LIKE 'customer_balance:%' LIMIT 1
            RETURNING id, merchant_id, mode)
        INSERT INTO ledger.entries (transaction_id, line, merchant_id, mode, account_id, layer, amount, currency)
        SELECT t.id, 1, t.merchant_id, t.mode, (SELECT id FROM ledger.accounts WHERE code LIKE 'customer_balance:%' ORDER BY id LIMIT 1), 'posted', 100000000, 'INR' FROM t
        UNION ALL
        SELECT t.id, 2, t.merchant_id, t.mode, (SELECT id FROM ledger.accounts a WHERE a.code = 'merchant_payable' AND a.merchant_id = t.merchant_id AND a.mode = t.mode AND a.currency = 'INR'), 'posted', -100000000, 'INR' FROM t
        """)]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var customerId = await shop.CreateCustomer();
        await Adjust(customerId, "credit", 100m);
        await Pay(await Order(customerId, 50m));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    private Task<string> Order(string customerId, decimal amount, bool manual = false) =>
        shop.CreateOrder(amount, new { customerId, captureMethod = manual ? "manual" : "automatic" });

    private Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Pay(string orderId) =>
        shop.Post("/api/payments", new { orderId, paymentMethod = "account" });

    private async Task Capture(string paymentId, object body) =>
        Assert.Equal(HttpStatusCode.OK, (await shop.Post($"/api/payments/payment-intents/{paymentId}/capture", body)).Status);

    private Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Adjust(
        string customerId, string type, decimal amount, string? idempotencyKey = null) => shop.Post(
        $"/api/payments/customers/{customerId}/balance-transactions", new { type, amount, currency = "INR", reason = "test" }, idempotencyKey);

    private async Task<(decimal Amount, decimal Held)> Balance(string customerId)
    {
        var balance = (await shop.GetJson($"/api/payments/customers/{customerId}/balances")).GetProperty("data")[0];
        Assert.Equal(balance.GetProperty("available").GetDecimal(), balance.GetProperty("amount").GetDecimal() - balance.GetProperty("held").GetDecimal());
        return (balance.GetProperty("amount").GetDecimal(), balance.GetProperty("held").GetDecimal());
    }

    private async Task<IEnumerable<string>> Types(string customerId, string query) =>
        [.. (await shop.GetJson($"/api/payments/customers/{customerId}/balance-transactions{query}")).GetProperty("data").EnumerateArray()
            .Select(one => one.Text("type"))];
}
