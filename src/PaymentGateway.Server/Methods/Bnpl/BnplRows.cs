using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>What an attempt takes from a credit line or gives back.</summary>
/// <param name="Limit">Of the line, should it not be there yet.</param>
internal sealed record CreditMove(Tenant Tenant, string CustomerId, Money Amount, Money Limit, DateTimeOffset When)
{
    public string Key => $"{Tenant.MerchantId}/{Tenant.Mode.ToSql()}/{CustomerId}";
}

/// <summary>The customer's agreement, as it is kept.</summary>
internal sealed record Agreement(
    Tenant Tenant, string ChargeId, string PaymentId, string CustomerId, Money Amount, BnplDetails Details, string? ConsentAddress);

/// <summary>What a refund does to a loan.</summary>
/// <param name="Freed">Taken off the unpaid instalments.</param>
/// <param name="Surplus">What the customer had paid already: the lender returns it.</param>
internal sealed record LoanRefundParts(LoanRefund Refund, Money Freed, Money Surplus);

/// <summary>What was captured of an agreement now.</summary>
internal sealed record Financing(string ChargeId, Money Amount);

/// <summary>All SQL that writes credit lines, agreements and instalments.</summary>
internal static class BnplRows
{
    /// <summary>Opens the line with its first purchase. Conflicts when the line has not enough left: another attempt was first.</summary>
    internal static readonly RowWriter<CreditMove> Consume = RowWriter<CreditMove>.Guard("methods.credit_lines.consume", 51, m => m.Key,
        """
        INSERT INTO methods.credit_lines AS l (merchant_id, mode, customer_id, currency, credit_limit, used, created_at)
        SELECT merchant_id, mode, customer_id, currency, credit_limit, amount, created_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7) AS r (merchant_id, mode, customer_id, currency, credit_limit, amount, created_at)
        ON CONFLICT (merchant_id, mode, customer_id) DO UPDATE
        SET used = l.used + excluded.used
        WHERE l.currency = excluded.currency AND l.used + excluded.used <= l.credit_limit
        RETURNING merchant_id || '/' || mode || '/' || customer_id
        """,
        RowWriter<CreditMove>.Column(m => m.Tenant.MerchantId),
        RowWriter<CreditMove>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<CreditMove>.Column(m => m.CustomerId),
        RowWriter<CreditMove>.Column(m => m.Amount.Currency.Code),
        RowWriter<CreditMove>.Column(m => m.Limit.Minor),
        RowWriter<CreditMove>.Column(m => m.Amount.Minor),
        RowWriter<CreditMove>.Column(m => m.When));

    /// <summary>Summed first: an update takes one row of several for the same line.</summary>
    internal static readonly RowWriter<CreditMove> Release = RowWriter<CreditMove>.Append("methods.credit_lines.release", 52, m => m.Key,
        """
        UPDATE methods.credit_lines AS l
        SET used = l.used - r.amount, overdrawn = greatest(least(l.overdrawn, l.used - r.amount - l.credit_limit), 0)
        FROM (
            SELECT merchant_id, mode, customer_id, sum(amount)::bigint AS amount
            FROM unnest($1, $2, $3, $4) AS given (merchant_id, mode, customer_id, amount)
            GROUP BY merchant_id, mode, customer_id
        ) AS r
        WHERE l.merchant_id = r.merchant_id AND l.mode = r.mode AND l.customer_id = r.customer_id
        """,
        RowWriter<CreditMove>.Column(m => m.Tenant.MerchantId),
        RowWriter<CreditMove>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<CreditMove>.Column(m => m.CustomerId),
        RowWriter<CreditMove>.Column(m => m.Amount.Minor));

    /// <summary>A refund came back and is owed again, also by a customer who has bought something else meanwhile: the excess is named.</summary>
    internal static readonly RowWriter<CreditMove> TakeAgain = RowWriter<CreditMove>.Append("methods.credit_lines.take_again", 52, m => m.Key,
        """
        UPDATE methods.credit_lines AS l
        SET used = l.used + r.amount, overdrawn = greatest(l.used + r.amount - l.credit_limit, 0)
        FROM (
            SELECT merchant_id, mode, customer_id, sum(amount)::bigint AS amount
            FROM unnest($1, $2, $3, $4) AS taken (merchant_id, mode, customer_id, amount)
            GROUP BY merchant_id, mode, customer_id
        ) AS r
        WHERE l.merchant_id = r.merchant_id AND l.mode = r.mode AND l.customer_id = r.customer_id
        """,
        RowWriter<CreditMove>.Column(m => m.Tenant.MerchantId),
        RowWriter<CreditMove>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<CreditMove>.Column(m => m.CustomerId),
        RowWriter<CreditMove>.Column(m => m.Amount.Minor));

