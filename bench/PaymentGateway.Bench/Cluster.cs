using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Bench;

/// <summary>What is done to the server's own PostgreSQL beside it.</summary>
internal sealed class Cluster(GatewayProcess gateway)
{
    public const string ServerDatabase = "postgres";

    /// <summary>
    /// 256 connections of pgbench beside the pools of two servers do not fit into the embedded server's 150. Nothing else is changed.
    /// </summary>
    public Task AllowMoreConnections(CancellationToken cancel) => Execute("ALTER SYSTEM SET max_connections = 500", cancel);

    public Task Create(string database, CancellationToken cancel) => Execute($"CREATE DATABASE {database}", cancel);

    /// <summary>Every run begins with the same distance to the next checkpoint.</summary>
    public Task Checkpoint(CancellationToken cancel) => Execute("CHECKPOINT", cancel);

    /// <summary>With the server's tables, by the server's own migrations. Whoever opens it disposes it.</summary>
    public Task<Db> Migrate(string database, string folder, CancellationToken cancel) => DatabaseArea.Open(
        new DatabaseSettings(gateway.ConnectionStringTo(database), folder, PostgresBin: null), NullLogger.Instance, cancel);

    public Task<string> Version(CancellationToken cancel) => Read<string>("SHOW server_version", ServerDatabase, cancel);

    /// <summary>Bytes of write-ahead log so far, of the whole cluster.</summary>
    public Task<decimal> WalBytes(CancellationToken cancel) => Read<decimal>("SELECT pg_current_wal_insert_lsn() - '0/0'", ServerDatabase, cancel);

    private async Task Execute(string sql, CancellationToken cancel)
    {
        await using var connection = await Open(ServerDatabase, cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task<T> Read<T>(string sql, string database, CancellationToken cancel)
    {
        await using var connection = await Open(database, cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task<NpgsqlConnection> Open(string database, CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(gateway.ConnectionStringTo(database) + ";Pooling=false");
        await connection.OpenAsync(cancel);
        return connection;
    }
}
