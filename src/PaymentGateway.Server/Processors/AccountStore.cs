using System.Text.Json;
using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Processors;

/// <summary>
/// All SQL of accounts at processors; those of a merchant are kept for a few seconds, since every payment asks for them. What the
/// environment sets goes before what a merchant has set for the same processor and mode.
/// </summary>
internal sealed class AccountStore(Db db, SecretVault vault, EnvironmentAccounts environment, TimeProvider clock) : IProcessorAccounts
{
    private const int ReceiversMax = 100;

    private readonly RowCache<Tenant, IReadOnlyList<MerchantAccount>> cache = new(clock);

    public async ValueTask<ProcessorAccount?> Find(Tenant tenant, string connector) =>
        (await OfMerchant(tenant)).FirstOrDefault(account => account.Connector == connector)?.ForConnector;

    public async ValueTask<IReadOnlyList<string>> Enabled(Tenant tenant) =>
        [.. (await OfMerchant(tenant)).Where(account => account.Enabled).Select(account => account.Connector)];

    public async Task<IReadOnlyList<ProcessorAccount>> Receivers(string connector, string? accountId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Row.Columns}
            FROM processors.accounts a
            WHERE a.connector = @connector {(accountId is null ? "" : "AND a.id = @accountId")}
            ORDER BY a.id
            LIMIT {ReceiversMax}
            """, new { connector, accountId }, cancellationToken: cancel));
        return [.. environment.Of(connector, accountId)
            .Concat(rows.Select(Open).Where(account => environment.Of(account.Tenant).All(own => own.Connector != account.Connector)))
            .Select(account => account.ForConnector)];
    }

    /// <summary>After a commit: in this process the change holds at once, in others within five seconds.</summary>
    internal void Forget(Tenant tenant) => cache.Forget(tenant);

    /// <summary>As they are in the database now, in the merchant's order, for a decision to start from.</summary>
    internal async Task<IReadOnlyList<MerchantAccount>> Read(Tenant tenant)
    {
        await using var connection = await db.OpenForMerchant(tenant, CancellationToken.None);
        var rows = await connection.QueryAsync<Row>(
            $"""
            SELECT {Row.Columns}
            FROM processors.accounts a
            WHERE a.merchant_id = @MerchantId AND a.mode = @mode
            ORDER BY a.priority, a.id
            """, new { tenant.MerchantId, mode = tenant.Mode.ToSql() });
        var own = environment.Of(tenant).ToList();
        return [.. own.Concat(rows.Select(Open).Where(account => own.TrueForAll(one => one.Connector != account.Connector)))
            .OrderBy(account => account.Priority).ThenBy(account => account.Id, StringComparer.Ordinal)];
    }

    internal AccountRow Seal(MerchantAccount account) =>
        new(account, vault.Encrypt(PurposeOf(account.Tenant, account.Connector), JsonSerializer.Serialize(account.Fields)));

    private async ValueTask<IReadOnlyList<MerchantAccount>> OfMerchant(Tenant tenant) => (await cache.Find(tenant, async t => await Read(t)))!;

    private MerchantAccount Open(Row row)
    {
        var tenant = Tenant.FromStored(row.MerchantId, row.Mode);
        var fields = JsonSerializer.Deserialize<Dictionary<string, string>>(vault.Decrypt(PurposeOf(tenant, row.Connector), row.Sealed))!;
        return new(row.Id, tenant, row.Connector, row.Version, row.Enabled, row.Priority, fields, row.CreatedAt, row.UpdatedAt);
    }

    /// <summary>With the tenant in it, so that sealed keys do not open in another merchant's row.</summary>
    private static string PurposeOf(Tenant tenant, string connector) => $"processors.account/{tenant.MerchantId}/{tenant.Mode.ToSql()}/{connector}";

    internal static SealedColumn Sealed { get; } = new(
        "processors.accounts", ["id"], "sealed", ["merchant_id", "mode", "connector"], row => PurposeOf(Tenant.FromStored(row[0], row[1]), row[2]));

    private sealed record Row
    {
        public const string Columns =
            "a.id, a.merchant_id, a.mode, a.connector, a.version, a.enabled, a.priority, a.sealed, a.created_at, a.updated_at";

        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Connector { get; init; }
        public int Version { get; init; }
        public bool Enabled { get; init; }
        public int Priority { get; init; }
        public required string Sealed { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
    }
}
