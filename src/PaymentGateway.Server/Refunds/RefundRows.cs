using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>A decision with the refund that it is about.</summary>
internal sealed record ApprovalOf(Refund Refund, Approval Approval);

/// <summary>All SQL that writes refunds: set-based, guarded by version.</summary>
internal static class RefundRows
{
    internal static readonly RowWriter<Refund> Insert = RowWriter<Refund>.Guard("refunds.refunds.insert", 45, r => r.Id,
        """
        INSERT INTO refunds.refunds (id, merchant_id, mode, payment_id, charge_id, order_id, connector, amount, currency, fee, tax, state,
            reason, description, metadata, webhook_url, requested_by, approvals_required, second_factor_required, behaviour, refund_days,
            created_at, called_at, check_at, expected_at, split_refund_id, checks, version)
        SELECT *, 0, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<Refund>.Column(r => r.Id),
        RowWriter<Refund>.Column(r => r.Tenant.MerchantId),
        RowWriter<Refund>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<Refund>.Column(r => r.PaymentId),
        RowWriter<Refund>.Column(r => r.ChargeId),
        RowWriter<Refund>.Column(r => r.OrderId),
        RowWriter<Refund>.Column(r => r.Connector),
        RowWriter<Refund>.Column(r => r.Amount.Minor),
        RowWriter<Refund>.Column(r => r.Amount.Currency.Code),
        RowWriter<Refund>.Column(r => r.Fee.Minor),
        RowWriter<Refund>.Column(r => r.Tax.Minor),
        RowWriter<Refund>.Column(r => StateWords.Of(r.State)),
        RowWriter<Refund>.Column(r => StateWords.Of(r.Reason)),
        RowWriter<Refund>.Column(r => r.Description),
        RowWriter<Refund>.Column(r => r.Metadata),
        RowWriter<Refund>.Column(r => r.WebhookUrl),
        RowWriter<Refund>.Column(r => r.RequestedBy),
        RowWriter<Refund>.Column(r => (short)r.ApprovalsRequired),
        RowWriter<Refund>.Column(r => r.SecondFactorRequired),
        RowWriter<Refund>.Column(r => r.Behaviour),
        RowWriter<Refund>.Column(r => (short)r.Days),
        RowWriter<Refund>.Column(r => r.CreatedAt),
        RowWriter<Refund>.Column(r => r.CalledAt),
        RowWriter<Refund>.Column(r => r.CheckAt),
        RowWriter<Refund>.Column(r => r.ExpectedAt),
        RowWriter<Refund>.Column(r => r.SplitRefundId));

    internal static readonly RowWriter<Refund> Update = RowWriter<Refund>.Guard("refunds.refunds", 46, r => r.Id,
        """
        UPDATE refunds.refunds AS f
        SET state = r.state, reference = r.reference, trace_number = r.trace_number, failure_code = r.failure_code,
            failure_reason = r.failure_reason, processor_code = r.processor_code, cancel_reason = r.cancel_reason, called_at = r.called_at,
            check_at = r.check_at, claimed_until = NULL, checks = r.checks, expected_at = r.expected_at,
            processed_at = r.processed_at, version = f.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS r
            (id, version, state, reference, trace_number, failure_code, failure_reason, processor_code, cancel_reason, called_at,
             check_at, checks, expected_at, processed_at)
        WHERE f.id = r.id AND f.version = r.version
        RETURNING f.id
        """,
        RowWriter<Refund>.Column(r => r.Id),
        RowWriter<Refund>.Column(r => r.Version),
        RowWriter<Refund>.Column(r => StateWords.Of(r.State)),
        RowWriter<Refund>.Column(r => r.Reference),
        RowWriter<Refund>.Column(r => r.TraceNumber),
        RowWriter<Refund>.Column(r => r.FailureCode),
        RowWriter<Refund>.Column(r => r.FailureReason),
        RowWriter<Refund>.Column(r => r.ProcessorCode),
        RowWriter<Refund>.Column(r => r.CancelReason),
        RowWriter<Refund>.Column(r => r.CalledAt),
        RowWriter<Refund>.Column(r => r.CheckAt),
        RowWriter<Refund>.Column(r => r.Checks),
        RowWriter<Refund>.Column(r => r.ExpectedAt),
        RowWriter<Refund>.Column(r => r.ProcessedAt));

    /// <summary>Conflicts when the approver has decided already.</summary>
    internal static readonly RowWriter<ApprovalOf> InsertApproval = RowWriter<ApprovalOf>.Guard(
        "refunds.approvals", 47, a => $"{a.Refund.Id}/{a.Approval.Approver}",
        """
        INSERT INTO refunds.approvals (refund_id, merchant_id, mode, approver, requested_by, decision, reason, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (refund_id, approver) DO NOTHING
        RETURNING refund_id || '/' || approver
        """,
        RowWriter<ApprovalOf>.Column(a => a.Refund.Id),
        RowWriter<ApprovalOf>.Column(a => a.Refund.Tenant.MerchantId),
        RowWriter<ApprovalOf>.Column(a => a.Refund.Tenant.Mode.ToSql()),
        RowWriter<ApprovalOf>.Column(a => a.Approval.Approver),
        RowWriter<ApprovalOf>.Column(a => a.Refund.RequestedBy),
        RowWriter<ApprovalOf>.Column(a => a.Approval.IsApproved ? "approved" : "rejected"),
        RowWriter<ApprovalOf>.Column(a => a.Approval.Reason),
        RowWriter<ApprovalOf>.Column(a => a.Approval.CreatedAt));
}
