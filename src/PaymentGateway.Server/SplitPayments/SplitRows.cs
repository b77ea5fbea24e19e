using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.SplitPayments;

/// <summary>A new split payment, held by the request that made it until <paramref name="ClaimedUntil"/>, in real time.</summary>
internal sealed record NewSplit(SplitPayment Split, DateTimeOffset ClaimedUntil);

/// <summary>A part that moved: its whole is due.</summary>
internal sealed record MovedPart(string SplitPaymentId, DateTimeOffset When);

/// <summary>All SQL that writes split payments. They are written after their order and before their parts.</summary>
internal static class SplitRows
{
    internal static readonly RowWriter<NewSplit> Insert = RowWriter<NewSplit>.Guard("splits.split_payments.insert", 24, s => s.Split.Id,
        """
        INSERT INTO splits.split_payments
            (id, merchant_id, mode, order_id, amount, currency, state, behaviour, created_at, due_at, claimed_until, version)
        SELECT *, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<NewSplit>.Column(s => s.Split.Id),
        RowWriter<NewSplit>.Column(s => s.Split.Tenant.MerchantId),
        RowWriter<NewSplit>.Column(s => s.Split.Tenant.Mode.ToSql()),
        RowWriter<NewSplit>.Column(s => s.Split.OrderId),
        RowWriter<NewSplit>.Column(s => s.Split.Amount.Minor),
        RowWriter<NewSplit>.Column(s => s.Split.Amount.Currency.Code),
        RowWriter<NewSplit>.Column(s => StateWords.Of(s.Split.State)),
        RowWriter<NewSplit>.Column(s => s.Split.Behaviour),
        RowWriter<NewSplit>.Column(s => s.Split.CreatedAt),
        RowWriter<NewSplit>.Column(s => s.Split.DueAt),
        RowWriter<NewSplit>.Column(s => s.ClaimedUntil));

    /// <summary>A move of the whole. Who drives it keeps it.</summary>
    internal static readonly RowWriter<SplitPayment> Update = RowWriter<SplitPayment>.Guard("splits.split_payments", 25, s => s.Id,
        """
        UPDATE splits.split_payments AS s
        SET state = r.state, failure_code = r.failure_code, failure_reason = r.failure_reason, failed_payment_id = r.failed_payment_id,
            cancel_reason = r.cancel_reason, due_at = r.due_at, checks = r.checks, finished_at = r.finished_at, held_at = r.held_at,
            version = s.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS r
            (id, version, state, failure_code, failure_reason, failed_payment_id, cancel_reason, due_at, checks, finished_at, held_at)
        WHERE s.id = r.id AND s.version = r.version
        RETURNING s.id
        """,
        RowWriter<SplitPayment>.Column(s => s.Id),
        RowWriter<SplitPayment>.Column(s => s.Version),
        RowWriter<SplitPayment>.Column(s => StateWords.Of(s.State)),
        RowWriter<SplitPayment>.Column(s => s.FailureCode),
        RowWriter<SplitPayment>.Column(s => s.FailureReason),
        RowWriter<SplitPayment>.Column(s => s.FailedPaymentId),
        RowWriter<SplitPayment>.Column(s => s.CancelReason),
        RowWriter<SplitPayment>.Column(s => s.DueAt),
        RowWriter<SplitPayment>.Column(s => s.Checks),
        RowWriter<SplitPayment>.Column(s => s.FinishedAt),
        RowWriter<SplitPayment>.Column(s => s.HeldAt));

    /// <summary>Nothing can be done now: whoever drives it lets it go until it is due.</summary>
    internal static readonly RowWriter<SplitPayment> Rest = RowWriter<SplitPayment>.Guard("splits.split_payments.rest", 26, s => s.Id,
        """
        UPDATE splits.split_payments AS s
        SET due_at = r.due_at, checks = r.checks, claimed_until = NULL, version = s.version + 1
        FROM unnest($1, $2, $3, $4) AS r (id, version, due_at, checks)
        WHERE s.id = r.id AND s.version = r.version
        RETURNING s.id
        """,
        RowWriter<SplitPayment>.Column(s => s.Id),
        RowWriter<SplitPayment>.Column(s => s.Version),
        RowWriter<SplitPayment>.Column(s => s.DueAt),
        RowWriter<SplitPayment>.Column(s => s.Checks));

    /// <summary>
    /// Not guarded: parts move when they move. The version says to whoever decided on the parts as they were that they are not so any more.
    /// </summary>
    internal static readonly RowWriter<MovedPart> PartMoved = RowWriter<MovedPart>.Append(
        "splits.split_payments.part_moved", 27, m => m.SplitPaymentId,
        """
        UPDATE splits.split_payments AS s
        SET due_at = least(s.due_at, r.at), version = s.version + 1
        FROM (SELECT id, min(at) AS at FROM unnest($1, $2) AS m (id, at) GROUP BY id) AS r
        WHERE s.id = r.id
        """,
        RowWriter<MovedPart>.Column(m => m.SplitPaymentId),
        RowWriter<MovedPart>.Column(m => m.When));

    /// <summary>Before the refunds that are its shares.</summary>
    internal static readonly RowWriter<SplitRefund> InsertRefund = RowWriter<SplitRefund>.Append("splits.split_refunds", 44, r => r.Id,
        """
        INSERT INTO splits.split_refunds (id, merchant_id, mode, split_payment_id, amount, currency, strategy, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        RowWriter<SplitRefund>.Column(r => r.Id),
        RowWriter<SplitRefund>.Column(r => r.Tenant.MerchantId),
        RowWriter<SplitRefund>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<SplitRefund>.Column(r => r.SplitPaymentId),
        RowWriter<SplitRefund>.Column(r => r.Amount.Minor),
        RowWriter<SplitRefund>.Column(r => r.Amount.Currency.Code),
        RowWriter<SplitRefund>.Column(r => StateWords.Of(r.Strategy)),
        RowWriter<SplitRefund>.Column(r => r.CreatedAt));

    /// <inheritdoc cref="Payments.PartMoved"/>
    public static void WritePartMoved(Change change, Payment part, DateTimeOffset when) =>
        change.Write(PartMoved, new MovedPart(part.SplitPaymentId!, when));
}
