using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Crash;

/// <summary>Kills the real server at random moments under load, again and again, and then counts the money.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int KillsByDefault = 8;
    private const int Clients = 16;
    private const int AnswersBetweenKills = 100;
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(90);

    /// <summary>
    /// What customers and processors began comes to its end over days: answers that never came, debits and what comes back of them, holds,
    /// deadlines, verdicts. In all of these steps but the last the server is killed too, while it does what has fallen due. An inquiry has
    /// two deadlines of two weeks, one after the other, and nothing else has more than two.
    /// </summary>
    private static readonly (TimeSpan By, bool IsKilled)[] days =
    [
        (TimeSpan.FromHours(2), true), (TimeSpan.FromDays(7), true), (TimeSpan.FromDays(15), true), (TimeSpan.FromDays(15), true), (TimeSpan.FromDays(24), false),
    ];

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_by_a_server_that_is_killed_again_and_again()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("CRASH_KILLS"), out var wanted) ? wanted : KillsByDefault;
        // A failure prints the seed; CRASH_SEED runs the same moments and the same orders again.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CRASH_SEED"), out var given) ? given : RandomNumberGenerator.GetInt32(1_000_000);
        output.WriteLine($"CRASH_SEED={seed}");
        await using var receiver = await WebhookReceiver.Start();
        await using var victim = await Victim.Start(new Random(seed));
        var merchant = (await DemoFiles.Read(victim.Data)).Merchants[0];
        var key = DemoFiles.KeyOf(merchant);
        using var client = Client(victim.Port, key);
        await TakeAllMethods(client, merchant.MerchantId);
        var clockId = (await client.Post("/api/payments/test-clocks", new { name = "Kills" })).Body.Text("id");

        var watch = Stopwatch.StartNew();
        var shop = new StubbornShop(() => Client(victim.Port, key), receiver.Address, seed);
        using (var closing = new CancellationTokenSource())
        {
            var work = shop.Work(Clients, closing.Token);
            for (var kill = days.Count(step => step.IsKilled); kill < kills; kill++)
            {
                // However slow the machine is: a server is killed at work, and not while it warms up.
                await shop.Answers(AnswersBetweenKills);
                await victim.KillAndRestart();
            }

            await shop.Answers(AnswersBetweenKills);
            await closing.CancelAsync();
            await work.WaitAsync(longest);
        }

        output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: closed");
        await Settle(victim, client, clockId, shop, step => output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: {step}"));
        await using var db = await victim.OpenDatabase();
        output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: settled. {shop.Summary}; {receiver.Received.Count} webhooks");

        Assert.Equal(0, shop.Unanswered);
        await TwoBooks.AssertTheSame(db);
        output.WriteLine(await TwoBooks.AssertThereWasLoad(db));
        await AssertPromisesAreKept(db, shop);
        await AssertEveryEventArrived(db, receiver);
        var (exitCode, report, errors) = await ServerProcess.Run("verify", "--data", victim.Data);
        Assert.True(exitCode == 0, report + errors);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s");
    }

    private static async Task TakeAllMethods(HttpClient client, string merchantId)
    {
        var (status, body, _) = await client.Call(HttpMethod.Patch, $"/api/payments/merchants/{merchantId}", new { paymentMethods = PaymentMethods.All });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    private static HttpClient Client(int port, AuthenticationHeaderValue key)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = key;
        return client;
    }

    /// <summary>What was without an answer is asked again, and time passes until all has come to its end.</summary>
    private static async Task Settle(Victim victim, HttpClient client, string clockId, StubbornShop shop, Action<string> tell)
    {
        await EndLeases(victim);
        await shop.AskAgain();
        tell("asked again");
        foreach (var (by, isKilled) in days)
        {
            await DueWork.Advance(client, clockId, by);
            if (isKilled)
            {
                await victim.KillAndRestart();
                await EndLeases(victim);
            }

            // Whoever is started again starts its database again too.
            await using var db = await victim.OpenDatabase();
            await new DueWork(db).UntilNothingIsDue(client, clockId);
            tell($"all is done that {by} made due");
        }
    }

    private static async Task EndLeases(Victim victim)
    {
        await using var db = await victim.OpenDatabase();
        await DueWork.EndLeases(db);
    }

    /// <summary>What was answered as there or as done is so.</summary>
    private static async Task AssertPromisesAreKept(Db db, StubbornShop shop)
    {
        await using var connection = await db.OpenSystem(default);
        foreach (var (kind, kept) in new[]
        {
            ("order", "SELECT id FROM payments.orders"),
            ("payment", "SELECT id FROM payments.payments WHERE state IN ('succeeded', 'returned')"),
            ("refund", "SELECT id FROM refunds.refunds WHERE state = 'succeeded'"),
            ("split", "SELECT id FROM splits.split_payments WHERE state = 'succeeded'"),
            ("setup", "SELECT id FROM setup_intents.setup_intents WHERE state = 'succeeded'"),
        })
        {
            var known = (await connection.QueryAsync<string>(kept)).ToHashSet();
            Assert.NotEmpty(shop.Promised[kind]);
            Assert.DoesNotContain(shop.Promised[kind], id => !known.Contains(id));
        }
    }

    private static async Task AssertEveryEventArrived(Db db, WebhookReceiver receiver)
    {
        await using var connection = await db.OpenSystem(default);
        var events = (await connection.QueryAsync<string>("SELECT id FROM events.events WHERE webhook_url IS NOT NULL")).AsList();
        Assert.NotEmpty(events);
        Assert.DoesNotContain(events, id => !receiver.Received.ContainsKey(id));
    }

    /// <summary>The server that is killed, and started again on the same data and port.</summary>
    private sealed class Victim : IAsyncDisposable
    {
        private readonly Random random;
        private ServerProcess server;

        private Victim(Random random, string data, int port, ServerProcess server) => (this.random, Data, Port, this.server) = (random, data, port, server);

        public string Data { get; }

        public int Port { get; }

        public static async Task<Victim> Start(Random random)
        {
            var (data, port) = (ServerProcess.CreateDataDirectory(), ServerProcess.FreePort());
            return new Victim(random, data, port, await ServerProcess.Serve(data, port));
        }

        public async Task<Db> OpenDatabase() => new((await EmbeddedPostgres.FindRunning(Data, default))!);

        public async Task KillAndRestart()
        {
            await Task.Delay(random.Next(50, 1200));
            await server.Kill();
            await server.DisposeAsync();
            server = await ServerProcess.Serve(Data, Port);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Directory.Delete(Data, recursive: true);
        }
    }
}
