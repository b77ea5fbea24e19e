using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

/// <summary>A split payment with its parts and its order.</summary>
internal sealed record WholeSplit(SplitPayment Split, IReadOnlyList<Payment> Parts, Order Order)
{
    public Purpose Purpose => Order.Purpose;
}

/// <summary>Reads split payments.</summary>
internal sealed class SplitStore(Db db, PaymentStore payments, RefundStore refunds)
{
    internal static DueRows SplitsInTime { get; } = new("splits.split_payments", "due_at", "d.due_at IS NOT NULL");

    private const int RefundsMax = 100;

    public async Task<SplitPayment?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<SplitRow>(new CommandDefinition(
            $"SELECT {SplitRow.Columns} FROM splits.split_payments s WHERE s.id = @id AND s.merchant_id = @MerchantId AND s.mode = @mode",
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToSplit();
    }

    /// <summary>
    /// The whole is read before its parts: one that moves meanwhile leaves its mark on the version of the whole, so nothing can be
    /// decided on parts that were older than it.
    /// </summary>
    public async Task<WholeSplit?> FindWhole(Tenant tenant, string id, CancellationToken cancel)
    {
        if (await Find(tenant, id, cancel) is not { } split)
        {
            return null;
        }

        var (order, _) = await payments.FindOrder(tenant, split.OrderId, cancel);
        return new(split, await payments.PartsOf(tenant, id, cancel), order!);
    }

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<SplitPayment, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "s.id", "s.created_at")
            .And("s.state = ANY (@states)", query["status"] is { } status ? StateWords.StatesWith<SplitState>(status, SplitPayment.StatusOf) : null)
            .And("s.order_id = @orderId", query["orderId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<SplitRow>(new CommandDefinition(
            $"""
            SELECT {SplitRow.Columns}
            FROM splits.split_payments s
            WHERE s.merchant_id = @merchantId AND s.mode = @mode {where.Sql}
            ORDER BY s.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToSplit()));
    }

    /// <inheritdoc cref="FindSplitPayment"/>
    public async Task<SplitPaymentSummary?> SummaryOf(Tenant tenant, string id, CancellationToken cancel) =>
        await Find(tenant, id, cancel) is { } split
            ? new(split.Id, split.Status, [.. (await payments.PartsOf(tenant, id, cancel)).Select(part => part.Id)])
            : null;

    /// <summary>How often it was tried to pay an order in parts.</summary>
    public async Task<int> CountOf(Tenant tenant, string orderId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleAsync<int>(new CommandDefinition(
            "SELECT count(*)::integer FROM splits.split_payments WHERE order_id = @orderId AND merchant_id = @MerchantId AND mode = @mode",
            new { orderId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>Claims split payments whose parts should be looked at now. If this replica dies, another looks when the lease is over.</summary>
    public Task<IReadOnlyList<(Tenant Tenant, string Id)>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel) =>
        SplitsInTime.Claim(db, now, lease, limit, cancel);

    /// <summary>A refund that was spread over the parts, with its shares.</summary>
    public async Task<SplitRefund?> FindRefund(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<SplitRefundRow>(new CommandDefinition(
            $"""
            SELECT {SplitRefundRow.Columns}
            FROM splits.split_refunds f
            WHERE f.id = @id AND f.merchant_id = @MerchantId AND f.mode = @mode
            """,
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row is null ? null : row.ToRefund(await refunds.SharesOf(tenant, id, cancel));
    }

    /// <summary>The refunds that were spread over the parts, the newest first.</summary>
    public async Task<IReadOnlyList<SplitRefund>> RefundsOf(Tenant tenant, string splitPaymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<SplitRefundRow>(new CommandDefinition(
            $"""
            SELECT {SplitRefundRow.Columns}
            FROM splits.split_refunds f
            WHERE f.split_payment_id = @splitPaymentId AND f.merchant_id = @MerchantId AND f.mode = @mode
            ORDER BY f.id DESC
            LIMIT @limit
            """,
            new { splitPaymentId, tenant.MerchantId, mode = tenant.Mode.ToSql(), limit = RefundsMax }, cancellationToken: cancel));
        var found = new List<SplitRefund>();
        foreach (var row in rows)
        {
            found.Add(row.ToRefund(await refunds.SharesOf(tenant, row.Id, cancel)));
        }

        return found;
    }
}

/// <summary>A row of <c>splits.split_refunds</c>.</summary>
internal sealed record SplitRefundRow
{
    internal const string Columns = "f.id, f.merchant_id, f.mode, f.split_payment_id, f.amount, f.currency, f.strategy, f.created_at";

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string SplitPaymentId { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public required string Strategy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    public SplitRefund ToRefund(IReadOnlyList<Refund> shares) => new()
    {
        Id = Id,
        Tenant = Tenant.FromStored(MerchantId, Mode),
        SplitPaymentId = SplitPaymentId,
        Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
        Strategy = StateWords.Parse<SpreadStrategy>(Strategy),
        CreatedAt = CreatedAt,
        Shares = shares,
    };
}
