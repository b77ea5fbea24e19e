using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PaymentGateway.Identity;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Identity;

/// <summary>The same limits, shared in a real Redis.</summary>
public sealed class RedisRateLimitsTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private readonly ManualClock clock = new();
    private readonly string name = PaymentGateway.Database.Id.New("k", TimeProvider.System);

    [Fact]
    public async Task Replicas_see_each_others_counts_after_an_exchange_and_minutes_are_apart()
    {
        var (left, right) = (Replica(), Replica());
        Take(left, 4);
        Take(right, 3);
        await Exchange(left, right);
        Assert.Equal(10 - 8, right.Count(name, 10).Remaining);
        Assert.Equal(10 - 5, left.Count(name, 10).Remaining);
        await Exchange(right, left);
        Assert.Equal(0, left.Count(name, 10).Remaining);
        Assert.False(left.Count(name, 10).IsAllowed);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(9, left.Count(name, 10).Remaining);
    }

    [Fact]
    public async Task A_limit_of_an_hour_is_kept_for_the_hour()
    {
        var (left, right) = (Replica(), Replica());
        Assert.True(left.Count(name, 2, minutes: 60).IsAllowed);
        await Exchange(left);
        clock.Advance(TimeSpan.FromMinutes(20));
        Assert.True(right.Count(name, 2, minutes: 60).IsAllowed);
        await Exchange(right);
        Assert.False(right.Count(name, 2, minutes: 60).IsAllowed);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.True(right.Count(name, 2, minutes: 60).IsAllowed);
    }

    [Fact]
    public async Task Together_they_exceed_the_limit_by_no_more_than_one_exchange()
    {
        var (left, right, allowed) = (Replica(), Replica(), 0);
        for (var second = 0; second < 30; second++)
        {
            allowed += Enumerable.Range(0, 10).Count(_ => left.Count(name, 100).IsAllowed) + Enumerable.Range(0, 10).Count(_ => right.Count(name, 100).IsAllowed);
            await Task.WhenAll(Exchange(left), Exchange(right));
        }

        Assert.InRange(allowed, 100, 110);
    }

    [Fact]
    public async Task Counts_are_forgotten_by_themselves_and_stand_in_the_database_of_the_address()
    {
        var replica = Replica();
        Take(replica, 2);
        await Exchange(replica);
        await using var client = new RedisClient(redis.Address, TimeProvider.System);
        var key = $"paymentgateway:rate:{clock.GetUtcNow().ToUnixTimeSeconds() / 60}:{name}";
        var answers = await client.Transaction([["EXISTS", key], ["TTL", key]], CancellationToken.None);
        Assert.Equal(1, answers[0]);
        Assert.InRange(answers[1], 1, 120);
        await using var other = new RedisClient(redis.Address with { Database = 0 }, TimeProvider.System);
        Assert.Equal([0L], await other.Transaction([["EXISTS", key]], CancellationToken.None));
    }

    [Fact]
    public async Task A_thousand_names_are_counted_at_once()
    {
        var replica = Replica();
        for (var i = 0; i < 1001; i++)
        {
            replica.Count($"{name}:{i}", 10);
        }

        await Exchange(replica);
        var other = Replica();
        other.Count($"{name}:1000", 10);
        await Exchange(other);
        Assert.Equal(7, other.Count($"{name}:1000", 10).Remaining);
    }

    [Fact]
    public async Task Without_Redis_each_counts_alone_and_what_it_counted_is_shared_when_Redis_is_back()
    {
        var own = new RedisServer();
        await own.InitializeAsync();
        await using (own)
        {
            var (left, right) = (Replica(own), Replica(own));
            Take(left, 1);
            await Exchange(left);
            await own.Stop();
            Take(left, 2);
            var away = await Assert.ThrowsAsync<RateCountsAwayException>(() => left.Exchange(CancellationToken.None));
            Assert.DoesNotContain("hunter2", away.ToString(), StringComparison.Ordinal);
            Assert.Equal(10 - 4, left.Count(name, 10).Remaining);
            await own.Start();
            await Exchange(left);
            Take(right, 1);
            await Exchange(right);
            Assert.Equal(10 - 5, right.Count(name, 10).Remaining);
        }
    }

    [Fact]
    public async Task What_Redis_refuses_is_told_without_the_password()
    {
        await using var stranger = new RedisClient(redis.Address with { Password = "wrong-secret" }, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<RedisException>(() => stranger.Transaction([["INCRBY", name, "1"]], CancellationToken.None));
        Assert.Equal("Redis refuses: WRONGPASS", refused.Message);
        await using var nobody = new RedisClient(redis.Address with { Password = null, Database = 0 }, TimeProvider.System);
        Assert.Equal("Redis refuses: NOAUTH", (await Assert.ThrowsAsync<RedisException>(
            () => nobody.Transaction([["INCRBY", name, "1"]], CancellationToken.None))).Message);
        await using var client = new RedisClient(redis.Address, TimeProvider.System);
        await Assert.ThrowsAsync<RedisException>(() => client.Transaction([["NOSUCHCOMMAND"]], CancellationToken.None));
        Assert.Equal([7L], await client.Transaction([["INCRBY", name, "7"]], CancellationToken.None));
    }

    /// <summary>Many callers of one client at once, some of whom give up: nobody gets another's answer.</summary>
    [Fact]
    public async Task Answers_never_get_mixed_up()
    {
        await using var client = new RedisClient(redis.Address, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var impatient = new CancellationTokenSource();
            if (i % 5 == 0)
            {
                impatient.CancelAfter(TimeSpan.FromMicroseconds(i));
            }

            try
            {
                Assert.Equal([i], await client.Transaction([["INCRBY", $"{name}:{i}", $"{i}"]], impatient.Token));
            }
            catch (OperationCanceledException) when (i % 5 == 0)
            {
                // Gave up.
            }
        }));
    }

    [Theory]
    [InlineData("+OK\r\n+QUEUED\r\n*2\r\n:1\r\n:1\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n*-1\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n*1\r\n$1\r\n1\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n*1\r\n:one\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n*1\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("")]
    public async Task What_is_no_answer_of_Redis_is_an_error(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var socket = await listener.AcceptTcpClientAsync();
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            socket.Client.Shutdown(SocketShutdown.Send);
            try
            {
                await stream.CopyToAsync(Stream.Null);
            }
            catch (IOException)
            {
                // The client has closed the connection with some of the answer unread.
            }
        });
        await using (var client = new RedisClient(
            new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, null, null, 0, UsesTls: false), TimeProvider.System))
        {
            await Assert.ThrowsAsync<RedisException>(() => client.Transaction([["INCRBY", "k", "1"]], CancellationToken.None));
        }

        await serving;
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var socket = await listener.AcceptTcpClientAsync();
            await using var secured = new SslStream(socket.GetStream());
            try
            {
                await secured.AuthenticateAsServerAsync(made);
                return await secured.ReadAsync(new byte[1]);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                return 0;
            }
        });
        await using var client = new RedisClient(
            new("localhost", ((IPEndPoint)listener.LocalEndpoint).Port, null, "hunter2", 0, UsesTls: true), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<RedisException>(() => client.Transaction([["INCRBY", "k", "1"]], CancellationToken.None));
        Assert.IsType<AuthenticationException>(refused.InnerException);
        Assert.Equal(0, await serving);
    }

    [Fact]
    public async Task Two_servers_count_a_key_a_person_and_an_address_together_and_no_request_waits_for_it()
    {
        await using var database = await TestDatabase.Create();
        (string, string)[] settings = [("RATE_LIMIT_PER_MINUTE", "3"), ("RATE_LIMIT_PER_ADDRESS_PER_MINUTE", "2"), ("REDIS_URL", redis.Url)];
        clock.Advance(TimeSpan.FromDays(RandomNumberGenerator.GetInt32(1, 3000)));
        await using var one = await Identity.Replica.Start(database.Db, clock, settings);
        await using var two = await Identity.Replica.Start(database.Db, clock, settings);
        var shop = (await one.CreateMerchant()).Test;
        Assert.Equal("200", await one.Outcome("/secret", shop.Keys));
        Assert.Equal("200", await two.Outcome("/secret", shop.Keys));
        Assert.Equal("200", await one.Outcome("/open"));
        Assert.Equal("200", await two.Outcome("/open"));
        await Exchange(one.Get<RateLimits>(), two.Get<RateLimits>(), one.Get<RateLimits>());
        Assert.Equal("200", await two.Outcome("/secret", shop.Keys));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await two.Outcome("/secret", shop.Keys));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await two.Outcome("/open"));
        Assert.Equal("200", await one.Outcome("/open"));
        await Exchange(one.Get<RateLimits>());
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await one.Outcome("/open"));
        await using var command = database.Db.System.CreateCommand("SELECT count(*) FROM identity.rate_counts");
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    private RateLimits Replica(RedisServer? server = null) =>
        new(new RedisRateCounts(new RedisClient((server ?? redis).Address, TimeProvider.System)), clock);

    private static async Task Exchange(params RateLimits[] all)
    {
        foreach (var limits in all)
        {
            await limits.Exchange(CancellationToken.None);
        }
    }

    private void Take(RateLimits limits, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(limits.Count(name, 10).IsAllowed);
        }
    }
}
