using System.Net;
using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Identity;

public sealed class AuthenticationTests : IAsyncLifetime
{
    private const string Failed = "401 AUTHENTICATION_FAILED";

    private readonly ManualClock clock = new();
    private TestDatabase database = null!;
    private Replica replica = null!;
    private MerchantAccess shop = null!;
    private MerchantAccess live = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        replica = await Replica.Start(database.Db, clock, ("TRUSTED_PROXIES", "127.0.0.1"));
        (shop, live) = await replica.CreateMerchant("MERCH_FH_001");
    }

    public async ValueTask DisposeAsync()
    {
        await replica.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_key_says_merchant_and_mode()
    {
        Assert.Matches("^pk_test_MERCH_FH_[0-9a-z]{24}$", shop.Keys.ApiKey);
        Assert.Matches("^sk_test_MERCH_FH_[0-9a-z]{40}$", shop.Keys.ApiSecret);
        Assert.StartsWith("sk_live_MERCH_FH_", live.Keys.ApiSecret, StringComparison.Ordinal);
        Assert.Equal("MERCH_FH_001 test secret", await Who("/secret", ("Authorization", Replica.Basic(shop.Keys).ToString())));
        Assert.Equal("MERCH_FH_001 live secret", await Who("/secret", ("Authorization", $"Bearer {live.Keys.ApiSecret}")));
        Assert.Equal("MERCH_FH_001 test secret", await Who(
            "/page", ("X-Api-Key", shop.Keys.ApiKey), ("X-Api-Secret", shop.Keys.ApiSecret)));
        Assert.Equal("MERCH_FH_001 test publishable", await Who("/page", ("X-Api-Key", shop.Keys.ApiKey)));
        Assert.Equal("MERCH_FH_001 live publishable", await Who("/page", ("Authorization", $"Bearer {live.Keys.ApiKey}")));
    }

    [Fact]
    public async Task A_page_key_may_not_do_what_a_server_may()
    {
        Assert.Equal("403 UNAUTHORIZED_ACCESS", await replica.Outcome("/secret", null, ("Authorization", $"Bearer {shop.Keys.ApiKey}")));
        Assert.Equal("403 UNAUTHORIZED_ACCESS", await replica.Outcome("/secret", null, ("X-Api-Key", shop.Keys.ApiKey)));
    }

    [Fact]
    public async Task What_asks_for_no_key_gives_no_key_a_thought() =>
        Assert.Equal("200", await replica.Outcome("/open", null, ("Authorization", "Basic nonsense")));

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        Assert.Equal(Failed, await replica.Outcome("/secret"));
        Assert.Equal(Failed, await replica.Outcome("/secret", null, ("Authorization", "Basic nonsense")));
        Assert.Equal(Failed, await replica.Outcome("/secret", new(shop.Keys.ApiKey, shop.Keys.ApiSecret + "0")));
        Assert.Equal(Failed, await replica.Outcome("/secret", new(shop.Keys.ApiKey, live.Keys.ApiSecret)));
        Assert.Equal(Failed, await replica.Outcome("/secret", new(live.Keys.ApiKey, shop.Keys.ApiSecret)));
        Assert.Equal(Failed, await replica.Outcome("/secret", new("pk_test_MERCH_FH_0", shop.Keys.ApiSecret)));
        Assert.Equal(Failed, await replica.Outcome("/page", null, ("X-Api-Key", "pk_test_MERCH_FH_0")));
        Assert.Equal(Failed, await replica.Outcome("/secret", null, ("Authorization", "Bearer sk_test_MERCH_FH_0")));
    }

    [Theory]
    [InlineData("/secret", "Basic realm=\"PaymentGateway\", charset=\"UTF-8\", Bearer realm=\"PaymentGateway\"")]
    [InlineData("/page", "Bearer realm=\"PaymentGateway\"")]
    public async Task A_refused_caller_is_told_how_to_come_in(string path, string challenge)
    {
        using var response = await replica.Send(path);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(challenge, string.Join(", ", response.Headers.WwwAuthenticate));
        var body = await Replica.JsonOf(response);
        Assert.False((bool)body["success"]!);
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), (string?)body["error"]!["requestId"]);
    }

    [Fact]
    public async Task A_disabled_merchants_keys_do_not_work()
    {
        await Sql("UPDATE merchants.merchants SET status = 'disabled' WHERE mode = 'test'");
        Assert.Equal(Failed, await replica.Outcome("/secret", shop.Keys));
        Assert.Equal(Failed, await replica.Outcome("/page", null, ("X-Api-Key", shop.Keys.ApiKey)));
        Assert.Equal("200", await replica.Outcome("/secret", live.Keys));
    }

    [Fact]
    public async Task The_hot_path_asks_the_database_nothing_and_notices_changes_after_five_seconds()
    {
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
        await Sql("DELETE FROM identity.api_keys");
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Failed, await replica.Outcome("/secret", shop.Keys));
    }

    [Fact]
    public async Task A_rolled_key_lives_to_the_end_of_the_overlap_also_when_it_is_remembered()
    {
        var pair = await Roll(overlapHours: 1);
        Assert.Equal("200", await replica.Outcome("/secret", pair));
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
        clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Failed, await replica.Outcome("/secret", shop.Keys));
        Assert.Equal(Failed, await replica.Outcome("/page", null, ("X-Api-Key", shop.Keys.ApiKey)));
        Assert.Equal("200", await replica.Outcome("/secret", pair));
    }

    [Fact]
    public async Task A_key_that_is_rolled_without_overlap_stops_at_once_here_and_in_five_seconds_elsewhere()
    {
        await using var other = await Replica.Start(database.Db, clock);
        Assert.Equal("200", await other.Outcome("/secret", null, ("Authorization", $"Bearer {shop.Keys.ApiSecret}")));
        Assert.Equal("200", await replica.Outcome("/secret", null, ("Authorization", $"Bearer {shop.Keys.ApiSecret}")));
        await Roll(overlapHours: 0);
        Assert.Equal(Failed, await replica.Outcome("/secret", null, ("Authorization", $"Bearer {shop.Keys.ApiSecret}")));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Failed, await other.Outcome("/secret", null, ("Authorization", $"Bearer {shop.Keys.ApiSecret}")));
    }

    [Fact]
    public async Task A_revoked_key_stops_at_once_and_the_others_go_on()
    {
        var pair = await Roll(overlapHours: 72);
        var keys = replica.Get<ApiKeys>();
        var change = new Change();
        Assert.False(await keys.Revoke(change, shop.Merchant.Tenant, Origin.System, live.Keys.ApiKey, CancellationToken.None));
        Assert.True(await keys.Revoke(change, shop.Merchant.Tenant, Origin.System, pair.ApiKey, CancellationToken.None));
        Assert.IsType<CommitOutcome.Committed>(await replica.Get<Committer>().Commit(change, CancellationToken.None));
        keys.Forget(shop.Merchant.Tenant);
        Assert.Equal(Failed, await replica.Outcome("/secret", pair));
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.0/24,2001:db8::/32", "192.0.2.8", true)]
    [InlineData("192.0.2.0/24,2001:db8::/32", "2001:db8::8", true)]
    [InlineData("192.0.2.0/24,2001:db8::/32", "2001:db9::8", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.8", true)]
    [InlineData("192.0.2.0/24", "192.0.2.8, 203.0.113.9", false)]
    [InlineData("192.0.2.0/24", "", false)]
    [InlineData("127.0.0.1", "", true)]
    public async Task A_secret_key_works_from_the_allow_list_only(string list, string forwardedFor, bool isAllowed)
    {
        await Sql("UPDATE merchants.merchants SET ip_allow_list = string_to_array(@list, ',') WHERE mode = 'test'", new { list });
        (string, string)[] from = [("X-Forwarded-For", forwardedFor)];
        Assert.Equal(isAllowed ? "200" : "403 IP_NOT_ALLOWED", await replica.Outcome("/secret", shop.Keys, from));
        Assert.Equal("200", await replica.Outcome("/secret", live.Keys, from));
        Assert.Equal("200", await replica.Outcome("/page", null, [("X-Api-Key", shop.Keys.ApiKey), .. from]));
    }

    [Fact]
    public async Task An_untrusted_neighbour_cannot_forge_its_address()
    {
        await using var open = await Replica.Start(database.Db, clock);
        await Sql("UPDATE merchants.merchants SET ip_allow_list = '{192.0.2.7}'");
        Assert.Equal("403 IP_NOT_ALLOWED", await open.Outcome("/secret", shop.Keys, ("X-Forwarded-For", "192.0.2.7")));
    }

    [Fact]
    public async Task No_secret_is_stored_in_clear()
    {
        await Roll(overlapHours: 0, ("Idempotency-Key", "k1"));
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        var stored = await connection.QueryAsync<string>(
            """
            SELECT k::text FROM identity.api_keys AS k
            UNION ALL SELECT m::text FROM merchants.merchants AS m
            UNION ALL SELECT convert_from(body, 'UTF8') FROM http.idempotency_keys
            """);
        Assert.Equal(6, stored.Count());
        Assert.All(stored, row => Assert.DoesNotContain("sk_", row, StringComparison.Ordinal));
        Assert.All(stored, row => Assert.DoesNotContain("whsec_", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_merchants_connection_cannot_read_keys()
    {
        await using var connection = await database.Db.OpenForMerchant(shop.Merchant.Tenant, CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.QueryAsync("SELECT * FROM identity.api_keys"));
        Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private async Task<ApiKeyPair> Roll(int overlapHours, params (string, string)[] headers)
    {
        using var response = await replica.Send(
            HttpMethod.Post, "/api/payments/merchants/MERCH_FH_001/api-keys/roll", shop.Keys,
            $$"""{"overlapHours":{{overlapHours}}}""", headers);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var body = await Replica.JsonOf(response);
        return new((string)body["apiKey"]!, (string)body["apiSecret"]!);
    }

    private async Task<string> Who(string path, params (string, string)[] headers)
    {
        using var response = await replica.Send(path, keys: null, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await Replica.JsonOf(response);
        return $"{body["merchant"]} {body["mode"]} {body["kind"]}";
    }

    /// <summary>Changes rows behind the server's back; what it remembered for a few seconds is over.</summary>
    private async Task Sql(string sql, object? parameters = null)
    {
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }
}
