using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>Reads credit lines and instalments.</summary>
public sealed class BnplStore(Db db)
{
    internal static DueRows NoticesInTime { get; } = new("methods.bnpl_installments", "next_notice_at", "d.next_notice_at IS NOT NULL");

    private const string Columns =
        """
        i.id, i.merchant_id, i.mode, i.charge_id, i.payment_id, i.order_id, i.customer_id, i.plan_id, i.number, i.amount, i.refunded, i.currency, i.due_date,
        i.state, i.next_notice_at, i.paid_at, i.reference, i.written_off_at, i.webhook_url, i.created_at, i.version
        """;

    /// <summary>The customer's line; one that was never used has the first limit.</summary>
    public async Task<CreditLine> LineOf(Tenant tenant, string customerId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<(string Currency, long Limit, long Used, bool HasDues)?>(new CommandDefinition(
            """
            SELECT l.currency, l.credit_limit, l.used, EXISTS (
                SELECT FROM methods.bnpl_installments i
                WHERE i.merchant_id = l.merchant_id AND i.mode = l.mode AND i.customer_id = l.customer_id AND i.state IN ('overdue', 'written_off'))
            FROM methods.credit_lines l
            WHERE l.merchant_id = @MerchantId AND l.mode = @mode AND l.customer_id = @customerId
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), customerId }, cancellationToken: cancel));
        var first = BnplDecisions.FirstLimit;
        return row is var (code, limit, used, hasDues)
            ? new(tenant, customerId, Money.FromMinor(limit, PaymentGateway.Currency.FromStored(code)), Money.FromMinor(used, PaymentGateway.Currency.FromStored(code)), hasDues)
            : new(tenant, customerId, first, Money.Zero(first.Currency), HasDues: false);
    }

    internal async Task<Installment?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<InstallmentRow>(new CommandDefinition(
            $"SELECT {Columns} FROM methods.bnpl_installments i WHERE i.id = @id AND i.merchant_id = @MerchantId AND i.mode = @mode",
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToInstallment();
    }

    internal async Task<ListView<InstallmentView>> List(Tenant tenant, ListQuery query, CancellationToken cancel)
    {
        var where = query.For(tenant, "i.id")
            .And("i.state = @status", query["status"])
            .And("i.customer_id = @customerId", query["customerId"])
            .And("i.payment_id = @paymentId", query["paymentId"])
            .And("i.due_date >= @dueFrom::date", DayOf(query.Time("dueFrom")))
            .And("i.due_date < @dueTo::date", DayOf(query.Time("dueTo")));
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<InstallmentRow>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM methods.bnpl_installments i
            WHERE i.merchant_id = @merchantId AND i.mode = @mode {where.Sql}
            ORDER BY i.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => InstallmentView.Of(row.ToInstallment()));
    }

    /// <summary>All instalments of an attempt, the last first; none when it is no loan.</summary>
    internal async Task<IReadOnlyList<Installment>> LoanOf(Tenant tenant, string chargeId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<InstallmentRow>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM methods.bnpl_installments i
            WHERE i.charge_id = @chargeId AND i.merchant_id = @MerchantId AND i.mode = @mode
            ORDER BY i.number DESC
            """,
            new { chargeId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToInstallment())];
    }

    /// <summary>What a refund took off the unpaid instalments, and what it left to be returned to the customer, in minor units.</summary>
    internal async Task<(long Freed, long Surplus)> PartsOf(Tenant tenant, string refundId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "SELECT freed, surplus FROM methods.bnpl_refunds WHERE refund_id = @refundId AND merchant_id = @MerchantId AND mode = @mode",
            new { refundId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>Those whose next notice is due in their merchant's time, of all merchants.</summary>
    internal async Task<IReadOnlyList<Installment>> DueForNotice(DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<InstallmentRow>(new CommandDefinition(
            $"SELECT {Columns} FROM methods.bnpl_installments i WHERE i.id IN (SELECT id FROM ({NoticesInTime.Select("id")}) AS due)",
            new { now, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToInstallment())];
    }

    private static DateTime? DayOf(DateTimeOffset? time) => time?.UtcDateTime.Date;

    private sealed record InstallmentRow
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string ChargeId { get; init; }
        public required string PaymentId { get; init; }
        public string? OrderId { get; init; }
        public required string CustomerId { get; init; }
        public required string PlanId { get; init; }
        public int Number { get; init; }
        public long Amount { get; init; }
        public long Refunded { get; init; }
        public required string Currency { get; init; }
        public DateOnly DueDate { get; init; }
        public required string State { get; init; }
        public DateTimeOffset? NextNoticeAt { get; init; }
        public DateTimeOffset? PaidAt { get; init; }
        public string? Reference { get; init; }
        public DateTimeOffset? WrittenOffAt { get; init; }
        public string? WebhookUrl { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public int Version { get; init; }

        public Installment ToInstallment() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            ChargeId = ChargeId,
            PaymentId = PaymentId,
            OrderId = OrderId,
            CustomerId = CustomerId,
            PlanId = PlanId,
            Number = Number,
            Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
            AmountRefunded = Money.FromMinor(Refunded, PaymentGateway.Currency.FromStored(Currency)),
            DueDate = DueDate,
            State = Enum.GetValues<InstallmentState>().First(state => InstallmentDecisions.WordOf(state) == State),
            NextNoticeAt = NextNoticeAt,
            PaidAt = PaidAt,
            Reference = Reference,
            WrittenOffAt = WrittenOffAt,
            WebhookUrl = WebhookUrl,
            CreatedAt = CreatedAt,
            Version = Version,
        };
    }
}
