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
        WHERE r.merchant_id = @merchantId AND r.mode = @mode
        """;

    public static readonly string[] Filters = ["actor", "action", "objectType", "objectId", "requestId", "createdFrom", "createdTo"];

    public async Task<StoredAuditRow?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<StoredAuditRow>(new CommandDefinition(
            $"{SelectRows} AND r.id = @id", new { id, merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>One row more than the page, newest first.</summary>
    public Task<IReadOnlyList<StoredAuditRow>> List(Tenant tenant, ListQuery query, CancellationToken cancel) =>
        Read(tenant, Filtered(query.For(tenant, "r.id"), query), "r.id DESC", cancel);

    /// <summary>The next rows after one of an export, oldest first.</summary>
    public Task<IReadOnlyList<StoredAuditRow>> After(Tenant tenant, ListQuery query, string? after, int most, CancellationToken cancel)
    {
        var where = Filtered(new Conditions(tenant).And("r.id > @after", after), query);
        where.Parameters.Add("limit", most);
        return Read(tenant, where, "r.id", cancel);
    }

    /// <summary>
    /// Audit rows go by the real time, as their ids do: the bounds of the ids are those of the times, and keep a search for one week out of
    /// all other months.
    /// </summary>
    private static Conditions Filtered(Conditions where, ListQuery query) => where
        .And("r.actor = @actor", query["actor"])
        .And("r.action = @action", query["action"])
        .And("r.object_type = @objectType", query["objectType"])
        .And("r.object_id = @objectId", query["objectId"])
        .And("r.request_id = @requestId", query["requestId"])
        .And("r.created_at >= @from AND r.id >= audit.first_id(@from)", query.Time("createdFrom"))
        .And("r.created_at < @to AND r.id < audit.first_id(@to + interval '1 millisecond')", query.Time("createdTo"));

    private async Task<IReadOnlyList<StoredAuditRow>> Read(Tenant tenant, Conditions where, string order, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<StoredAuditRow>(new CommandDefinition(
            $"{SelectRows} {where.Sql} ORDER BY {order} LIMIT @limit", where.Parameters, cancellationToken: cancel));
        return rows.AsList();
    }
}
