using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Identity;

/// <summary>All SQL of API keys.</summary>
internal sealed class ApiKeyStore(Db db)
{
    private const string Select =
        """
        SELECT id, secret_sha256, merchant_id, mode, version, created_at, expires_at, revoked_at
        FROM identity.api_keys
        """;

    private static readonly Column<ApiKey>[] columns =
    [
        RowWriter<ApiKey>.Column(k => k.Id),
        RowWriter<ApiKey>.Column(k => k.SecretSha256),
        RowWriter<ApiKey>.Column(k => k.Tenant.MerchantId),
        RowWriter<ApiKey>.Column(k => k.Tenant.Mode.ToSql()),
        RowWriter<ApiKey>.Column(k => k.Version),
        RowWriter<ApiKey>.Column(k => k.CreatedAt),
        RowWriter<ApiKey>.Column(k => k.ExpiresAt),
        RowWriter<ApiKey>.Column(k => k.RevokedAt),
    ];

    internal static readonly RowWriter<ApiKey> Update = RowWriter<ApiKey>.Guard("identity.api_keys_update", 20, k => k.Id,
        """
        UPDATE identity.api_keys AS k
        SET version = r.version, expires_at = r.expires_at, revoked_at = r.revoked_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            AS r (id, secret_sha256, merchant_id, mode, version, created_at, expires_at, revoked_at)
        WHERE k.id = r.id AND k.version = r.version - 1
        RETURNING k.id
        """, columns);

    internal static readonly RowWriter<ApiKey> Insert = RowWriter<ApiKey>.Append("identity.api_keys", 21, k => k.Id,
        """
        INSERT INTO identity.api_keys (id, secret_sha256, merchant_id, mode, version, created_at, expires_at, revoked_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """, columns);

    public Task<ApiKey?> FindById(string id) => FindOne($"{Select} WHERE id = @id", new { id });

    public Task<ApiKey?> FindBySecret(byte[] sha256) => FindOne($"{Select} WHERE secret_sha256 = @sha256", new { sha256 });

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> List(Tenant tenant, int most, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            {Select}
            WHERE merchant_id = @MerchantId AND mode = @mode
            ORDER BY created_at DESC, id
            LIMIT @most
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), most }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToKey())];
    }

    public async Task<IReadOnlyList<ApiKey>> ListLive(Tenant tenant, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            {Select}
            WHERE merchant_id = @MerchantId AND mode = @mode AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)
            ORDER BY created_at DESC, id
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), now }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToKey())];
    }

    private async Task<ApiKey?> FindOne(string sql, object parameters)
    {
        await using var connection = await db.OpenSystem(CancellationToken.None);
        return (await connection.QuerySingleOrDefaultAsync<Row>(sql, parameters))?.ToKey();
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required byte[] SecretSha256 { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public int Version { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public DateTimeOffset? RevokedAt { get; init; }

        public ApiKey ToKey() => new(Id, SecretSha256, Tenant.FromStored(MerchantId, Mode), Version, CreatedAt, ExpiresAt, RevokedAt);
    }
}
