using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Merchants;
using PaymentGateway.TestClocks;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.TestClocks;

/// <summary>The endpoints, over a clock that stands; each test has a merchant of its own, since a merchant has one clock.</summary>
public sealed class TestClocksApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string Path = "/api/payments/test-clocks";

    private readonly TestGateway gateway = shared.Gateway;

    [Fact]
    public async Task A_clock_shows_the_real_time_until_it_is_advanced_and_flows_on_from_there()
    {
        using var client = await NewMerchant();
        var (status, created, response) = await client.Post(Path, new { name = "Expiry" });
        Assert.Equal((HttpStatusCode.Created, "ready", 0m), (status, created.Text("status"), created.GetProperty("aheadSeconds").GetDecimal()));
        Assert.Equal(Json.Now(shared.Clock), created.Text("time"));
        var path = $"{Path}/{created.Text("id")}";
        Assert.Equal(path, response.Headers.Location!.ToString());

        var (_, advanced, _) = await client.Post($"{path}/advance", new { by = 86_400 });
        shared.Clock.Advance(TimeSpan.FromMinutes(5));
        var seen = await client.GetJson(path);

        Assert.Equal(("advancing", 86_400m), (advanced.Text("status"), advanced.GetProperty("aheadSeconds").GetDecimal()));
        Assert.Equal(Json.Of(shared.Clock.GetUtcNow() + TimeSpan.FromDays(1)), seen.Text("time"));
        Assert.Equal(created.Text("id"), (await client.GetJson(Path)).GetProperty("data")[0].Text("id"));
        Assert.Equal(0, (await client.GetJson($"{Path}?cursor={created.Text("id")}")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_merchant_has_one_clock_however_many_are_created_at_once()
    {
        using var client = await NewMerchant();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.Post(Path, new { })));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("INVALID_STATE", answer.Body.Code()));
    }

    [Fact]
    public async Task Live_time_is_real()
    {
        using var live = await NewMerchant(live: true);

        (HttpStatusCode Status, JsonElement Body, HttpResponseMessage)[] answers =
        [
            await live.Post(Path, new { }), await live.Call(HttpMethod.Get, Path), await live.Call(HttpMethod.Get, $"{Path}/clock_1"),
            await live.Post($"{Path}/clock_1/advance", new { by = 1 }), await live.Call(HttpMethod.Delete, $"{Path}/clock_1"),
        ];

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Forbidden, "UNAUTHORIZED_ACCESS"), (answer.Status, answer.Body.Code())));
        Assert.Contains("test mode only", answers[0].Body.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_merchant_sees_no_clock_and_stays_in_the_real_time()
    {
        using var client = await NewMerchant();
        using var other = await NewMerchant();
        var path = $"{Path}/{await NewClock(client, by: 3600)}";

        foreach (var (status, body, _) in new[]
        {
            await other.Call(HttpMethod.Get, path), await other.Post($"{path}/advance", new { by = 1 }), await other.Call(HttpMethod.Delete, path),
        })
        {
            Assert.Equal((HttpStatusCode.NotFound, "TEST_CLOCK_NOT_FOUND"), (status, body.Code()));
        }

        Assert.Equal(Json.Now(shared.Clock), (await other.GetJson($"/api/payments/orders/{await other.CreateOrder()}")).Text("createdAt"));
    }

    [Theory]
    [InlineData("""{ "by": 0 }""", "VALIDATION_FAILED")]
    [InlineData("""{ "by": -60 }""", "VALIDATION_FAILED")]
    [InlineData("""{ "by": 63158401 }""", "VALIDATION_FAILED")]
    [InlineData("""{ "by": "PT1H" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "by": 99999999999 }""", "VALIDATION_FAILED")]
    [InlineData("""{ "to": "2026-11-01T09:30:00Z" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "to": "yesterday" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "to": "9999-12-31T00:00:00Z" }""", "VALIDATION_FAILED")]
    [InlineData("""{ "to": "2030-01-01T00:00:00Z", "by": 1 }""", "VALIDATION_FAILED")]
    [InlineData("{}", "VALIDATION_FAILED")]
    [InlineData("""{ "until": "2030-01-01T00:00:00Z" }""", "UNKNOWN_FIELD")]
    public async Task Backwards_too_far_and_malformed_is_refused_and_moves_nothing(string body, string code)
    {
        using var client = await NewMerchant();
        var path = $"{Path}/{await NewClock(client, by: 3600)}";

        var (status, refused, _) = await client.Post($"{path}/advance", JsonDocument.Parse(body).RootElement);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, refused.Code()));
        Assert.Equal(3600m, (await client.GetJson(path)).GetProperty("aheadSeconds").GetDecimal());
    }

    [Fact]
    public async Task Of_advances_to_many_times_at_once_the_furthest_holds()
    {
        using var client = await NewMerchant();
        var path = $"{Path}/{await NewClock(client, by: null)}";
        var now = shared.Clock.GetUtcNow();

        var answers = await Task.WhenAll(Enumerable.Range(1, 32).Select(i =>
            client.Post($"{path}/advance", new { to = now + TimeSpan.FromHours((i * 7 % 32) + 1) })));

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.OK || answer.Body.Code() == "VALIDATION_FAILED"));
        Assert.Equal(32 * 3600m, (await client.GetJson(path)).GetProperty("aheadSeconds").GetDecimal());
    }

    [Fact]
    public async Task One_advance_by_that_is_sent_many_times_is_added_once_also_after_a_day_of_the_merchant()
    {
        using var client = await NewMerchant();
        var path = $"{Path}/{await NewClock(client, by: null)}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.Post($"{path}/advance", new { by = 864_000 }, "ten-days")));
        var again = await client.Post($"{path}/advance", new { by = 864_000 }, "ten-days");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal("true", again.Response.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(864_000m, (await client.GetJson(path)).GetProperty("aheadSeconds").GetDecimal());
    }

    [Fact]
    public async Task Different_advances_by_at_once_all_count()
    {
        using var client = await NewMerchant();
        var path = $"{Path}/{await NewClock(client, by: null)}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.Post($"{path}/advance", new { by = 60 }, $"minute-{i}")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(32 * 60m, (await client.GetJson(path)).GetProperty("aheadSeconds").GetDecimal());
    }

    [Fact]
    public async Task Only_a_clock_that_was_never_advanced_can_be_deleted()
    {
        using var client = await NewMerchant();
        var path = $"{Path}/{await NewClock(client, by: null)}";
        Assert.True((await client.Call(HttpMethod.Delete, path)).Body.GetProperty("deleted").GetBoolean());
        Assert.Equal(HttpStatusCode.NotFound, (await client.Call(HttpMethod.Delete, path)).Status);

        var advanced = $"{Path}/{await NewClock(client, by: 1)}";
        Assert.Equal("INVALID_STATE", (await client.Call(HttpMethod.Delete, advanced)).Body.Code());
    }

    [Fact]
    public async Task Objects_carry_the_merchants_time_and_lists_and_cursors_keep_their_order()
    {
        using var client = await NewMerchant();
        var orders = new List<string> { await client.CreateOrder(), await client.CreateOrder() };
        var clock = await NewClock(client, by: 31_536_000);
        orders.AddRange([await client.CreateOrder(), await client.CreateOrder()]);
        await client.Post($"{Path}/{clock}/advance", new { by = 31_536_000 });
        orders.AddRange([await client.CreateOrder(), await client.CreateOrder()]);

        var listed = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.GetJson($"/api/payments/orders?limit=1{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            listed.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        Assert.Equal(Enumerable.Reverse(orders), listed.Select(order => order.Text("id")));
        var times = listed.Select(order => order.GetProperty("createdAt").GetDateTimeOffset()).ToList();
        Assert.Equal(times.OrderDescending(), times);
        Assert.Equal(TimeSpan.FromDays(730), times[0] - times[^1]);
        var from = Uri.EscapeDataString(Json.Of(shared.Clock.GetUtcNow() + TimeSpan.FromDays(1)));
        Assert.Equal(4, (await client.GetJson($"/api/payments/orders?createdFrom={from}")).GetProperty("data").GetArrayLength());
    }

    /// <summary>Rows of years to come would keep the months of all others from being made and dropped.</summary>
    [Fact]
    public async Task The_audit_trail_stays_on_the_real_time()
    {
        using var client = await NewMerchant();
        await NewClock(client, by: 31_536_000);
        var order = await client.CreateOrder();

        var row = (await client.GetJson($"/api/payments/audit-logs?objectId={order}")).GetProperty("data")[0];

        Assert.Equal(shared.Clock.GetUtcNow(), row.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("time_only_goes_forward", "UPDATE clocks.offsets SET ahead = ahead - interval '1 second' WHERE id = @id")]
    [InlineData("time_only_goes_forward", "DELETE FROM clocks.offsets WHERE id = @id")]
    [InlineData("time_only_goes_forward", "UPDATE clocks.offsets SET merchant_id = 'MERCH_X' WHERE id = @id")]
    [InlineData("a_clock_is_never_behind", """
        INSERT INTO clocks.offsets (merchant_id, mode, id, ahead, status, version, created_at, advanced_at)
        VALUES ('MERCH_X', 'test', 'clock_x', interval '-1 second', 'ready', 1, now(), now())
        """)]
    [InlineData("live_time_is_real", """
        INSERT INTO clocks.offsets (merchant_id, mode, id, ahead, status, version, created_at)
        VALUES ('MERCH_X', 'live', 'clock_x', interval '0', 'ready', 1, now())
        """)]
    [InlineData("a_clock_stays_within_20_years", "UPDATE clocks.offsets SET ahead = interval '175321 hours' WHERE id = @id")]
    [InlineData("an_offset_has_hours_and_no_days", "UPDATE clocks.offsets SET ahead = interval '30 days' WHERE id = @id")]
    [InlineData("an_offset_has_hours_and_no_days", "UPDATE clocks.offsets SET ahead = interval '1 month' WHERE id = @id")]
    [InlineData("only_what_was_advanced_is_ahead", "UPDATE clocks.offsets SET advanced_at = NULL WHERE id = @id")]
    [InlineData("offsets_pkey", """
        INSERT INTO clocks.offsets (merchant_id, mode, id, ahead, status, version, created_at)
        SELECT merchant_id, mode, 'clock_x', interval '0', 'ready', 1, now() FROM clocks.offsets WHERE id = @id
        """)]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        using var client = await NewMerchant();
        var id = await NewClock(client, by: 60);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql, new { id }));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    /// <summary>The crowd has no books, and those of this class are looked at in the end: so it has a database of its own.</summary>
    [Fact]
    public async Task What_is_due_is_found_by_index_with_and_without_clocks()
    {
        await using var crowded = await SandboxWorld.StartDriven(new ManualClock());
        using var client = await NewMerchant(crowded);
        await NewClock(client, by: 3600);
        await crowded.Execute(Crowd);

        foreach (var rows in crowded.Services.GetServices<DueRows>().Where(rows => !rows.Table.StartsWith('(')))
        {
            foreach (var statement in new[] { rows.Select("merchant_id"), $"SELECT {rows.Exists}" })
            {
                var plan = await PlanOf(crowded, WithValues(statement), rows.Table);
                Assert.DoesNotContain($"Seq Scan on {rows.Table.Split('.')[1]}", plan, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Twenty thousand of everything that is not due, of another merchant.</summary>
    private const string Crowd = """
        INSERT INTO payments.orders (id, merchant_id, mode, amount, currency, state, capture_method, metadata, created_at, expires_at, version)
        SELECT 'order_' || i, 'MERCH_CROWD', 'test', 100, 'INR', 'created', 'automatic', '{}', now(), now() + interval '30 years', 1
        FROM generate_series(1, 20000) AS i;
        INSERT INTO payments.payments (id, merchant_id, mode, amount, currency, state, capture_method, attempts, metadata, created_at, version)
        SELECT 'pay_' || i, 'MERCH_CROWD', 'test', 100, 'INR', 'pending', 'automatic', 1, '{}', now(), 1 FROM generate_series(1, 20000) AS i;
        INSERT INTO payments.charges (id, merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee, tax, state, created_at,
            called_at, check_at, checks)
        SELECT 'ch_' || i, 'MERCH_CROWD', 'test', 'pay_' || i, 'sandbox', 'upi', '{}', 100, 'INR', 0, 0, 'pending', now(), now(),
            now() + interval '30 years', 1
        FROM generate_series(1, 20000) AS i;
        INSERT INTO sandbox.charges (merchant_id, mode, key, reference, state, currency, amount, capture_at_once, summary, merchant_name, due_at,
            created_at, updated_at)
        SELECT 'MERCH_CROWD', 'test', 'ch_' || i, 'sbx_' || i, 'pending', 'INR', 100, true, '{}', 'Crowd', now() + interval '30 years', now(), now()
        FROM generate_series(1, 20000) AS i;
        INSERT INTO sandbox.notifications (merchant_id, mode, id, charge_key, body, copies, due_at, created_at)
        SELECT 'MERCH_CROWD', 'test', 'sbxmsg_' || i, 'ch_' || i, '{}', 1, now() + interval '30 years', now() FROM generate_series(1, 20000) AS i;
        INSERT INTO refunds.refunds (id, merchant_id, mode, payment_id, charge_id, connector, amount, currency, fee, tax, state, reason, metadata,
            requested_by, approvals_required, second_factor_required, refund_days, created_at, checks, version)
        SELECT 're_' || i, 'MERCH_CROWD', 'test', 'pay_' || i, 'ch_' || i, 'sandbox', 100, 'INR', 0, 0, 'canceled', 'other', '{}', 'pk_crowd', 0,
            false, 7, now(), 0, 1
        FROM generate_series(1, 20000) AS i;
        INSERT INTO sandbox.refunds (merchant_id, mode, key, reference, charge_key, state, currency, amount, due_at, created_at, updated_at)
        SELECT 'MERCH_CROWD', 'test', 're_' || i, 'sbx_' || i, 'ch_' || i, 'pending', 'INR', 100, now() + interval '30 years', now(), now()
        FROM generate_series(1, 20000) AS i;
        INSERT INTO splits.split_payments (id, merchant_id, mode, order_id, amount, currency, state, failure_code, created_at, due_at, version)
        SELECT 'split_' || i, 'MERCH_CROWD', 'test', 'order_' || i, 100, 'INR', 'failed', 'CARD_DECLINED', now(), now() + interval '30 years', 1
        FROM generate_series(1, 2000) AS i;
        INSERT INTO payments.payments (id, merchant_id, mode, order_id, split_payment_id, split_part, amount, currency, state, capture_method,
            attempts, metadata, created_at, version)
        SELECT 'pay_' || i || '_' || part, 'MERCH_CROWD', 'test', 'order_' || i, 'split_' || i, part, 50, 'INR', 'canceled', 'manual', 1, '{}',
            now(), 1
        FROM generate_series(1, 2000) AS i, generate_series(1, 2) AS part;
        INSERT INTO qr_codes.qr_codes (id, merchant_id, mode, kind, format, state, currency, owns_order, text, metadata, created_at, expires_at,
            version)
        SELECT 'qr_' || i, 'MERCH_CROWD', 'test', 'static', 'upi', 'active', 'INR', false, 'upi://pay', '{}', now(), now() + interval '30 years', 1
        FROM generate_series(1, 20000) AS i;
        INSERT INTO methods.bnpl_agreements (charge_id, merchant_id, mode, payment_id, customer_id, plan_id, amount, currency, terms, consented_at)
        SELECT 'ch_' || i, 'MERCH_CROWD', 'test', 'pay_' || i, 'crowd', 'bnpl_15days', 100, 'INR', '{}', now() FROM generate_series(1, 20000) AS i;
        INSERT INTO methods.bnpl_installments (id, merchant_id, mode, charge_id, payment_id, customer_id, plan_id, number, amount, currency,
            due_date, state, next_notice_at, created_at, version)
        SELECT 'inst_' || i, 'MERCH_CROWD', 'test', 'ch_' || i, 'pay_' || i, 'crowd', 'bnpl_15days', 1, 100, 'INR', DATE '2099-01-01', 'due',
            now() + interval '30 years', now(), 1
        FROM generate_series(1, 20000) AS i;
        INSERT INTO events.events (id, merchant_id, mode, name, subject_id, created_at, body)
        SELECT 'evt_' || i, 'MERCH_CROWD', 'test', 'payment.success', 'pay_' || i, now(), '{}' FROM generate_series(1, 20000) AS i;
        INSERT INTO webhooks.deliveries (id, merchant_id, mode, event_id, url, event_name, subject_id, lane, status, attempts, claim,
            next_attempt_at, created_at)
        SELECT 'whd_' || i, 'MERCH_CROWD', 'test', 'evt_' || i, 'http://127.0.0.1:9', 'payment.success', 'pay_' || i, 'crowd', 'pending', 0, 0,
            now() + interval '30 years', now()
        FROM generate_series(1, 20000) AS i;
        ANALYZE payments.orders, payments.payments, payments.charges, refunds.refunds, splits.split_payments, qr_codes.qr_codes, sandbox.charges,
            sandbox.refunds, sandbox.notifications, methods.bnpl_installments, events.events, webhooks.deliveries;
        """;

    /// <summary>What the crowd has none of fits on no page: there the plan shows whether an index could serve at all.</summary>
    private static async Task<string> PlanOf(TestGateway crowded, string statement, string table)
    {
        await using var connection = await crowded.Db.OpenSystem(default);
        await using var transaction = await connection.BeginTransactionAsync();
        var isEmpty = await connection.QuerySingleAsync<bool>($"SELECT NOT EXISTS (SELECT FROM {table})");
        await connection.ExecuteAsync($"SET LOCAL enable_seqscan = {(isEmpty ? "off" : "on")}");
        return string.Join('\n', await connection.QueryAsync<string>("EXPLAIN " + statement));
    }

    private static string WithValues(string statement) => statement
        .Replace("@now", "now()", StringComparison.Ordinal).Replace("@limit", "100", StringComparison.Ordinal)
        .Replace("@at", "now()", StringComparison.Ordinal).Replace("@merchantId", "'MERCH_CROWD'", StringComparison.Ordinal);

    private Task<HttpClient> NewMerchant(bool live = false) => NewMerchant(gateway, live);

    private static async Task<HttpClient> NewMerchant(TestGateway gateway, bool live = false)
    {
        Assert.True(Currency.TryParse("INR", out var rupees));
        var made = (await gateway.Get<CreateMerchant>().Run(
            new NewMerchant(null, "Clockmaker", "IN", rupees, new(null, null), PaymentGateway.Payments.PaymentMethods.All, 2m, 18m), default)).Value;
        var access = live ? made.Live : made.Test;
        return gateway.ClientOf(new DemoMerchant(access.Merchant.Tenant.MerchantId, "Clockmaker", access.Keys.ApiKey, access.Keys.ApiSecret, access.WebhookSecret));
    }

    private static async Task<string> NewClock(HttpClient client, int? by)
    {
        var id = (await client.Post(Path, new { })).Body.Text("id");
        if (by is { } seconds)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.Post($"{Path}/{id}/advance", new { by = seconds })).Status);
        }

        return id;
    }

    private static class Json
    {
        public static string Now(ManualClock clock) => Of(clock.GetUtcNow());

        public static string Of(DateTimeOffset time) => PaymentGateway.Http.Json.Time(time);
    }
}
