using System.Diagnostics;
using Dapper;

namespace PaymentGateway.Tests.Database;

public sealed class TestDatabaseTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_fresh_database_is_migrated_quickly_made_and_gone_afterwards()
    {
        await using (await TestDatabase.Create()) { } // the cluster's start does not count
        var watch = Stopwatch.StartNew();
        string name;
        await using (var database = await TestDatabase.Create())
        {
            output.WriteLine($"made in {watch.ElapsedMilliseconds} ms");
            name = database.Name;
            await using var connection = await database.Db.OpenSystem(default);
            Assert.True(await connection.ExecuteScalarAsync<bool>("SELECT count(*) >= 1 FROM gateway.migrations"));
        }

        await TestDatabase.DropWhatIsOver();
        output.WriteLine($"used and dropped after {watch.ElapsedMilliseconds} ms");
        await using var other = await TestDatabase.Create();
        await using var system = await other.Db.OpenSystem(default);
        Assert.False(await system.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = @name)", new { name }));
    }

    [Fact]
    public async Task Many_are_made_at_once()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TestDatabase.Create()));
        Assert.Equal(8, databases.Select(database => database.Name).Distinct().Count());
        foreach (var database in databases) await database.DisposeAsync();
    }
}
