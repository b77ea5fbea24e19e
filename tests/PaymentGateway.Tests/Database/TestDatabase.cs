using System.Collections.Concurrent;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

/// <summary>A fresh database with the product's schema, for one test or one test class.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>
    /// Dropping a database makes PostgreSQL write out the pages of all others first, so they are dropped many at a time. What is left goes with the
    /// cluster.
    /// </summary>
    private const int DroppedAtOnce = 64;

    private static readonly ConcurrentQueue<string> over = new();
    private static readonly SemaphoreSlim dropping = new(1);
    private static int made;

    private TestDatabase(string name, string connectionString)
    {
        Name = name;
        ConnectionString = connectionString;
        Db = new Db(connectionString);
    }

    public string Name { get; }
    public string ConnectionString { get; }
    public Db Db { get; }

    /// <param name="settings">Added to the connection string.</param>
    public static Task<TestDatabase> Create(string settings = "") => Create(TestCluster.Template, settings);

    /// <summary>A database that no migration has touched.</summary>
    public static Task<TestDatabase> CreateEmpty() => Create("template1", "");

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        over.Enqueue(Name);
        if (over.Count >= DroppedAtOnce)
        {
            await DropWhatIsOver();
        }
    }

    /// <summary>Drops those whose tests have ended.</summary>
    internal static async Task DropWhatIsOver()
    {
        await dropping.WaitAsync();
        try
        {
            for (var left = over.Count; left > 0 && over.TryDequeue(out var name); left--)
            {
                await TestCluster.Execute($"DROP DATABASE {name} WITH (FORCE)");
            }
        }
        finally
        {
            dropping.Release();
        }
    }

    private static async Task<TestDatabase> Create(string template, string settings)
    {
        var name = $"test_{Interlocked.Increment(ref made)}";
        var connectionString = await TestCluster.ConnectionString(name);
        // The files are in memory or in the cache, and nothing is flushed: to copy them is half the work of writing each page to the log.
        await TestCluster.Execute($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        return new TestDatabase(name, $"{connectionString};{settings}");
    }
}
