using System.Net;
using Npgsql;
using PaymentGateway.Commit;
using PaymentGateway.Courses;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Courses;

/// <summary>What an admin sets is what the next start follows. The second shop has an account at the gateway, and starts nothing.</summary>
public sealed class PaymentConfigTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private const string Config = "/api/admin/payment/config";
    private const string Secret = "KEY_OF_THE_MERCHANT_9f3c";
    private const int Callers = 32;

    private readonly TestGateway gateway = shared.Gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limits_and_session_that_are_set_count_from_the_next_start_on()
    {
        var staff = shared.Staff;
        var before = await staff.GetJson(Config);
        Assert.Equal((10m, 500_000m, 15), (before.GetProperty("minimumAmount").GetDecimal(), before.GetProperty("maximumAmount").GetDecimal(), Whole(before, "sessionTimeoutMinutes")));
        Assert.Equal($"{gateway.Address}api/payment/callback", before.Text("callbackUrl"));
        Assert.False(before.TryGetProperty("merchantId", out _));
        var open = (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course(5_000))).Value;

        var (status, after, _) = await staff.Call(HttpMethod.Put, Config, new
        {
            version = Whole(before, "version"),
            minimumAmount = 100,
            maximumAmount = 2_000,
            sessionTimeoutMinutes = 20,
            methods = new { wallet = false },
        });
        Assert.True(status == HttpStatusCode.OK, after.ToString());

        Assert.Equal("AMOUNT_ABOVE_MAXIMUM", await RefusalOf(5_000));
        Assert.Equal("AMOUNT_BELOW_MINIMUM", await RefusalOf(50));
        var begun = (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course(1_000))).Value;
        Assert.Equal(TimeSpan.FromMinutes(20), begun.ExpiresAt - begun.CreatedAt);
        Assert.Equal(TimeSpan.FromMinutes(15), open.ExpiresAt - open.CreatedAt);
        Assert.Equal(1, await gateway.EventsOf(shared.Tenant.MerchantId, "payment_config.updated"));
        Assert.Equal(("10", "100", "true", "false"), await gateway.Query<(string, string, string, string)>(
            """
            SELECT before::json ->> 'minimumAmount', after::json ->> 'minimumAmount',
                before::json #>> '{methods,wallet}', after::json #>> '{methods,wallet}'
            FROM audit.rows
            WHERE action = 'payment_config.update' AND merchant_id = @MerchantId AND actor LIKE 'key:%'
            """, new { shared.Tenant.MerchantId }));

        async Task<string> RefusalOf(decimal price) =>
            (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course(price))).Refusal!.Kind.Code;
    }

    [Fact]
    public async Task Credentials_are_sealed_with_all_others_shown_masked_and_never_come_back()
    {
        using var admin = gateway.ClientOf(gateway.Shops[1]);
        Assert.Equal("INVALID_CONFIGURATION", (await admin.Call(HttpMethod.Post, "/api/admin/payment/test-connection")).Body.Code());
        var (missing, refused, _) = await admin.Call(HttpMethod.Put, Config, new { version = 0, merchantId = "acme", credentials = new { apiKey = "a:b" } });
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_CONFIGURATION"), (missing, refused.Code()));
        var named = refused.GetProperty("error").GetProperty("details").GetProperty("fields");
        Assert.True(named.TryGetProperty("credentials.apiKey", out _) && named.TryGetProperty("credentials.paymentPageClientId", out _), named.ToString());

        var (status, set, _) = await admin.Call(HttpMethod.Put, Config, new
        {
            version = 0,
            merchantId = "acme",
            credentials = new { apiKey = Secret, paymentPageClientId = "hdfcmaster" },
        });
        Assert.True(status == HttpStatusCode.OK, set.ToString());
        Assert.Equal(("acme", "***9f3c", "api"), (set.Text("merchantId"), set.GetProperty("credentials").Text("apiKey"), set.Text("credentialsSource")));
        var (stale, conflict, _) = await admin.Call(HttpMethod.Put, Config, new { version = 0, sessionTimeoutMinutes = 25 });
        Assert.Equal((HttpStatusCode.Conflict, "VERSION_CONFLICT"), (stale, conflict.Code()));

        Assert.Equal(set.ToString(), (await admin.GetJson(Config)).ToString());
        Assert.False((await shared.Staff.GetJson(Config)).TryGetProperty("merchantId", out _));
        var everything = set + await admin.GetStringAsync("/api/payments/audit-logs", Cancel)
            + await gateway.Query<string>("SELECT coalesce(string_agg(a::text, ' '), '') FROM processors.accounts a")
            + await gateway.Query<string>("SELECT coalesce(string_agg(s::text, ' '), '') FROM courses.settings s")
            + await gateway.Query<string>("SELECT coalesce(string_agg(e::text, ' '), '') FROM events.events e");
        Assert.Contains("payment_config.update", everything, StringComparison.Ordinal);
        Assert.Contains("processor_account.create", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_thirty_two_who_read_the_same_version_one_changes_it()
    {
        var (configure, committer) = (gateway.Get<ConfigurePayments>(), gateway.Get<Committer>());
        var tenant = new Tenant(gateway.Shops[2].MerchantId, Mode.Test);

        var all = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            var change = new Change();
            var asked = new PutPaymentConfigBody(
                0, $"acme{i}", new Dictionary<string, string?> { ["apiKey"] = $"key{i}", ["paymentPageClientId"] = "hdfcmaster" }, null, null, null, 5 + (i % 26));
            var written = await configure.Write(change, tenant, asked, Origin.System, Cancel);
            return !written.IsRefused && await committer.Commit(change, Cancel) is CommitOutcome.Committed ? written.Value : null;
        }));

        var winner = Assert.Single(all, one => one is not null)!;
        configure.Forget(tenant);
        var now = await configure.Read(tenant, Cancel);
        Assert.Equal((1, winner.SessionTimeoutMinutes, winner.MerchantId), (now.Version, now.SessionTimeoutMinutes, now.MerchantId));
    }

    [Theory]
    [InlineData("one_row_of_course_settings", "INSERT INTO courses.settings SELECT s.* FROM courses.settings s WHERE s.merchant_id = 'MERCH_RAW'")]
    [InlineData("course_limits_are_in_rupees", "UPDATE courses.settings SET currency = 'USD' WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("the_minimum_of_courses_is_10_to_1000", "UPDATE courses.settings SET minimum = 999 WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("the_minimum_of_courses_is_10_to_1000", "UPDATE courses.settings SET minimum = 100001 WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("the_maximum_of_courses_is_1000_to_500000", "UPDATE courses.settings SET maximum = 99999 WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("the_maximum_of_courses_is_1000_to_500000", "UPDATE courses.settings SET maximum = 50000001 WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("a_course_session_lasts_5_to_30_minutes", "UPDATE courses.settings SET session_minutes = 4 WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("a_course_session_lasts_5_to_30_minutes", "UPDATE courses.settings SET session_minutes = 31 WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("courses_are_paid_in_known_ways", "UPDATE courses.settings SET methods = '{}' WHERE merchant_id = 'MERCH_RAW'")]
    [InlineData("courses_are_paid_in_known_ways", "UPDATE courses.settings SET methods = '{card,cheque}' WHERE merchant_id = 'MERCH_RAW'")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        await gateway.Execute(
            """
            INSERT INTO courses.settings (merchant_id, mode, minimum, maximum, currency, session_minutes, methods, updated_at, version)
            VALUES ('MERCH_RAW', 'test', 1000, 50000000, 'INR', 15, '{card}', now(), 1)
            ON CONFLICT DO NOTHING
            """);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql));
        Assert.Equal(constraint, refused.ConstraintName);
    }

    private static int Whole(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
