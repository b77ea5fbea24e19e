using System.Net;
using Dapper;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Identity;

public sealed class RateLimitsTests : IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private TestDatabase database = null!;
    private RateLimits left = null!;
    private RateLimits right = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        left = new(new RateCountStore(database.Db), clock);
        right = new(new RateCountStore(database.Db), clock);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public void The_limit_is_reached_exactly_and_gone_with_the_minute()
    {
        clock.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_ => left.Count("k", 3).Remaining));
        var over = left.Count("k", 3);
        Assert.False(over.IsAllowed);
        Assert.Equal(0, over.Remaining);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 9, 31, 0, TimeSpan.Zero), over.Reset);
        Assert.True(left.Count("other", 3).IsAllowed);
        clock.Advance(TimeSpan.FromSeconds(48));
        Assert.Equal(2, left.Count("k", 3).Remaining);
    }

    [Fact]
    public async Task Replicas_see_each_others_counts_after_an_exchange()
    {
        Take(left, 4);
        Take(right, 3);
        await left.Exchange(CancellationToken.None);
        await right.Exchange(CancellationToken.None);
        Assert.Equal(10 - 8, right.Count("k", 10).Remaining);
        Assert.Equal(10 - 5, left.Count("k", 10).Remaining);
        await left.Exchange(CancellationToken.None);
        Assert.Equal(10 - 9, left.Count("k", 10).Remaining);
    }

    [Fact]
    public async Task Replicas_together_exceed_the_limit_by_no_more_than_one_exchange()
    {
        var allowed = 0;
        for (var second = 0; second < 30; second++)
        {
            allowed += Enumerable.Range(0, 10).Count(_ => left.Count("k", 100).IsAllowed);
            allowed += Enumerable.Range(0, 10).Count(_ => right.Count("k", 100).IsAllowed);
            await Task.WhenAll(left.Exchange(CancellationToken.None), right.Exchange(CancellationToken.None));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(allowed, 100, 110);
    }

    [Fact]
    public async Task Counts_that_could_not_be_shared_are_shared_later()
    {
        Take(left, 3);
        await Rename("identity.rate_counts", "hidden");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => left.Exchange(CancellationToken.None));
        Assert.Equal(10 - 4, left.Count("k", 10).Remaining);
        await Rename("identity.hidden", "rate_counts");
        await left.Exchange(CancellationToken.None);
        Take(right, 1);
        await right.Exchange(CancellationToken.None);
        Assert.Equal(10 - 6, right.Count("k", 10).Remaining);
    }

    [Fact]
    public async Task Counting_while_exchanging_loses_nothing()
    {
        using var stop = new CancellationTokenSource();
        var exchanging = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await left.Exchange(CancellationToken.None);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Take(left, 5_000, limit: 1_000_000))));
        await stop.CancelAsync();
        await exchanging;
        await left.Exchange(CancellationToken.None);
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        Assert.Equal(20_000, await connection.ExecuteScalarAsync<long>("SELECT count FROM identity.rate_counts"));
    }

    [Fact]
    public async Task Past_minutes_are_forgotten()
    {
        Take(left, 1);
        await left.Exchange(CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(1));
        await left.ForgetPastMinutes(CancellationToken.None);
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM identity.rate_counts"));
    }

    [Fact]
    public async Task A_limit_of_an_hour_is_shared_outlives_its_minutes_and_ends_with_the_hour()
    {
        Assert.Equal([2, 1], Enumerable.Range(0, 2).Select(_ => left.Count("k", 3, minutes: 60).Remaining));
        await left.Exchange(CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(29));
        await left.ForgetPastMinutes(CancellationToken.None);
        var third = new RateLimits(new RateCountStore(database.Db), clock);
        Assert.True(third.Count("k", 3, minutes: 60).IsAllowed);
        await third.Exchange(CancellationToken.None);
        var over = third.Count("k", 3, minutes: 60);
        Assert.Equal((false, new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero)), (over.IsAllowed, over.Reset));
        clock.Advance(TimeSpan.FromMinutes(1));
        await third.ForgetPastMinutes(CancellationToken.None);
        Assert.Equal(2, third.Count("k", 3, minutes: 60).Remaining);
    }

    [Fact]
    public async Task A_caller_reads_its_limit_in_every_answer_and_is_refused_beyond()
    {
        await using var one = await Replica.Start(database.Db, clock, ("RATE_LIMIT_PER_MINUTE", "3"));
        await using var two = await Replica.Start(database.Db, clock, ("RATE_LIMIT_PER_MINUTE", "3"));
        var shop = (await one.CreateMerchant("MERCH_FH_001")).Test;
        clock.Advance(TimeSpan.FromSeconds(20.5));
        Assert.Equal("200 3 2 1793525460", await Limits(one, shop));
        Assert.Equal("200 3 2 1793525460", await Limits(two, shop));
        await one.Get<RateLimits>().Exchange(CancellationToken.None);
        await two.Get<RateLimits>().Exchange(CancellationToken.None);
        Assert.Equal("200 3 0 1793525460", await Limits(two, shop));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED 3 0 1793525460 retry 40", await Limits(two, shop));
        Assert.Equal("200", await two.Outcome("/page", null, ("X-Api-Key", shop.Keys.ApiKey)));
        clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("200 3 2 1793525520", await Limits(two, shop));
    }

    [Fact]
    public async Task Failed_authentication_is_limited_per_address_and_right_keys_still_pass()
    {
        await using var replica = await Replica.Start(
            database.Db, clock, ("RATE_LIMIT_FAILED_AUTH_PER_MINUTE", "2"), ("TRUSTED_PROXIES", "127.0.0.1"));
        var shop = (await replica.CreateMerchant()).Test;
        Assert.Equal("401 AUTHENTICATION_FAILED", await replica.Outcome("/secret", null, ("X-Forwarded-For", "2001:db8::1")));
        Assert.Equal("401 AUTHENTICATION_FAILED", await replica.Outcome("/secret", null, ("X-Forwarded-For", "2001:db8::2")));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await replica.Outcome("/secret", null, ("X-Forwarded-For", "2001:db8::3")));
        Assert.Equal("401 AUTHENTICATION_FAILED", await replica.Outcome("/secret", null, ("X-Forwarded-For", "2001:db8:0:1::1")));
        Assert.Equal("401 AUTHENTICATION_FAILED", await replica.Outcome("/secret", null, ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys, ("X-Forwarded-For", "2001:db8::3")));
    }

    [Fact]
    public async Task An_open_endpoint_is_limited_per_address()
    {
        await using var replica = await Replica.Start(
            database.Db, clock, ("RATE_LIMIT_PER_ADDRESS_PER_MINUTE", "2"), ("TRUSTED_PROXIES", "127.0.0.1"));
        var shop = (await replica.CreateMerchant()).Test;
        Assert.Equal("200", await replica.Outcome("/open", null, ("X-Forwarded-For", "2001:db8::1")));
        Assert.Equal("200", await replica.Outcome("/open", null, ("X-Forwarded-For", "2001:db8::2")));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await replica.Outcome("/open", null, ("X-Forwarded-For", "2001:db8::3")));
        Assert.Equal("200", await replica.Outcome("/open", null, ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys, ("X-Forwarded-For", "2001:db8::3")));
    }

    /// <summary>However many requests there are, the database sees one statement a second.</summary>
    [Fact]
    public async Task Counting_a_request_writes_nothing_and_an_exchange_is_one_statement()
    {
        await using var replica = await Replica.Start(database.Db, clock);
        var shop = (await replica.CreateMerchant()).Test;
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
        }

        Assert.Equal(0, await Written());
        await replica.Get<RateLimits>().Exchange(CancellationToken.None);
        Assert.Equal(1, await Written());
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        Assert.Equal(50, await connection.ExecuteScalarAsync<long>("SELECT count FROM identity.rate_counts WHERE name LIKE 'secret:%'"));

        async Task<long> Written()
        {
            await using var asked = await database.Db.OpenSystem(CancellationToken.None);
            return await asked.ExecuteScalarAsync<long>("SELECT count(*) FROM identity.rate_counts");
        }
    }

    private static void Take(RateLimits limits, int times, int limit = 10)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(limits.Count("k", limit).IsAllowed);
        }
    }

    private static async Task<string> Limits(Replica replica, MerchantAccess shop)
    {
        using var response = await replica.Send("/secret", shop.Keys);
        string Header(string name) => response.Headers.GetValues(name).Single();
        var limits = $"{Header("X-RateLimit-Limit")} {Header("X-RateLimit-Remaining")} {Header("X-RateLimit-Reset")}";
        var retry = response.StatusCode == HttpStatusCode.TooManyRequests ? $" retry {Header("Retry-After")}" : "";
        return $"{await Replica.OutcomeOf(response)} {limits}{retry}";
    }

    private async Task Rename(string table, string name)
    {
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        await connection.ExecuteAsync($"ALTER TABLE {table} RENAME TO {name}");
    }
}
