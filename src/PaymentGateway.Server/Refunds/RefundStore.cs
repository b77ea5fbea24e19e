using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>Reads refunds and their approvals.</summary>
public sealed class RefundStore(Db db)
{
    internal static DueRows RefundsToCheck { get; } = new("refunds.refunds", "check_at", "d.check_at IS NOT NULL");

    private const int SummariesMax = 100;

    public async Task<Refund?> Find(Tenant tenant, string refundId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<RefundRow>(new CommandDefinition(
            $"SELECT {RefundRow.Columns} FROM refunds.refunds r WHERE r.id = @refundId AND r.merchant_id = @MerchantId AND r.mode = @mode",
            new { refundId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToRefund();
    }

    /// <summary>The ids of what was given back of a payment, the oldest first.</summary>
    public async Task<IReadOnlyList<string>> DoneOf(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var ids = await connection.QueryAsync<string>(new CommandDefinition(
            """
            SELECT id FROM refunds.refunds
            WHERE payment_id = @paymentId AND merchant_id = @MerchantId AND mode = @mode AND state = 'succeeded'
            ORDER BY id
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return ids.AsList();
    }

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<Refund, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "r.id", "r.created_at")
            .And("r.state = ANY (@states)", query["status"] is { } status ? StateWords.StatesWith<RefundState>(status, Refund.StatusOf) : null)
            .And("r.payment_id = @paymentId", query["paymentId"])
            .And("r.charge_id = @chargeId", query["chargeId"])
            .And("r.order_id = @orderId", query["orderId"])
            .And("r.reason = @reason", query["reason"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<RefundRow>(new CommandDefinition(
            $"""
            SELECT {RefundRow.Columns}
            FROM refunds.refunds r
            WHERE r.merchant_id = @merchantId AND r.mode = @mode {where.Sql}
            ORDER BY r.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToRefund()));
    }

    /// <inheritdoc cref="FindRefundsOfPayment"/>
    internal async Task<IReadOnlyList<RefundSummary>> SummariesOf(Tenant tenant, string paymentId, CancellationToken cancel) =>
    [
        .. (await OfPayment(tenant, paymentId, cancel)).Select(refund => new RefundSummary(
            refund.Id, refund.Amount.ToMajor(), refund.Amount.Currency.Code, refund.Status, StateWords.Of(refund.Reason), refund.CreatedAt)),
    ];

    /// <summary>The refunds of a payment in whatever state, the newest first.</summary>
    public async Task<IReadOnlyList<Refund>> OfPayment(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<RefundRow>(new CommandDefinition(
            $"""
            SELECT {RefundRow.Columns}
            FROM refunds.refunds r
            WHERE r.payment_id = @paymentId AND r.merchant_id = @MerchantId AND r.mode = @mode
            ORDER BY r.id DESC
            LIMIT @limit
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql(), limit = SummariesMax }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToRefund())];
    }

    /// <summary>The shares of a refund of a split payment, in the order of its parts.</summary>
    public async Task<IReadOnlyList<Refund>> SharesOf(Tenant tenant, string splitRefundId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<RefundRow>(new CommandDefinition(
            $"""
            SELECT {RefundRow.Columns}
            FROM refunds.refunds r
            WHERE r.split_refund_id = @splitRefundId AND r.merchant_id = @MerchantId AND r.mode = @mode
            ORDER BY r.id
            """,
            new { splitRefundId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToRefund())];
    }

    /// <summary>The newest refund of a payment.</summary>
    internal async Task<Refund?> Latest(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QueryFirstOrDefaultAsync<RefundRow>(new CommandDefinition(
            $"""
            SELECT {RefundRow.Columns}
            FROM refunds.refunds r
            WHERE r.payment_id = @paymentId AND r.merchant_id = @MerchantId AND r.mode = @mode
            ORDER BY r.id DESC
            LIMIT 1
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToRefund();
    }

    /// <summary>Fee and tax, in minor units, that go back with the refunds of a payment.</summary>
    internal async Task<(long Fee, long Tax)> FeesReturned(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            """
            SELECT coalesce(sum(fee), 0)::bigint, coalesce(sum(tax), 0)::bigint
            FROM refunds.refunds
            WHERE payment_id = @paymentId AND merchant_id = @MerchantId AND mode = @mode AND state NOT IN ('failed', 'canceled')
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>Whose refund it is; for news that name only the refund.</summary>
    internal async Task<Tenant?> OwnerOf(string refundId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<(string MerchantId, string Mode)?>(new CommandDefinition(
            "SELECT merchant_id, mode FROM refunds.refunds WHERE id = @refundId", new { refundId }, cancellationToken: cancel));
        return row is var (merchantId, mode) ? Tenant.FromStored(merchantId, mode) : null;
    }

    /// <summary>
    /// Claims refunds whose processor should be asked now. A claim is a later <c>claimed_until</c>: if this replica dies, another asks then.
    /// </summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> Claim(
        DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel) =>
        RefundsToCheck.Claim(db, now, lease, limit, cancel);
}
