using Dapper;
using Npgsql;

namespace PaymentGateway.Database;

/// <summary>
/// The two ways into the database: as the owner of everything, and as one merchant in one mode. Commits have connections of their own.
/// Connections keep no state of their session between uses (see README): settings with <c>SET LOCAL</c>, locks with
/// <c>pg_advisory_xact_lock</c>; a listener takes its own connection with <c>Pooling=false</c>.
/// </summary>
public sealed class Db : IAsyncDisposable
{
    internal const string MerchantRole = "paymentgateway_merchant";

    // The role is set again at every opening, in the same round trip as the tenant: whatever the last user of the
    // connection did (RESET ROLE, DISCARD ALL), the next one starts behind the wall.
    private const string EnterTenant = $"""
        SELECT
            set_config('role', '{MerchantRole}', false),
            set_config('gateway.merchant_id', $1, false),
            set_config('gateway.mode', $2, false)
        """;

    private readonly NpgsqlDataSource merchants;
    private readonly EmbeddedPostgres? embedded;

    public Db(string connectionString) : this(connectionString, embedded: null) { }

    internal Db(string connectionString, EmbeddedPostgres? embedded)
    {
        DapperSettings.Apply();
        this.embedded = embedded;
        System = Pool("system", PoolSettings.ForSystem(connectionString));
        Commits = Pool("commits", PoolSettings.ForCommits(connectionString));
        merchants = Pool("merchants", PoolSettings.ForMerchants(connectionString));
    }

    /// <summary>The owner's pool: workers, migrations. Row-level security does not hold it back.</summary>
    public NpgsqlDataSource System { get; }

    /// <summary>The owner's pool for what writes rows by their keys.</summary>
    public NpgsqlDataSource Commits { get; }

    /// <summary>Asks the database for the least that it can answer.</summary>
    public async Task Ping(CancellationToken cancellation)
    {
        await using var command = System.CreateCommand("SELECT 1");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public ValueTask<NpgsqlConnection> OpenSystem(CancellationToken cancellation) => System.OpenConnectionAsync(cancellation);

    /// <summary>A connection that can only read, and only this merchant's rows of this mode.</summary>
    public async ValueTask<NpgsqlConnection> OpenForMerchant(Tenant tenant, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant.MerchantId);
        var connection = await merchants.OpenConnectionAsync(cancellation);
        try
        {
            await Enter(connection, tenant, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await merchants.DisposeAsync();
        await Commits.DisposeAsync();
        await System.DisposeAsync();
        if (embedded is not null) await embedded.DisposeAsync();
    }

    /// <summary>
    /// The name stands in the metrics, in place of the connection string. A pool would begin by asking for all types that the database has, which
    /// takes longer than all else when it opens; ours are PostgreSQL's own, and those the driver knows.
    /// </summary>
    private static NpgsqlDataSource Pool(string name, string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString) { Name = name }.ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();

    private static async Task Enter(NpgsqlConnection connection, Tenant tenant, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(EnterTenant, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.MerchantId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Mode.ToSql() });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
