using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class MigratorTests
{
    private static readonly Migration First = Migration.Parse("0001_first.sql", "CREATE TABLE public.first (id int)");
    private static readonly Migration Second = Migration.Parse("0002_second.sql", "CREATE TABLE public.second (id int)");

    [Fact]
    public async Task Files_are_applied_in_order_and_once()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await Run(database, First);
        await Run(database, First, Second);
        await Run(database, First, Second);
        Assert.Equal(["0001_first.sql", "0002_second.sql"], await Applied(database));
    }

    [Fact]
    public async Task Replicas_that_start_at_once_apply_each_file_once()
    {
        await using var database = await TestDatabase.CreateEmpty();
        var slow = Migration.Parse("0003_slow.sql", "CREATE TABLE public.third (id int); SELECT pg_sleep(0.2)");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Run(database, First, Second, slow))));
        Assert.Equal(["0001_first.sql", "0002_second.sql", "0003_slow.sql"], await Applied(database));
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_of_itself()
    {
        await using var database = await TestDatabase.CreateEmpty();
        var broken = Migration.Parse("0002_broken.sql", "CREATE TABLE public.half (id int); SELECT 1 / 0");
        var failure = await Assert.ThrowsAsync<StartupException>(() => Run(database, First, broken));
        Assert.Equal("Migration 0002_broken.sql failed: division by zero.", failure.Message);
        Assert.Equal(["0001_first.sql"], await Applied(database));
        await Run(database, First, Second);
        await using var connection = await database.Db.OpenSystem(default);
        Assert.Null(await connection.ExecuteScalarAsync<string>("SELECT to_regclass('public.half')::text"));
    }

    [Fact]
    public async Task A_file_changed_after_it_was_applied_is_named()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await Run(database, First, Second);
        var failure = await Assert.ThrowsAsync<StartupException>(() => Run(database, First, Second with { Sql = "SELECT 1" }));
        Assert.StartsWith("Migration 0002_second.sql was changed after it was applied", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_ends_do_not_change_a_file()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await Run(database, Migration.Parse("0001_first.sql", "CREATE TABLE public.first (\n    id int\n)"));
        await Run(database, Migration.Parse("0001_first.sql", "CREATE TABLE public.first (\r\n    id int\r\n)"));
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await Run(database, First, Second);
        var failure = await Assert.ThrowsAsync<StartupException>(() => Run(database, First));
        Assert.Equal(
            "The database has migration 0002_second.sql, which this program does not know: start a newer program.", failure.Message);
    }

    [Fact]
    public async Task A_database_of_other_files_is_refused()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await Run(database, First, Second);
        var other = Migration.Parse("0002_other.sql", Second.Sql);
        var failure = await Assert.ThrowsAsync<StartupException>(() => Run(database, First, other));
        Assert.Equal("The database has migration 0002_second.sql where this program has 0002_other.sql.", failure.Message);
    }

    [Theory]
    [InlineData("Migration number 0002 is missing: the next file is 0003_c.sql.", "0001_a.sql", "0003_c.sql")]
    [InlineData("Migration number 0001 is missing: the next file is 0002_b.sql.", "0002_b.sql")]
    [InlineData("Migrations 0002_b.sql and 0002_c.sql have the same number.", "0001_a.sql", "0002_c.sql", "0002_b.sql")]
    public void Numbers_have_no_gap_and_no_double(string sentence, params string[] names)
    {
        var failure = Assert.Throws<StartupException>(() => Migration.InOrder(names.Select(name => Migration.Parse(name, "SELECT 1"))));
        Assert.Equal(sentence, failure.Message);
    }

    [Theory]
    [InlineData("1_first.sql")]
    [InlineData("0001-first.sql")]
    [InlineData("0001_First.sql")]
    [InlineData("0001_first.sql.bak")]
    public void A_file_name_has_one_form(string name) => Assert.Throws<StartupException>(() => Migration.Parse(name, "SELECT 1"));

    [Fact]
    public void The_programs_own_files_are_in_order_and_say_why_in_their_first_line() =>
        Assert.All(Migration.BuiltIn(), file => Assert.StartsWith("-- ", file.Sql, StringComparison.Ordinal));

    private static Task Run(TestDatabase database, params Migration[] files) =>
        Migrator.Run(database.Db.System, files, NullLogger.Instance, CancellationToken.None);

    private static async Task<IEnumerable<string>> Applied(TestDatabase database)
    {
        await using var connection = await database.Db.OpenSystem(default);
        return await connection.QueryAsync<string>("SELECT name FROM gateway.migrations ORDER BY applied_at, number");
    }
}