    internal static readonly RowWriter<LoanRefundParts> Refund = RowWriter<LoanRefundParts>.Guard(
        "methods.bnpl_refunds", 57, p => p.Refund.RefundId,
        """
        INSERT INTO methods.bnpl_refunds (refund_id, merchant_id, mode, charge_id, freed, surplus)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (refund_id) DO NOTHING
        RETURNING refund_id
        """,
        RowWriter<LoanRefundParts>.Column(p => p.Refund.RefundId),
        RowWriter<LoanRefundParts>.Column(p => p.Refund.Tenant.MerchantId),
        RowWriter<LoanRefundParts>.Column(p => p.Refund.Tenant.Mode.ToSql()),
        RowWriter<LoanRefundParts>.Column(p => p.Refund.ChargeId),
        RowWriter<LoanRefundParts>.Column(p => p.Freed.Minor),
        RowWriter<LoanRefundParts>.Column(p => p.Surplus.Minor));

    /// <summary>Once for each refund: it cannot come back twice.</summary>
    internal static readonly RowWriter<LoanRefundParts> ReturnRefund = RowWriter<LoanRefundParts>.Guard(
        "methods.bnpl_refunds.returned", 57, p => p.Refund.RefundId,
        """
        UPDATE methods.bnpl_refunds AS b
        SET came_back = true
        FROM unnest($1) AS r (refund_id)
        WHERE b.refund_id = r.refund_id AND NOT b.came_back
        RETURNING b.refund_id
        """,
        RowWriter<LoanRefundParts>.Column(p => p.Refund.RefundId));

    internal static readonly RowWriter<LoanRefundParts> ReduceLoan = Reduction("methods.bnpl_agreements.refund", "+");

    internal static readonly RowWriter<LoanRefundParts> RaiseLoan = Reduction("methods.bnpl_agreements.refund_returned", "-");

