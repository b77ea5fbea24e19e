using System.Net;
using System.Net.Sockets;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class DatabaseAreaTests
{
    [Fact]
    public async Task An_empty_data_directory_becomes_a_migrated_database_that_stops_with_its_owner()
    {
        var data = TestFolder.Create();
        var settings = new DatabaseSettings(ConnectionString: null, data, TestFolder.PostgresBin);
        await using (var db = await DatabaseArea.Open(settings, NullLogger.Instance, default))
        {
            await using var services = new ServiceCollection().AddDatabase(db).BuildServiceProvider();
            await using var connection = await services.GetRequiredService<Db>().OpenForMerchant(new Tenant("M", Mode.Live), default);
            Assert.Equal("live", await connection.ExecuteScalarAsync<string>("SELECT current_setting('gateway.mode')"));
        }

        Assert.Empty(await ClusterProcesses.Running(Path.Combine(data, "postgres", "cluster"), default));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_database_of_ones_own_is_migrated_and_left_running()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await using (await Open(database.ConnectionString)) { }
        await using var again = await Open(database.ConnectionString);
        await using var connection = await again.OpenSystem(default);
        Assert.Equal(
            Migration.BuiltIn().Select(file => file.FileName),
            await connection.QueryAsync<string>("SELECT name FROM gateway.migrations ORDER BY number"));
    }

    [Fact]
    public async Task A_wrong_password_is_told_in_one_sentence()
    {
        await using var database = await TestDatabase.CreateEmpty();
        var failure = await Failure(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "guess" });
        Assert.EndsWith("does not let the user paymentgateway in: check the user and the password.", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("guess", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_is_told_in_one_sentence()
    {
        await using var database = await TestDatabase.CreateEmpty();
        var failure = await Failure(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "nowhere" });
        Assert.EndsWith("has no database nowhere: create it first.", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_in_one_sentence()
    {
        var port = FreePort();
        var failure = await Failure(new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "u" });
        Assert.StartsWith($"The database server 127.0.0.1:{port} cannot be reached: ", failure, StringComparison.Ordinal);
    }

    private static Task<Db> Open(string connectionString) => DatabaseArea.Open(
        new DatabaseSettings(connectionString, DataDirectory: "unused", PostgresBin: null), NullLogger.Instance, default);

    private static async Task<string> Failure(NpgsqlConnectionStringBuilder address) =>
        (await Assert.ThrowsAsync<StartupException>(() => Open(address.ConnectionString))).Message;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
