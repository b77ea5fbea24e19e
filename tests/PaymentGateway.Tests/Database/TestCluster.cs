using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Database;

[assembly: AssemblyFixture(typeof(PaymentGateway.Tests.Database.TestCluster))]

namespace PaymentGateway.Tests.Database;

/// <summary>One PostgreSQL for the whole run, started by the first test that needs it, gone with its folder at the end.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    internal const string Template = "template_migrated";

    private static readonly SemaphoreSlim Starting = new(initialCount: 1);
    private static EmbeddedPostgres? postgres;
    private static NpgsqlDataSource? maintenance;
    private static string? folder;

    internal static async Task<string> ConnectionString(string database)
    {
        var running = postgres ?? await StartOnce();
        return new NpgsqlConnectionStringBuilder(running.ConnectionString) { Database = database }.ConnectionString;
    }

    /// <summary>What the server writes about the statements that a database is told to log.</summary>
    internal static string ReadLog()
    {
        var files = Directory.GetFiles(Path.Combine(folder!, "postgres", "cluster", "log"));
        return string.Concat(files.Order(StringComparer.Ordinal).Select(file =>
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }));
    }

    /// <summary>Runs one statement outside any test's database, such as CREATE DATABASE.</summary>
    internal static async Task Execute(string sql)
    {
        if (postgres is null) await StartOnce();
        await using var command = maintenance!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (maintenance is not null) await maintenance.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }

    private static async Task<EmbeddedPostgres> StartOnce()
    {
        await Starting.WaitAsync();
        try
        {
            if (postgres is not null) return postgres;
            await TestFolder.RemoveLeftBehind();
            folder = TestFolder.CreateForRun();
            var started = await EmbeddedPostgres.Start(
                folder, TestFolder.PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, CancellationToken.None);
            await CreateTemplate(started.ConnectionString);
            maintenance = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(started.ConnectionString) { Database = "postgres" });
            return postgres = started;
        }
        finally
        {
            Starting.Release();
        }
    }

    private static async Task CreateTemplate(string connectionString)
    {
        await using var first = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await using var create = first.CreateCommand($"CREATE DATABASE {Template}");
        await create.ExecuteNonQueryAsync();
        var address = new NpgsqlConnectionStringBuilder(connectionString) { Database = Template, Pooling = false };
        await using var template = NpgsqlDataSource.Create(address);
        await Migrator.Run(template, NullLogger.Instance, CancellationToken.None);
    }
}
