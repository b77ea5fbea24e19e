using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>An uploaded file with the dispute that it is evidence of.</summary>
internal sealed record EvidenceFileOf(Dispute Dispute, EvidenceFile File, byte[] Content);

/// <summary>All SQL that writes disputes: set-based, guarded by version.</summary>
internal static class DisputeRows
{
    /// <summary>Conflicts when the processor's dispute is known already: two of its messages met.</summary>
    internal static readonly RowWriter<Dispute> Insert = RowWriter<Dispute>.Guard("disputes.disputes.insert", 47, d => d.Id,
        """
        INSERT INTO disputes.disputes (id, merchant_id, mode, payment_id, charge_id, order_id, connector, reference, revision, state, amount, currency,
            amount_taken, fee, bookings, reason, network_reason_code, contradiction, evidence_due_by, webhook_url,
            created_at, closed_at, check_at, remind_at,
            evidence, requests, checks, version)
        SELECT *, '{}', 0, 0, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<Dispute>.Column(d => d.Id),
        RowWriter<Dispute>.Column(d => d.Tenant.MerchantId),
        RowWriter<Dispute>.Column(d => d.Tenant.Mode.ToSql()),
        RowWriter<Dispute>.Column(d => d.PaymentId),
        RowWriter<Dispute>.Column(d => d.ChargeId),
        RowWriter<Dispute>.Column(d => d.OrderId),
        RowWriter<Dispute>.Column(d => d.Connector),
        RowWriter<Dispute>.Column(d => d.Reference),
        RowWriter<Dispute>.Column(d => d.Revision),
        RowWriter<Dispute>.Column(d => StateWords.Of(d.State)),
        RowWriter<Dispute>.Column(d => d.Amount.Minor),
        RowWriter<Dispute>.Column(d => d.Amount.Currency.Code),
        RowWriter<Dispute>.Column(d => d.Taken.Minor),
        RowWriter<Dispute>.Column(d => d.Fee.Minor),
        RowWriter<Dispute>.Column(d => d.Bookings),
        RowWriter<Dispute>.Column(d => StateWords.Of(d.Reason)),
        RowWriter<Dispute>.Column(d => d.NetworkReasonCode),
        RowWriter<Dispute>.Column(d => WordOf(d.Contradiction)),
        RowWriter<Dispute>.Column(d => d.EvidenceDueBy),
        RowWriter<Dispute>.Column(d => d.WebhookUrl),
        RowWriter<Dispute>.Column(d => d.CreatedAt),
        RowWriter<Dispute>.Column(d => d.ClosedAt),
        RowWriter<Dispute>.Column(d => d.CheckAt),
        RowWriter<Dispute>.Column(d => d.RemindAt));

    internal static readonly RowWriter<Dispute> Update = RowWriter<Dispute>.Guard("disputes.disputes", 48, d => d.Id,
        """
        UPDATE disputes.disputes AS d
        SET revision = r.revision, state = r.state, amount = r.amount, currency = r.currency, amount_taken = r.amount_taken, fee =
            r.fee, bookings = r.bookings, reason = r.reason, network_reason_code = r.network_reason_code, contradiction
            = r.contradiction, evidence_due_by = r.evidence_due_by, evidence = r.evidence, requests = r.requests,
            submitted_at = r.submitted_at, declined_reason = r.declined_reason, declined_code = r.declined_code,
            closed_at = r.closed_at, called_at = r.called_at, check_at = r.check_at, checks = r.checks, remind_at =
            r.remind_at,
            claimed_until = NULL, version = d.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) AS r
            (id, version, revision, state, amount, currency, amount_taken, fee, bookings, reason, network_reason_code,
             contradiction, evidence_due_by, evidence, requests, submitted_at, declined_reason, declined_code,
             closed_at, called_at, check_at, checks, remind_at)
        WHERE d.id = r.id AND d.version = r.version
        RETURNING d.id
        """,
        RowWriter<Dispute>.Column(d => d.Id),
        RowWriter<Dispute>.Column(d => d.Version),
        RowWriter<Dispute>.Column(d => d.Revision),
        RowWriter<Dispute>.Column(d => StateWords.Of(d.State)),
        RowWriter<Dispute>.Column(d => d.Amount.Minor),
        RowWriter<Dispute>.Column(d => d.Amount.Currency.Code),
        RowWriter<Dispute>.Column(d => d.Taken.Minor),
        RowWriter<Dispute>.Column(d => d.Fee.Minor),
        RowWriter<Dispute>.Column(d => d.Bookings),
        RowWriter<Dispute>.Column(d => StateWords.Of(d.Reason)),
        RowWriter<Dispute>.Column(d => d.NetworkReasonCode),
        RowWriter<Dispute>.Column(d => WordOf(d.Contradiction)),
        RowWriter<Dispute>.Column(d => d.EvidenceDueBy),
        RowWriter<Dispute>.Column(d => JsonSerializer.Serialize(d.Evidence)),
        RowWriter<Dispute>.Column(d => d.Requests),
        RowWriter<Dispute>.Column(d => d.SubmittedAt),
        RowWriter<Dispute>.Column(d => d.DeclinedReason),
        RowWriter<Dispute>.Column(d => d.DeclinedCode),
        RowWriter<Dispute>.Column(d => d.ClosedAt),
        RowWriter<Dispute>.Column(d => d.CalledAt),
        RowWriter<Dispute>.Column(d => d.CheckAt),
        RowWriter<Dispute>.Column(d => d.Checks),
        RowWriter<Dispute>.Column(d => d.RemindAt));

    /// <summary>Not guarded: the dispute's version stands for its files, and one file per position is the wall behind it.</summary>
    internal static readonly RowWriter<EvidenceFileOf> InsertFile = RowWriter<EvidenceFileOf>.Append("disputes.evidence_files", 49, f => f.File.Id,
        """
        INSERT INTO disputes.evidence_files (id, dispute_id, merchant_id, mode, position, purpose, name, content_type, size, sha256, content, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        RowWriter<EvidenceFileOf>.Column(f => f.File.Id),
        RowWriter<EvidenceFileOf>.Column(f => f.Dispute.Id),
        RowWriter<EvidenceFileOf>.Column(f => f.Dispute.Tenant.MerchantId),
        RowWriter<EvidenceFileOf>.Column(f => f.Dispute.Tenant.Mode.ToSql()),
        RowWriter<EvidenceFileOf>.Column(f => (short)f.File.Position),
        RowWriter<EvidenceFileOf>.Column(f => StateWords.Of(f.File.Purpose)),
        RowWriter<EvidenceFileOf>.Column(f => f.File.Name),
        RowWriter<EvidenceFileOf>.Column(f => f.File.ContentType),
        RowWriter<EvidenceFileOf>.Column(f => f.File.Size),
        RowWriter<EvidenceFileOf>.Column(f => Convert.FromHexString(f.File.Sha256)),
        RowWriter<EvidenceFileOf>.Column(f => f.Content),
        RowWriter<EvidenceFileOf>.Column(f => f.File.CreatedAt));

    private static string? WordOf(DisputeContradiction? contradiction) => contradiction is { } known ? StateWords.Of(known) : null;
}
