using System.Diagnostics;
using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Hosting;
using PaymentGateway.Identity;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Crash;

/// <summary>
/// Everything that falls due in a server, of whatever area: what every area has registered for the test clocks. So a kind of work that is
/// new tomorrow is waited for without a word here.
/// </summary>
internal sealed class DueWork
{
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan betweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly Db db;
    private readonly string count;

    public DueWork(Db db)
    {
        this.db = db;
        count = string.Join("\nUNION ALL\n", Kinds(db).Select(kind =>
            $"""
            SELECT '{kind.Due} of {(kind.Table.Contains(' ', StringComparison.Ordinal) ? "events.outbox" : kind.Table)}' AS kind, count(*) AS rows
            FROM {kind.Table} AS d
            WHERE d.{kind.Due} <= now() + coalesce((SELECT ahead FROM clocks.offsets o WHERE (o.merchant_id, d.mode) = (d.merchant_id, 'test')), '0')
              AND ({kind.Where})
            """));
    }

    /// <summary>
    /// The leases of killed servers are real time, which nobody can advance: as if it had passed. Otherwise the test would only wait for it.
    /// </summary>
    public static async Task EndLeases(Db db)
    {
        await using var connection = await db.OpenSystem(default);
        var claims = await connection.QueryAsync<string>(
            """
            SELECT format('UPDATE %I.%I SET claimed_until = NULL WHERE claimed_until IS NOT NULL', table_schema, table_name)
            FROM information_schema.columns
            WHERE column_name = 'claimed_until'
            """);
        await connection.ExecuteAsync(string.Join(";\n", claims));
        await connection.ExecuteAsync("UPDATE http.idempotency_keys SET lease_until = lease_until - interval '2 minutes' WHERE status IS NULL");
    }

    /// <summary>Moves the merchant's clock.</summary>
    public static async Task Advance(HttpClient client, string clockId, TimeSpan by)
    {
        var (status, body, _) = await client.Post($"/api/payments/test-clocks/{clockId}/advance", new { by = (int)by.TotalSeconds });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    /// <summary>Waits until the clock says that nothing is due, and holds against it our own count.</summary>
    public async Task UntilNothingIsDue(HttpClient client, string clockId)
    {
        var watch = Stopwatch.StartNew();
        while ((await client.GetJson($"/api/payments/test-clocks/{clockId}")).Text("status") != "ready" || (await Due()).Count > 0)
        {
            Assert.True(watch.Elapsed < longest, $"Still due: {string.Join(", ", await Due())}");
            await Task.Delay(betweenLooks, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<(string Kind, long Rows)>> Due()
    {
        await using var connection = await db.OpenSystem(default);
        return [.. (await connection.QueryAsync<(string Kind, long Rows)>($"SELECT kind, rows FROM ({count}) AS due WHERE rows > 0"))];
    }

    /// <summary>As the server itself gathers them.</summary>
    private static IReadOnlyList<DueRows> Kinds(Db db)
    {
        var (settings, faults) = ServerSettings.Read(new Dictionary<string, string?>());
        Assert.Empty(faults);
        var services = new ServiceCollection().AddLogging();
        services.AddAreas(new ServerContext(settings!, db, new KeyRing([new EncryptionKey("none", new byte[EncryptionKey.Length])])));
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<DueRows>()];
    }
}