    internal static readonly RowWriter<Agreement> InsertAgreement = RowWriter<Agreement>.Append("methods.bnpl_agreements.insert", 53, a => a.ChargeId,
        """
        INSERT INTO methods.bnpl_agreements (charge_id, merchant_id, mode, payment_id, customer_id, plan_id, amount, currency, terms,
            consented_at, consent_address)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        RowWriter<Agreement>.Column(a => a.ChargeId),
        RowWriter<Agreement>.Column(a => a.Tenant.MerchantId),
        RowWriter<Agreement>.Column(a => a.Tenant.Mode.ToSql()),
        RowWriter<Agreement>.Column(a => a.PaymentId),
        RowWriter<Agreement>.Column(a => a.CustomerId),
        RowWriter<Agreement>.Column(a => a.Details.PlanId),
        RowWriter<Agreement>.Column(a => a.Amount.Minor),
        RowWriter<Agreement>.Column(a => a.Amount.Currency.Code),
        RowWriter<Agreement>.Column(a => JsonSerializer.Serialize(a.Details, Json.Options)),
        RowWriter<Agreement>.Column(a => a.Details.ConsentedAt),
        RowWriter<Agreement>.Column(a => a.ConsentAddress));

    internal static readonly RowWriter<Financing> Finance = RowWriter<Financing>.Append("methods.bnpl_agreements.finance", 54, f => f.ChargeId,
        """
        UPDATE methods.bnpl_agreements AS a
        SET financed = a.financed + r.amount
        FROM unnest($1, $2) AS r (charge_id, amount)
        WHERE a.charge_id = r.charge_id
        """,
        RowWriter<Financing>.Column(f => f.ChargeId),
        RowWriter<Financing>.Column(f => f.Amount.Minor));

    /// <summary>Numbers go on behind those of an earlier capture of the same charge.</summary>
    internal static readonly RowWriter<Installment> Insert = RowWriter<Installment>.Append("methods.bnpl_installments.insert", 55, i => i.Id,
        """
        INSERT INTO methods.bnpl_installments (id, merchant_id, mode, charge_id, payment_id, order_id, customer_id, plan_id, number,
            amount, currency, due_date, state, next_notice_at, webhook_url, created_at, version)
        SELECT r.id, r.merchant_id, r.mode, r.charge_id, r.payment_id, r.order_id, r.customer_id, r.plan_id,
            r.number + (SELECT coalesce(max(i.number), 0) FROM methods.bnpl_installments i WHERE i.charge_id = r.charge_id),
            r.amount, r.currency, r.due_date, 'due', r.next_notice_at, r.webhook_url, r.created_at, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS r
            (id, merchant_id, mode, charge_id, payment_id, order_id, customer_id, plan_id, number,
             amount, currency, due_date, next_notice_at, webhook_url, created_at)
        """,
        RowWriter<Installment>.Column(i => i.Id),
        RowWriter<Installment>.Column(i => i.Tenant.MerchantId),
        RowWriter<Installment>.Column(i => i.Tenant.Mode.ToSql()),
        RowWriter<Installment>.Column(i => i.ChargeId),
        RowWriter<Installment>.Column(i => i.PaymentId),
        RowWriter<Installment>.Column(i => i.OrderId),
        RowWriter<Installment>.Column(i => i.CustomerId),
        RowWriter<Installment>.Column(i => i.PlanId),
        RowWriter<Installment>.Column(i => i.Number),
        RowWriter<Installment>.Column(i => i.Amount.Minor),
        RowWriter<Installment>.Column(i => i.Amount.Currency.Code),
        RowWriter<Installment>.Column(i => i.DueDate),
        RowWriter<Installment>.Column(i => i.NextNoticeAt),
        RowWriter<Installment>.Column(i => i.WebhookUrl),
        RowWriter<Installment>.Column(i => i.CreatedAt));

    /// <summary>
    /// Before the credit line: what was decided on an instalment that has changed since frees credit that is free already, and must be heard as
    /// a conflict and not as a broken rule of the line.
    /// </summary>
    internal static readonly RowWriter<Installment> Update = RowWriter<Installment>.Guard("methods.bnpl_installments", 50, i => i.Id,
        """
        UPDATE methods.bnpl_installments AS i
        SET state = r.state, next_notice_at = r.next_notice_at, paid_at = r.paid_at, reference = r.reference,
            written_off_at = r.written_off_at, refunded = r.refunded, version = i.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS r (id, version, state, next_notice_at, paid_at, reference, written_off_at, refunded)
        WHERE i.id = r.id AND i.version = r.version
        RETURNING i.id
        """,
        RowWriter<Installment>.Column(i => i.Id),
        RowWriter<Installment>.Column(i => i.Version),
        RowWriter<Installment>.Column(i => InstallmentDecisions.WordOf(i.State)),
        RowWriter<Installment>.Column(i => i.NextNoticeAt),
        RowWriter<Installment>.Column(i => i.PaidAt),
        RowWriter<Installment>.Column(i => i.Reference),
        RowWriter<Installment>.Column(i => i.WrittenOffAt),
        RowWriter<Installment>.Column(i => i.AmountRefunded.Minor));

    private static RowWriter<LoanRefundParts> Reduction(string name, string sign) => RowWriter<LoanRefundParts>.Append(
        name, 54, p => p.Refund.ChargeId,
        $"""
        UPDATE methods.bnpl_agreements AS a
        SET refunded = a.refunded {sign} r.amount, surplus = a.surplus {sign} r.surplus
        FROM (
            SELECT charge_id, sum(freed + surplus)::bigint AS amount, sum(surplus)::bigint AS surplus
            FROM unnest($1, $2, $3) AS parts (charge_id, freed, surplus)
            GROUP BY charge_id
        ) AS r
        WHERE a.charge_id = r.charge_id
        """,
        RowWriter<LoanRefundParts>.Column(p => p.Refund.ChargeId),
        RowWriter<LoanRefundParts>.Column(p => p.Freed.Minor),
        RowWriter<LoanRefundParts>.Column(p => p.Surplus.Minor));
}
