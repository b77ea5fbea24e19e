using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>Reads mandates, their notices and what counts against them.</summary>
public sealed class MandateStore(Db db)
{
    /// <summary>Mandates whose processor is to be asked or told.</summary>
    internal static DueRows MandatesToCheck { get; } = new("mandates.mandates", "check_at", "d.check_at IS NOT NULL");

    internal static DueRows MandatesInTime { get; } =
        new("mandates.mandates", "ends_at", "d.state IN ('pending', 'active') AND d.ends_at IS NOT NULL");

    /// <summary>More notices than these are not looked at for one debit; those that are over are not among them.</summary>
    private const int NoticesMax = 100;

    public async Task<Mandate?> Find(Tenant tenant, string mandateId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<MandateRow>(new CommandDefinition(
            $"SELECT {MandateRow.Columns} FROM mandates.mandates m WHERE m.id = @mandateId AND m.merchant_id = @MerchantId AND m.mode = @mode",
            new { mandateId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToMandate();
    }

    internal async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<Mandate, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "m.id", "m.created_at")
            .And("m.state = ANY (@states)", query["status"] is { } status ? Words.StatesWith<MandateState>(status, Mandate.StatusOf) : null)
            .And("m.type = @type", query["type"])
            .And("m.customer_id = @customerId", query["customerId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<MandateRow>(new CommandDefinition(
            $"""
            SELECT {MandateRow.Columns}
            FROM mandates.mandates m
            WHERE m.merchant_id = @merchantId AND m.mode = @mode {where.Sql}
            ORDER BY m.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToMandate()));
    }

    internal async Task<ListView<TView>> ListNotices<TView>(
        Tenant tenant, string mandateId, ListQuery query, Func<Notice, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "n.id").And("n.mandate_id = @mandateId", mandateId);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<NoticeRow>(new CommandDefinition(
            $"""
            SELECT {NoticeRow.Columns}
            FROM mandates.notices n
            WHERE n.merchant_id = @merchantId AND n.mode = @mode {where.Sql}
            ORDER BY n.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToNotice()));
    }

    /// <summary>How many debits count in a period, and the notices that no debit uses and that are not over.</summary>
    internal async Task<(int Uses, IReadOnlyList<Notice> Notices)> UsesOf(
        Mandate mandate, DateOnly period, DateTimeOffset when, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(mandate.Tenant, cancel);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            SELECT coalesce(sum(p.uses), 0)::integer
            FROM mandates.periods p
            WHERE p.mandate_id = @Id AND p.period_start = @period AND p.merchant_id = @MerchantId AND p.mode = @mode;

            SELECT {NoticeRow.Columns}
            FROM mandates.notices n
            WHERE n.mandate_id = @Id AND n.merchant_id = @MerchantId AND n.mode = @mode AND n.charge_id IS NULL AND n.debit_until > @when
            ORDER BY n.id
            LIMIT @limit
            """,
            new { mandate.Id, mandate.Tenant.MerchantId, mode = mandate.Tenant.Mode.ToSql(), period, when, limit = NoticesMax },
            cancellationToken: cancel));
        var uses = await results.ReadSingleAsync<int>();
        return (uses, [.. (await results.ReadAsync<NoticeRow>()).Select(row => row.ToNotice())]);
    }

    /// <summary>Claims mandates whose processor is asked or told now. If this replica dies, another does it when the lease is over.</summary>
    internal async Task<IReadOnlyList<Mandate>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<MandateRow>(new CommandDefinition(
            $"""
            WITH due AS MATERIALIZED ({MandatesToCheck.SelectToClaim("id")})
            UPDATE mandates.mandates AS m
            SET claimed_until = @until
            FROM due
            WHERE m.id = due.id
            RETURNING {MandateRow.Columns}
            """, new { now, until = now + lease, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToMandate())];
    }

    /// <summary>Mandates whose end has passed.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> FindEnded(DateTimeOffset now, int limit, CancellationToken cancel) =>
        MandatesInTime.Find(db, now, limit, cancel);
}
