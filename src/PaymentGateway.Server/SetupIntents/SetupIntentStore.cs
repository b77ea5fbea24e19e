using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.SetupIntents;

/// <summary>Reads set-ups.</summary>
public sealed class SetupIntentStore(Db db)
{
    /// <summary>Those whose next step is due.</summary>
    internal static DueRows SetupsToCheck { get; } = new("setup_intents.setup_intents", "check_at", "d.check_at IS NOT NULL");

    public async Task<SetupIntent?> Find(Tenant tenant, string setupIntentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<SetupIntentRow>(new CommandDefinition(
            $"""
            SELECT {SetupIntentRow.Columns}
            FROM setup_intents.setup_intents s
            WHERE s.id = @setupIntentId AND s.merchant_id = @MerchantId AND s.mode = @mode
            """,
            new { setupIntentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToSetup();
    }

    internal async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<SetupIntent, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "s.id", "s.created_at")
            .And("s.state = @state", query["status"])
            .And("s.customer_id = @customerId", query["customerId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<SetupIntentRow>(new CommandDefinition(
            $"""
            SELECT {SetupIntentRow.Columns}
            FROM setup_intents.setup_intents s
            WHERE s.merchant_id = @merchantId AND s.mode = @mode {where.Sql}
            ORDER BY s.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToSetup()));
    }

    /// <summary>Claims set-ups whose next step is due. If this replica dies, another takes them once the claim is over.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel) =>
        SetupsToCheck.Claim(db, now, lease, limit, cancel);
}
