using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Crash;

/// <summary>How the program starts and ends, seen from the shell.</summary>
public sealed class ServerProcessTests(ServerProcessTests.DataDirectory directory) : IClassFixture<ServerProcessTests.DataDirectory>
{
    private string Data => directory.Path;

    private string Cluster => Path.Combine(Data, "postgres", "cluster");

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_cleanly_and_the_next_start_has_the_same_data_and_keys(string signal)
    {
        var port = ServerProcess.FreePort();
        await using var first = await ServerProcess.Serve(Data, port);
        var keys = await File.ReadAllBytesAsync(Path.Combine(Data, "demo.json"));
        using var client = await Client(port);
        var orderId = await client.CreateOrder();
        await client.PayByCard(orderId);

        Assert.Equal(0, await first.Stop(signal));
        Assert.Empty(await ClusterProcesses.Running(Cluster, default));
        Assert.Equal("", first.Errors);

        await using var second = await ServerProcess.Serve(Data, port);
        Assert.Equal(keys, await File.ReadAllBytesAsync(Path.Combine(Data, "demo.json")));
        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{orderId}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_request_that_is_running_is_answered_before_it_ends()
    {
        var port = ServerProcess.FreePort();
        await using var server = await ServerProcess.Serve(Data, port);
        using var client = await Client(port);
        var payment = client.PayByCard(await client.CreateOrder(), behaviour: "lost_answer"); // takes the connector's two seconds
        await using (var db = new Db((await EmbeddedPostgres.FindRunning(Data, default))!))
        {
            await using var connection = await db.OpenSystem(default);
            while (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM payments.charges WHERE state = 'submitted'") == 0)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(0, await server.Stop("TERM"));
        Assert.True((await payment).Status is HttpStatusCode.Created or HttpStatusCode.Accepted, (await payment).Body.ToString());
    }

    [Fact]
    public async Task A_taken_port_is_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, _, errors) = await ServerProcess.Run("serve", "--data", Data, "--port", $"{port}");
        Assert.Equal(1, exitCode);
        Assert.Equal($"Port {port} on 127.0.0.1 is taken by another program: stop it, or choose another with --port.", errors);
        Assert.Empty(await ClusterProcesses.Running(Cluster, default));
    }

    [Fact]
    public async Task Data_of_another_major_version_is_one_sentence()
    {
        var versionFile = Path.Combine(Cluster, "PG_VERSION");
        var version = await File.ReadAllTextAsync(versionFile);
        await File.WriteAllTextAsync(versionFile, "9\n");
        var (exitCode, _, errors) = await ServerProcess.Run("serve", "--data", Data, "--port", $"{ServerProcess.FreePort()}");
        await File.WriteAllTextAsync(versionFile, version);
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The data in {Cluster} is of PostgreSQL 9, but the programs in ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Fact]
    public async Task Verify_works_beside_a_running_server_and_without_one()
    {
        var port = ServerProcess.FreePort();
        await using (await ServerProcess.Serve(Data, port))
        {
            using var client = await Client(port);
            await client.PayByCard(await client.CreateOrder());
            var (exitCode, output, errors) = await ServerProcess.Run("verify", "--data", Data);
            Assert.True(exitCode == 0, output + errors);
            Assert.Contains("holds   Every balance equals the sum of its entries", output, StringComparison.Ordinal);
            Assert.Contains("Trial balance of ", output, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(await client.CreateOrder())).Status);
        }

        Assert.Equal(0, (await ServerProcess.Run("verify", "--data", Data)).ExitCode);
        Assert.Empty(await ClusterProcesses.Running(Cluster, default));
    }

    [Fact]
    public async Task Who_looks_at_a_running_database_cannot_write()
    {
        await using var owner = await EmbeddedPostgres.Start(Data, Database.TestFolder.PostgresBin, NullLogger.Instance, default);
        await using (var db = await DatabaseArea.OpenToRead(new(null, Data, Database.TestFolder.PostgresBin), NullLogger.Instance, default))
        {
            await using var connection = await db.OpenSystem(default);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("DELETE FROM events.outbox"));
            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refusal.SqlState);
        }

        await using var still = new NpgsqlConnection($"{owner.ConnectionString};Pooling=false");
        await still.OpenAsync(TestContext.Current.CancellationToken);
    }

    private async Task<HttpClient> Client(int port)
    {
        var shop = (await DemoFiles.Read(Data)).Merchants[0];
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = DemoFiles.KeyOf(shop);
        return client;
    }

    /// <summary>
    /// One for all tests of the class, which run one after the other: to make one takes seconds. A server has already run
    /// on it, since the tests come in any order.
    /// </summary>
    public sealed class DataDirectory : IAsyncLifetime
    {
        internal string Path { get; } = ServerProcess.CreateDataDirectory();

        public async ValueTask InitializeAsync()
        {
            await using var server = await ServerProcess.Serve(Path, ServerProcess.FreePort());
            Assert.Equal(0, await server.Stop("TERM"));
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Path, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

internal static class DemoFiles
{
    internal static async Task<DemoFile> Read(string data) => System.Text.Json.JsonSerializer.Deserialize<DemoFile>(
        await File.ReadAllTextAsync(Path.Combine(data, DemoMerchants.FileName)), System.Text.Json.JsonSerializerOptions.Web)!;

    internal static AuthenticationHeaderValue KeyOf(DemoMerchant shop) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{shop.ApiKey}:{shop.ApiSecret}")));
}
