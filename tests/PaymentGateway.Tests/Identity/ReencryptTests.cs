using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Database;
using PaymentGateway.Hosting;
using PaymentGateway.Identity;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Identity;

public sealed class ReencryptTests : IAsyncLifetime
{
    private static readonly EncryptionKey old = KeyOf("old", 1);
    private static readonly EncryptionKey fresh = KeyOf("fresh", 2);

    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.Create();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task All_secrets_move_under_the_new_key_while_the_server_works_and_the_old_key_can_go()
    {
        string orderId, clientSecret, signature;
        await using (var before = await TestGateway.StartUnder(new([old]), database))
        {
            using var shop = before.Client();
            var (_, order, _) = await shop.Post("/api/payments/orders", new { amount = 100, currency = "INR" });
            (orderId, clientSecret) = (order.Text("id"), order.Text("clientSecret"));
            signature = before.Get<SecretVault>().Sign("test", "text");
            await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => AddEndpoint(shop)));
        }

        await using (var between = await TestGateway.StartUnder(new([fresh, old]), database))
        {
            using var shop = between.Client();
            var secrets = between.Get<StoredSecrets>();
            var working = Task.WhenAll(Enumerable.Range(0, 7).Select(_ => AddEndpoint(shop)));
            var both = await Task.WhenAll(Run(secrets), Run(secrets));
            await working;
            Assert.True(both.Sum(one => one.Replaced) > 7);
            var again = await Run(secrets);
            Assert.Equal(0, again.Replaced);
            Assert.Equal(["old"], again.Unneeded);
            Assert.Contains("these keys may be removed: old", await Printed(again), StringComparison.Ordinal);
        }

        Assert.Equal(["fresh"], await KeysInUse());
        await using var after = await TestGateway.StartUnder(new([fresh]), database);
        Assert.Equal(signature, after.Get<SecretVault>().Sign("test", "text"));
        using var page = new HttpClient { BaseAddress = after.Address };
        using var seen = await page.GetAsync(new Uri($"/checkout/{orderId}?clientSecret={clientSecret}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        using var again2 = after.Client();
        var endpoints = await again2.GetJson("/api/payments/webhook-endpoints");
        Assert.NotEmpty(endpoints.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Without_a_key_that_some_secret_needs_no_server_starts()
    {
        await using (await TestGateway.StartUnder(new([old]), database))
        {
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => TestGateway.StartUnder(new([fresh]), database));
        Assert.Contains("the key old", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Put that key back into ENCRYPTION_KEY", refused.Message, StringComparison.Ordinal);
        await DerivationUnder(fresh);
        refused = await Assert.ThrowsAsync<StartupException>(() => TestGateway.StartUnder(new([fresh]), database));
        Assert.Contains("Secrets in merchants.merchants.webhook_secret are sealed under the key old", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stopped_half_way_goes_on_and_what_is_damaged_stays()
    {
        await using var gateway = await TestGateway.StartUnder(new([old]), database);
        using var shop = gateway.Client();
        await AddEndpoint(shop);
        var id = await AddEndpoint(shop);
        await gateway.Execute("UPDATE webhooks.endpoints SET secret = left(secret, -8) || 'AAAAAAA=' WHERE id = @id", new { id });
        var secrets = Secrets(new([fresh, old]));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => secrets.Reencrypt(_ => stop.CancelAsync(), stop.Token));
        Assert.Equal(["fresh", "old"], (await KeysInUse()).Order());
        var result = await Run(secrets);
        Assert.Equal([$"webhooks.endpoints.secret of {id}"], result.Unreadable);
        Assert.Equal(["old"], result.Remaining);
        Assert.Contains("DAMAGED", await Printed(result), StringComparison.Ordinal);
        Assert.Equal(0, (await Run(secrets)).Replaced);
    }

    [Fact]
    public async Task What_another_has_written_meanwhile_is_not_overwritten()
    {
        await using var gateway = await TestGateway.StartUnder(new([old]), database);
        using var shop = gateway.Client();
        var id = await AddEndpoint(shop);
        var column = gateway.Services.GetServices<SealedColumn>().Single(one => one.ToString() == "webhooks.endpoints.secret");
        var store = new SealedStore(database.Db);
        var found = await store.Find(column, "old", [], 10, CancellationToken.None);
        Assert.Equal(id, Assert.Single(found).Key);
        await gateway.Execute("UPDATE webhooks.endpoints SET secret = 'v1.old.another' WHERE id = @id", new { id });
        Assert.Equal(0, await store.Replace(column, found, ["v1.fresh.stale"], CancellationToken.None));
        Assert.Equal("v1.old.another", await gateway.Query<string>("SELECT secret FROM webhooks.endpoints WHERE id = @id", new { id }));
    }

    /// <summary>A column that an area seals and does not register would be lost with its key.</summary>
    [Fact]
    public async Task Every_column_that_says_it_is_sealed_is_registered()
    {
        await using var gateway = await TestGateway.StartUnder(new([old]), database);
        using var shop = gateway.Client();
        await AddEndpoint(shop);
        await shop.PayByCard(await shop.CreateOrder());
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        var columns = await connection.QueryAsync<(string Place, string Sql)>(
            """
            SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname),
                format('SELECT EXISTS (SELECT FROM %I.%I WHERE %I ~ ''^v1\.old\.'')', n.nspname, c.relname, a.attname)
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
            JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            WHERE a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'text'::regtype
            """);
        var known = gateway.Services.GetServices<SealedColumn>().Select(column => column.ToString()).ToHashSet();
        foreach (var (place, sql) in columns)
        {
            Assert.True(known.Contains(place) || !await connection.ExecuteScalarAsync<bool>(sql), $"{place} is sealed and nobody has said so");
        }
    }

    private static Task<Reencrypted> Run(StoredSecrets secrets) => secrets.Reencrypt(_ => Task.CompletedTask, CancellationToken.None);

    private static async Task<string> Printed(Reencrypted result)
    {
        await using var output = new StringWriter();
        await ReencryptCommand.Print(result, output);
        return output.ToString();
    }

    private static async Task<string> AddEndpoint(HttpClient shop)
    {
        var (status, body, _) = await shop.Post("/api/payments/webhook-endpoints", new { url = "http://127.0.0.1:9999/hook", events = new[] { "order.expired" } });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.Text("id");
    }

    /// <summary>As the command is put together.</summary>
    private StoredSecrets Secrets(KeyRing ring)
    {
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddLogging();
        services.AddAreas(new ServerContext(Replica.SettingsOf(), database.Db, ring));
        return services.BuildServiceProvider().GetRequiredService<StoredSecrets>();
    }

    private async Task<IReadOnlyList<string>> KeysInUse()
    {
        var all = new HashSet<string>();
        foreach (var column in Columns())
        {
            all.UnionWith(await new SealedStore(database.Db).KeysOf(column, CancellationToken.None));
        }

        return [.. all];
    }

    private IEnumerable<SealedColumn> Columns()
    {
        var services = new ServiceCollection();
        services.AddAreas(new ServerContext(Replica.SettingsOf(), database.Db, new([fresh, old])));
        return services.Where(service => service.ServiceType == typeof(SealedColumn)).Select(service => (SealedColumn)service.ImplementationInstance!);
    }

    private async Task DerivationUnder(EncryptionKey key)
    {
        var column = Columns().Single(one => one.Table == "identity.derivation");
        var store = new SealedStore(database.Db);
        var found = await store.Find(column, "old", [], 10, CancellationToken.None);
        var purpose = column.PurposeOf([]);
        await store.Replace(
            column, found, [new SecretVault(new([key])).Encrypt(purpose, new SecretVault(new([old])).Decrypt(purpose, found[0].Text))], CancellationToken.None);
    }

    private static EncryptionKey KeyOf(string id, byte seed) => new(id, [.. Enumerable.Range(0, EncryptionKey.Length).Select(i => (byte)(seed + i))]);
}
