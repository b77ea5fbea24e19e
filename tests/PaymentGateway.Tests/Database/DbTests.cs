using Dapper;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class DbTests
{
    private static readonly Tenant Fashion = new("MERCH_FH_001", Mode.Test);
    private static readonly Tenant FashionLive = new("MERCH_FH_001", Mode.Live);
    private static readonly Tenant Gadgets = new("MERCH_TG_002", Mode.Test);

    [Fact]
    public async Task A_merchant_sees_his_own_rows_of_one_mode_only()
    {
        await using var database = await WithNotes();
        Assert.Equal(["fashion test"], await Notes(database.Db, Fashion));
        Assert.Equal(["fashion live"], await Notes(database.Db, FashionLive));
        Assert.Equal(["gadgets test"], await Notes(database.Db, Gadgets));
        Assert.Empty(await Notes(database.Db, new Tenant("MERCH_BW_004", Mode.Test)));
    }

    [Fact]
    public async Task The_system_sees_every_row()
    {
        await using var database = await WithNotes();
        await using var connection = await database.Db.OpenSystem(default);
        Assert.Equal(3, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM shop.notes"));
    }

    [Fact]
    public async Task A_commits_connection_keeps_its_plans_and_reads_no_new_table_whole()
    {
        await using var database = await WithNotes();
        await using var connection = await database.Db.Commits.OpenConnectionAsync();
        await connection.ExecuteAsync("CREATE TABLE shop.new (id text PRIMARY KEY)");
        await using var prepare = new NpgsqlCommand("DELETE FROM shop.new USING unnest($1) AS r (id) WHERE shop.new.id = r.id", connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = ["a"] } },
        };
        await prepare.PrepareAsync();
        for (var i = 0; i < 10; i++)
        {
            await prepare.ExecuteNonQueryAsync();
        }

        var (generic, custom) = await connection.QuerySingleAsync<(long, long)>(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'DELETE%'");
        var plan = await connection.QueryAsync<string>("EXPLAIN DELETE FROM shop.new USING unnest(ARRAY['a']) AS r (id) WHERE shop.new.id = r.id");
        Assert.Equal((10, 0), (generic, custom));
        Assert.DoesNotContain("Seq Scan", string.Join('\n', plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("DISCARD ALL")]
    [InlineData("RESET ALL")]
    [InlineData("RESET ROLE")]
    [InlineData("SET SESSION AUTHORIZATION DEFAULT")]
    [InlineData("SET gateway.merchant_id = 'MERCH_TG_002'")]
    [InlineData("SET search_path = shop")]
    [InlineData("BEGIN")]
    [InlineData("BEGIN; SELECT 1 / 0")]
    [InlineData("BEGIN; SET LOCAL gateway.merchant_id = 'MERCH_TG_002'")]
    public async Task A_pooled_connection_never_shows_the_last_tenants_rows(string doneByTheLastUser)
    {
        await using var database = await WithNotes(connectionsMax: 1);
        int backend;
        await using (var connection = await database.Db.OpenForMerchant(Fashion, default))
        {
            backend = connection.ProcessID;
            await IgnoringErrors(connection, doneByTheLastUser);
        }

        await using var next = await database.Db.OpenForMerchant(Gadgets, default);
        Assert.Equal(backend, next.ProcessID);
        Assert.Equal(["gadgets test"], await next.QueryAsync<string>("SELECT text FROM shop.notes"));
        Assert.Equal("paymentgateway_merchant", await next.ExecuteScalarAsync<string>("SELECT current_user"));
    }

    [Fact]
    public async Task A_merchants_connection_that_was_never_told_its_tenant_sees_nothing()
    {
        await using var database = await WithNotes();
        await using var raw = NpgsqlDataSource.Create(PoolSettings.ForMerchants(database.ConnectionString));
        await using var connection = await raw.OpenConnectionAsync();
        Assert.Equal("paymentgateway_merchant", await connection.ExecuteScalarAsync<string>("SELECT current_user"));
        Assert.Empty(await connection.QueryAsync<string>("SELECT text FROM shop.notes"));
    }

    [Fact]
    public async Task Many_merchants_at_once_on_few_connections_each_see_their_own()
    {
        await using var database = await WithNotes(connectionsMax: 3);
        var expected = new Dictionary<Tenant, string>
        {
            [Fashion] = "fashion test",
            [FashionLive] = "fashion live",
            [Gadgets] = "gadgets test",
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, _) =>
        {
            var (tenant, text) = expected.ElementAt(i % expected.Count);
            Assert.Equal([text], await Notes(database.Db, tenant));
        });
    }

    [Theory]
    [InlineData("INSERT INTO shop.notes VALUES ('MERCH_FH_001', 'test', 'x')")]
    [InlineData("UPDATE shop.notes SET text = 'x'")]
    [InlineData("DELETE FROM shop.notes")]
    [InlineData("SELECT * FROM shop.notes FOR UPDATE")]
    [InlineData("TRUNCATE shop.notes")]
    [InlineData("CREATE TABLE shop.mine (id int)")]
    [InlineData("ALTER TABLE shop.notes DISABLE ROW LEVEL SECURITY")]
    [InlineData("SELECT gateway.protect('shop.notes')")]
    public async Task A_merchants_connection_cannot_write(string sql)
    {
        await using var database = await WithNotes();
        await using var connection = await database.Db.OpenForMerchant(Fashion, default);
        await connection.ExecuteAsync("SET default_transaction_read_only = off"); // the grants must hold alone
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task A_merchants_connection_is_read_only_besides()
    {
        await using var database = await WithNotes();
        await using var connection = await database.Db.OpenForMerchant(Fashion, default);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("DELETE FROM shop.notes"));
        Assert.Contains(refusal.SqlState, new[] { PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.InsufficientPrivilege });
        Assert.Equal("on", await connection.ExecuteScalarAsync<string>("SHOW transaction_read_only"));
    }

    [Fact]
    public async Task An_unprotected_table_cannot_be_read_by_a_merchant()
    {
        await using var database = await WithNotes();
        await using (var system = await database.Db.OpenSystem(default))
            await system.ExecuteAsync("CREATE TABLE shop.secrets (merchant_id text NOT NULL, mode text NOT NULL)");
        await using var connection = await database.Db.OpenForMerchant(Fashion, default);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("SELECT * FROM shop.secrets"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("merchant_id text NOT NULL")]
    [InlineData("merchant_id text, mode text NOT NULL")]
    [InlineData("merchant_id text NOT NULL, mode int NOT NULL")]
    public async Task A_table_without_both_tenant_columns_cannot_be_protected(string columns)
    {
        await using var database = await TestDatabase.Create();
        await using var system = await database.Db.OpenSystem(default);
        await system.ExecuteAsync($"CREATE TABLE public.wrong ({columns})");
        await Assert.ThrowsAsync<PostgresException>(() => system.ExecuteAsync("SELECT gateway.protect('public.wrong')"));
    }

    [Fact]
    public async Task A_tenant_has_a_merchant()
    {
        await using var database = await TestDatabase.Create();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await database.Db.OpenForMerchant(new Tenant("", Mode.Test), default));
    }

    [Fact]
    public async Task Columns_in_snake_case_and_times_map_onto_records()
    {
        await using var database = await TestDatabase.Create();
        await using var connection = await database.Db.OpenSystem(default);
        var when = new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.FromHours(5));
        var row = await connection.QuerySingleAsync<Row>(
            "SELECT 'x' AS merchant_id, @when AS created_at, NULL::timestamptz AS expired_at", new { when });
        Assert.Equal(new Row("x", when.ToUniversalTime(), null), row);
        Assert.Equal(TimeSpan.Zero, row.CreatedAt.Offset);
    }

    [Fact]
    public void Modes_have_their_names_in_sql()
    {
        Assert.Equal(("test", "live"), (Mode.Test.ToSql(), Mode.Live.ToSql()));
        Assert.Equal((Mode.Test, Mode.Live), ("test".ParseMode(), "live".ParseMode()));
        Assert.Throws<ArgumentOutOfRangeException>(() => "TEST".ParseMode());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Mode)7).ToSql());
    }

    private static async Task<TestDatabaseWithDb> WithNotes(int? connectionsMax = null)
    {
        var database = await TestDatabase.Create();
        await using (var system = await database.Db.OpenSystem(default))
            await system.ExecuteAsync("""
                CREATE SCHEMA shop;
                CREATE TABLE shop.notes (merchant_id text NOT NULL, mode text NOT NULL, text text NOT NULL);
                INSERT INTO shop.notes VALUES
                    ('MERCH_FH_001', 'test', 'fashion test'),
                    ('MERCH_FH_001', 'live', 'fashion live'),
                    ('MERCH_TG_002', 'test', 'gadgets test');
                SELECT gateway.protect('shop.notes');
                """);
        return new TestDatabaseWithDb(database, connectionsMax);
    }

    private static async Task<IEnumerable<string>> Notes(Db db, Tenant tenant)
    {
        await using var connection = await db.OpenForMerchant(tenant, default);
        return await connection.QueryAsync<string>("SELECT text FROM shop.notes");
    }

    private static async Task IgnoringErrors(NpgsqlConnection connection, string sql)
    {
        try
        {
            await connection.ExecuteAsync(sql);
        }
        catch (PostgresException)
        {
            // The point is the state in which the connection goes back.
        }
    }

    private sealed record Row(string MerchantId, DateTimeOffset CreatedAt, DateTimeOffset? ExpiredAt);

    // The same database behind pools of another size.
    private sealed class TestDatabaseWithDb(TestDatabase database, int? connectionsMax) : IAsyncDisposable
    {
        public string ConnectionString => database.ConnectionString;

        public Db Db { get; } = new(connectionsMax is null
            ? database.ConnectionString
            : $"{database.ConnectionString};Maximum Pool Size={connectionsMax}");

        public async ValueTask DisposeAsync()
        {
            await Db.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
