using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Audit;

/// <summary>Reads the audit rows of one merchant, with their links.</summary>
internal sealed class AuditStore(Db db)
{
    private const string SelectRows =
        """
        SELECT r.id, r.merchant_id, r.mode, r.created_at, r.actor, r.address, r.action, r.object_type, r.object_id, r.before, r.after,
               r.request_id, l.sequence, l.previous_hash, l.hash
        FROM audit.rows AS r
        LEFT JOIN LATERAL (
            SELECT sequence, previous_hash, hash
            FROM audit.links
            WHERE merchant_id = r.merchant_id AND mode = r.mode AND row_id = r.id
            LIMIT 1
        ) AS l ON true
        WHERE r.merchant_id = @MerchantId AND r.mode = @mode
        """;

    /// <summary>The bounds of the ids are those of the times: they keep a search for one week out of all other months.</summary>
    private const string Filtered =
        $"""
        {SelectRows}
          AND (@actor::text IS NULL OR r.actor = @actor)
          AND (@action::text IS NULL OR r.action = @action)
          AND (@objectType::text IS NULL OR r.object_type = @objectType)
          AND (@objectId::text IS NULL OR r.object_id = @objectId)
          AND (@requestId::text IS NULL OR r.request_id = @requestId)
          AND (@from::timestamptz IS NULL OR (r.created_at >= @from AND r.id >= audit.first_id(@from)))
          AND (@to::timestamptz IS NULL OR (r.created_at < @to AND r.id < audit.first_id(@to::timestamptz + interval '1 millisecond')))
        """;

    public static readonly string[] Filters = ["actor", "action", "objectType", "objectId", "requestId", "createdFrom", "createdTo"];

    public async Task<StoredAuditRow?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<StoredAuditRow>(new CommandDefinition(
            $"{SelectRows} AND r.id = @id", new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>One row more than the page, newest first.</summary>
    public Task<IReadOnlyList<StoredAuditRow>> List(Tenant tenant, ListQuery query, CancellationToken cancel) => Read(
        tenant, query, query.Before, query.Limit + 1,
        $"{Filtered} AND (@mark::text IS NULL OR r.id < @mark) ORDER BY r.id DESC LIMIT @limit", cancel);

    /// <summary>The next rows after one of an export, oldest first.</summary>
    public Task<IReadOnlyList<StoredAuditRow>> After(Tenant tenant, ListQuery query, string? after, int most, CancellationToken cancel) => Read(
        tenant, query, after, most, $"{Filtered} AND (@mark::text IS NULL OR r.id > @mark) ORDER BY r.id LIMIT @limit", cancel);

    private async Task<IReadOnlyList<StoredAuditRow>> Read(
        Tenant tenant, ListQuery query, string? mark, int limit, string sql, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<StoredAuditRow>(new CommandDefinition(
            sql,
            new
            {
                tenant.MerchantId,
                mode = tenant.Mode.ToSql(),
                mark,
                actor = query["actor"],
                action = query["action"],
                objectType = query["objectType"],
                objectId = query["objectId"],
                requestId = query["requestId"],
                from = query.Time("createdFrom"),
                to = query.Time("createdTo"),
                limit,
            },
            cancellationToken: cancel));
        return rows.AsList();
    }
}
