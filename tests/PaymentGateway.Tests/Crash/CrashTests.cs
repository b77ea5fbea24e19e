using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Crash;

/// <summary>Kills the real server at random moments under load, again and again, and then counts the money.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int KillsByDefault = 12;
    private const int Clients = 16;
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_by_a_server_that_is_killed_again_and_again()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("CRASH_KILLS"), out var wanted) ? wanted : KillsByDefault;
        // A failure prints the seed; CRASH_SEED runs the same moments and the same orders again.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CRASH_SEED"), out var given) ? given : RandomNumberGenerator.GetInt32(1_000_000);
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        output.WriteLine($"CRASH_SEED={seed}");
        var data = ServerProcess.CreateDataDirectory();
        var port = ServerProcess.FreePort();
        await using var receiver = await WebhookReceiver.Start();
        var server = await ServerProcess.Serve(data, port);
        try
        {
            var merchant = (await DemoFiles.Read(data)).Merchants[0];
            var key = DemoFiles.KeyOf(merchant);
            await TakeAllMethods(Client(port, key), merchant.MerchantId);
            var shop = new StubbornShop(() => Client(port, key), receiver.Address, seed);
            using (var closing = new CancellationTokenSource())
            {
                var work = shop.Work(Clients, closing.Token);
                for (var kill = 1; kill <= kills; kill++)
                {
                    await Task.Delay(random.Next(50, 1200));
                    await server.Kill();
                    await server.DisposeAsync();
                    server = await ServerProcess.Serve(data, port);
                }

                output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: {kills} kills");
                await closing.CancelAsync();
                await work.WaitAsync(longest);
            }

            await using var db = new Db((await EmbeddedPostgres.FindRunning(data, default))!);
            await PassTwoMinutes(db);
            await shop.AskAgain();
            await UntilNothingIsOpen(db);
            output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: settled. {shop.Summary}; {receiver.Received.Count} webhooks");

            Assert.Equal(0, shop.Unanswered);
            Assert.True(shop.Succeeded.Count > kills, "There was hardly any load.");
            await AssertNothingIsLost(db, shop);
            await AssertNothingIsChargedTwice(db);
            await AssertRefundsAreToldOnce(db, shop);
            await AssertEveryEventArrived(db, receiver);
            var (exitCode, report, errors) = await ServerProcess.Run("verify", "--data", data);
            Assert.True(exitCode == 0, report + errors);
            output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s");
        }
        finally
        {
            await server.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task TakeAllMethods(HttpClient client, string merchantId)
    {
        using (client)
        {
            var (status, body, _) = await client.Call(HttpMethod.Patch, $"/api/payments/merchants/{merchantId}", new { paymentMethods = PaymentMethods.All });
            Assert.True(status == HttpStatusCode.OK, body.ToString());
        }
    }

    private static HttpClient Client(int port, System.Net.Http.Headers.AuthenticationHeaderValue key)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = key;
        return client;
    }

    /// <summary>
    /// As if the machine had been off for two minutes: leases of the killed servers end, and an attempt that the processor never heard of
    /// is old enough to be given up. Otherwise the test would only wait for that.
    /// </summary>
    private static async Task PassTwoMinutes(Db db)
    {
        await using var connection = await db.OpenSystem(default);
        await connection.ExecuteAsync(
            """
            UPDATE payments.charges SET called_at = called_at - interval '2 minutes', check_at = check_at - interval '2 minutes', claimed_until = NULL
            WHERE check_at IS NOT NULL;
            UPDATE refunds.refunds SET called_at = called_at - interval '2 minutes', check_at = check_at - interval '2 minutes', claimed_until = NULL
            WHERE check_at IS NOT NULL;
            UPDATE sandbox.charges SET due_at = due_at - interval '2 minutes' WHERE due_at IS NOT NULL;
            UPDATE sandbox.refunds SET due_at = due_at - interval '2 minutes' WHERE due_at IS NOT NULL;
            UPDATE sandbox.notifications SET due_at = due_at - interval '2 minutes', claimed_until = NULL WHERE due_at IS NOT NULL;
            UPDATE inbox.messages SET due_at = due_at - interval '2 minutes', claimed_until = NULL WHERE due_at IS NOT NULL;
            UPDATE http.idempotency_keys SET lease_until = lease_until - interval '2 minutes' WHERE status IS NULL;
            UPDATE webhooks.deliveries SET next_attempt_at = next_attempt_at - interval '2 minutes', claimed_until = NULL WHERE status = 'pending'
            """);
    }

    private async Task UntilNothingIsOpen(Db db)
    {
        using var patience = new CancellationTokenSource(longest);
        await using var connection = await db.OpenSystem(default);
        (long Charges, long Refunds, long Messages, long Events, long Deliveries) open = (1, 1, 1, 1, 1);
        while (open != (0, 0, 0, 0, 0))
        {
            if (patience.IsCancellationRequested)
            {
                Assert.Fail($"Still open: {open}");
            }

            await Task.Delay(100, CancellationToken.None);
            open = await connection.QuerySingleAsync<(long, long, long, long, long)>(
                """
                SELECT (SELECT count(*) FROM payments.charges WHERE check_at IS NOT NULL),
                       (SELECT count(*) FROM refunds.refunds WHERE check_at IS NOT NULL),
                       (SELECT count(*) FROM sandbox.notifications WHERE due_at IS NOT NULL) + (SELECT count(*) FROM inbox.messages WHERE due_at IS NOT NULL),
                       (SELECT count(*) FROM events.outbox),
                       (SELECT count(*) FROM webhooks.deliveries WHERE status = 'pending')
                """);
        }
    }

    private static async Task AssertNothingIsLost(Db db, StubbornShop shop)
    {
        await using var connection = await db.OpenSystem(default);
        var succeeded = (await connection.QueryAsync<string>("SELECT id FROM payments.payments WHERE state = 'succeeded'")).ToHashSet();
        Assert.DoesNotContain(shop.Succeeded, payment => !succeeded.Contains(payment));
        var orders = (await connection.QueryAsync<string>("SELECT id FROM payments.orders")).ToHashSet();
        Assert.DoesNotContain(shop.Orders, order => !orders.Contains(order));
    }

    private static async Task AssertNothingIsChargedTwice(Db db)
    {
        await using var connection = await db.OpenSystem(default);
        Assert.Empty(await connection.QueryAsync<string>(
            """
            SELECT coalesce(p.order_id, p.id) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id
            WHERE c.state = 'captured' GROUP BY coalesce(p.order_id, p.id) HAVING count(*) > 1
            """));
        Assert.Empty(await connection.QueryAsync<string>(
            """
            SELECT coalesce(p.order_id, p.id) FROM sandbox.charges s JOIN payments.payments p ON p.id = s.payment_id
            WHERE s.state = 'captured' GROUP BY coalesce(p.order_id, p.id) HAVING count(*) > 1
            """));
        var different = (await connection.QueryAsync<string>(
            """
            SELECT coalesce(ours.charge_id, theirs.key) || ': we have ' || coalesce(ours.amount::text, 'nothing') || ', the processor has '
                || coalesce(theirs.captured::text, 'nothing') || '; '
                || coalesce((SELECT c.connector || ' ' || c.method || ' ' || c.state || ' ' || coalesce(c.failure_code, '') || ' ' || c.created_at || ' ' || coalesce(c.details, '')
                             FROM payments.charges c WHERE c.id = coalesce(ours.charge_id, theirs.key)), 'no charge')
                || '; AUDIT ' || coalesce((SELECT string_agg(a.action || ' ' || a.after::text || ' at ' || a.id, ' ;; ' ORDER BY a.id) FROM audit.rows a
                    WHERE a.object_id = (SELECT c.payment_id FROM payments.charges c WHERE c.id = coalesce(ours.charge_id, theirs.key))), '')
                || '; INBOX ' || coalesce((SELECT string_agg(m.state || ' ' || coalesce(m.result, ''), ' ;; ') FROM inbox.messages m WHERE m.subject = coalesce(ours.charge_id, theirs.key)), 'none')
                || '; SANDBOX ' || coalesce((SELECT to_jsonb(s)::text FROM sandbox.charges s WHERE s.key = coalesce(ours.charge_id, theirs.key)), '')
            FROM (SELECT charge_id, currency, sum(amount) AS amount FROM payments.captures WHERE state = 'captured' GROUP BY 1, 2) AS ours
            FULL JOIN (SELECT key, captured, currency FROM sandbox.charges WHERE captured > 0) AS theirs
                   ON theirs.key = ours.charge_id AND theirs.captured = ours.amount AND theirs.currency = ours.currency
            WHERE ours.charge_id IS NULL OR theirs.key IS NULL
            """)).ToList();
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    /// <summary>Here and at the processor the same refunds of the same amounts, never more than was taken, and one event of the end of each.</summary>
    private static async Task AssertRefundsAreToldOnce(Db db, StubbornShop shop)
    {
        await using var connection = await db.OpenSystem(default);
        Assert.NotEmpty(shop.Refunded);
        var succeeded = (await connection.QueryAsync<string>("SELECT id FROM refunds.refunds WHERE state = 'succeeded'")).ToHashSet();
        Assert.DoesNotContain(shop.Refunded, refund => !succeeded.Contains(refund));
        Assert.Empty(await connection.QueryAsync<string>(
            """
            SELECT coalesce(ours.id, theirs.key)
            FROM (SELECT id, charge_id, amount FROM refunds.refunds WHERE state = 'succeeded') AS ours
            FULL JOIN (SELECT key, charge_key, amount FROM sandbox.refunds WHERE state = 'succeeded') AS theirs
                   ON theirs.key = ours.id AND theirs.charge_key = ours.charge_id AND theirs.amount = ours.amount
            WHERE ours.id IS NULL OR theirs.key IS NULL
            """));
        Assert.Empty(await connection.QueryAsync<string>(
            """
            SELECT s.key
            FROM sandbox.charges s
            WHERE s.captured < (SELECT coalesce(sum(r.amount), 0) FROM sandbox.refunds r WHERE r.charge_key = s.key AND r.state = 'succeeded')
            """));
        Assert.Empty(await connection.QueryAsync<string>(
            """
            SELECT r.id
            FROM refunds.refunds r
            LEFT JOIN events.events e ON e.subject_id = r.id AND e.name = 'refund.processed'
            GROUP BY r.id, r.state
            HAVING count(e.id) <> CASE WHEN r.state = 'succeeded' THEN 1 ELSE 0 END
            """));
    }

    private static async Task AssertEveryEventArrived(Db db, WebhookReceiver receiver)
    {
        await using var connection = await db.OpenSystem(default);
        var events = (await connection.QueryAsync<string>("SELECT id FROM events.events WHERE webhook_url IS NOT NULL")).AsList();
        Assert.NotEmpty(events);
        Assert.DoesNotContain(events, id => !receiver.Received.ContainsKey(id));
    }
}
