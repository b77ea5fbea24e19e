using System.Net;
using Dapper;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Ledger;

/// <summary>
/// Shown by what waits for what, not by time: one payment of a merchant is stopped in the middle of its commit, its ledger entries
/// written, and all others of that merchant are committed meanwhile.
/// </summary>
public sealed class HotMerchantTests : IAsyncLifetime
{
    private const int Payments = 64;
    private const int Gate = 4711;
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(60);

    private TestGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await TestGateway.Start();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task Sixty_four_payments_of_one_merchant_do_not_wait_for_each_other()
    {
        using var client = gateway.Client();
        await client.PayByCard(await client.CreateOrder()); // its accounts are open, its keys are known
        await using var gate = await gateway.Db.OpenSystem(default);
        // Events are written after the ledger: whoever writes this one stands still with its entries written.
        await gate.ExecuteAsync($"""
            CREATE FUNCTION public.wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock({Gate}); RETURN NEW; END';
            CREATE TRIGGER gate BEFORE INSERT ON events.events FOR EACH ROW
                WHEN (NEW.name = 'payment.success' AND NEW.body LIKE '%stopped-in-its-commit%') EXECUTE FUNCTION public.wait_at_the_gate();
            SELECT pg_advisory_lock({Gate})
            """);
        var stopped = client.PayByCard(await client.CreateOrder(more: new { merchantOrderId = "stopped-in-its-commit" }));
        using var patience = new CancellationTokenSource(longest);
        int? holder = null;
        while (holder is null)
        {
            await Task.Delay(10, patience.Token);
            holder = await gate.ExecuteScalarAsync<int?>(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        }

        var orders = await Task.WhenAll(Enumerable.Range(1, Payments - 1).Select(_ => client.CreateOrder()));
        var others = Task.WhenAll(orders.Select(order => client.PayByCard(order)));
        var waiting = new List<string>();
        while (!others.IsCompleted)
        {
            waiting.AddRange(await gate.QueryAsync<string>(
                "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND @holder = ANY (pg_blocking_pids(pid))", new { holder }));
            await Task.Delay(5, patience.Token);
        }

        Assert.All(await others.WaitAsync(patience.Token), paid => Assert.Equal(HttpStatusCode.Created, paid.Status));
        Assert.Empty(waiting);
        Assert.False(stopped.IsCompleted);
        Assert.Equal(Payments, await Captures(gate)); // the first and the others: the stopped one is not there yet

        await gate.ExecuteAsync($"SELECT pg_advisory_unlock({Gate})");
        Assert.Equal(HttpStatusCode.Created, (await stopped.WaitAsync(patience.Token)).Status);
        Assert.Equal(Payments + 1, await Captures(gate));
        await gateway.AssertBookHolds();
    }

    private static Task<long> Captures(Npgsql.NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<long>("SELECT count(*) FROM ledger.transactions WHERE business_key LIKE 'capture:%'");
}
