using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

/// <summary>Roles belong to the whole cluster, so these tests have one of their own, and empty it before each.</summary>
public sealed class MerchantRoleTests(MerchantRoleTests.OwnCluster cluster) : IClassFixture<MerchantRoleTests.OwnCluster>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        foreach (var database in await cluster.Query("SELECT datname FROM pg_database WHERE datname LIKE 'role_%'"))
            await cluster.Execute($"DROP DATABASE {database} WITH (FORCE)");
        await cluster.Execute("DROP ROLE IF EXISTS limited, paymentgateway_merchant");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Databases_of_one_cluster_may_migrate_at_once()
    {
        string[] names = ["role_a", "role_b", "role_c", "role_d", "role_e"];
        foreach (var name in names) await cluster.Execute($"CREATE DATABASE {name}");
        await Task.WhenAll(names.Select(name => Task.Run(async () =>
        {
            await using var db = cluster.Connect(name);
            await Migrate(db);
            await CanServeMerchants(db);
        })));
    }

    [Fact]
    public async Task A_user_who_may_not_create_roles_is_told_what_an_administrator_must_do()
    {
        await using var db = await AsLimitedUser("NOCREATEROLE");
        var failure = await Assert.ThrowsAsync<StartupException>(() => Migrate(db));
        Assert.Contains(
            "CREATE ROLE paymentgateway_merchant NOLOGIN; GRANT paymentgateway_merchant TO limited;",
            failure.Message,
            StringComparison.Ordinal);

        await cluster.Execute("CREATE ROLE paymentgateway_merchant NOLOGIN");
        failure = await Assert.ThrowsAsync<StartupException>(() => Migrate(db));
        Assert.Contains("GRANT paymentgateway_merchant TO limited;", failure.Message, StringComparison.Ordinal);

        await cluster.Execute("GRANT paymentgateway_merchant TO limited");
        await Migrate(db);
        await CanServeMerchants(db);
    }

    [Fact]
    public async Task A_user_who_may_create_roles_needs_no_administrator()
    {
        await using var db = await AsLimitedUser("CREATEROLE");
        await Migrate(db);
        await CanServeMerchants(db);
    }

    [Theory]
    [InlineData("BYPASSRLS")]
    [InlineData("SUPERUSER")]
    [InlineData("LOGIN")]
    public async Task A_role_that_could_pass_the_wall_is_refused(string attribute)
    {
        await cluster.Execute($"CREATE ROLE paymentgateway_merchant {attribute}");
        await cluster.Execute("CREATE DATABASE role_a");
        await using var db = cluster.Connect("role_a");
        var failure = await Assert.ThrowsAsync<StartupException>(() => Migrate(db));
        Assert.Contains("must be NOLOGIN, NOSUPERUSER and NOBYPASSRLS", failure.Message, StringComparison.Ordinal);
    }

    private async Task<Db> AsLimitedUser(string attribute)
    {
        await cluster.Execute($"CREATE ROLE limited LOGIN PASSWORD 'limited' {attribute}");
        await cluster.Execute("CREATE DATABASE role_a OWNER limited");
        return cluster.Connect("role_a", "limited");
    }

    private static Task Migrate(Db db) => Migrator.Run(db.System, NullLogger.Instance, CancellationToken.None);

    private static async Task CanServeMerchants(Db db)
    {
        await using var merchant = await db.OpenForMerchant(new Tenant("MERCH_FH_001", Mode.Test), default);
        Assert.Equal("paymentgateway_merchant", await merchant.ExecuteScalarAsync<string>("SELECT current_user"));
    }

    public sealed class OwnCluster : IAsyncLifetime
    {
        private readonly string folder = TestFolder.Create();
        private EmbeddedPostgres? postgres;

        public async ValueTask InitializeAsync() => postgres = await EmbeddedPostgres.Start(
            folder, TestFolder.PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await postgres!.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        internal Db Connect(string database, string? user = null)
        {
            var address = new NpgsqlConnectionStringBuilder(postgres!.ConnectionString) { Database = database };
            if (user is not null) (address.Username, address.Password) = (user, user);
            return new Db(address.ConnectionString);
        }

        internal async Task<IReadOnlyList<string>> Query(string sql)
        {
            await using var connection = new NpgsqlConnection($"{postgres!.ConnectionString};Pooling=false");
            return (await connection.QueryAsync<string>(sql)).AsList();
        }

        internal async Task Execute(string sql)
        {
            await using var connection = new NpgsqlConnection($"{postgres!.ConnectionString};Pooling=false");
            await connection.ExecuteAsync(sql);
        }
    }
}
