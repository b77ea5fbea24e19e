using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.WorkItems;

/// <summary>Reads work items.</summary>
public sealed class WorkItemStore(Db db)
{
    internal static DueRows ItemsToActOn { get; } = new("work_items.items", "act_at", "d.act_at IS NOT NULL");

    public async Task<WorkItem?> Find(Tenant tenant, string itemId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<WorkItemRow>(new CommandDefinition(
            $"SELECT {WorkItemRow.Columns} FROM work_items.items i WHERE i.id = @itemId AND i.merchant_id = @MerchantId AND i.mode = @mode",
            new { itemId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToItem();
    }

    /// <summary>Whether this contradiction has its item already.</summary>
    internal async Task<bool> IsKnown(Tenant tenant, string newsKey, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM work_items.items WHERE news_key = @newsKey AND merchant_id = @MerchantId AND mode = @mode)",
            new { newsKey, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<WorkItem, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "i.id", "i.created_at")
            .And("i.state = @status", query["status"])
            .And("i.kind = @kind", query["kind"])
            .And("i.order_id = @orderId", query["orderId"])
            .And("i.payment_id = @paymentId", query["paymentId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<WorkItemRow>(new CommandDefinition(
            $"""
            SELECT {WorkItemRow.Columns}
            FROM work_items.items i
            WHERE i.merchant_id = @merchantId AND i.mode = @mode {where.Sql}
            ORDER BY i.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToItem()));
    }

    /// <summary>
    /// Claims items whose action is to be carried out. If this replica dies, another takes them when the lease is over.
    /// </summary>
    internal async Task<IReadOnlyList<WorkItem>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<WorkItemRow>(new CommandDefinition(
            $"""
            WITH due AS MATERIALIZED ({ItemsToActOn.SelectToClaim("id")})
            UPDATE work_items.items AS i
            SET claimed_until = @until
            FROM due
            WHERE i.id = due.id
            RETURNING {WorkItemRow.Columns}
            """, new { now, until = now + lease, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToItem())];
    }
}
