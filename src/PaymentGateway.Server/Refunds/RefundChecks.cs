using PaymentGateway.Ledger;

namespace PaymentGateway.Refunds;

/// <summary>What must hold between refunds, payments and the book.</summary>
internal static class RefundChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("What payments, charges and orders gave back is the sum of their refunds",
            """
            SELECT p.id
            FROM payments.payments p
            LEFT JOIN payments.orders o ON o.id = p.order_id AND o.payer = 'payment' AND p.split_payment_id IS NULL
            LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM refunds.refunds
                       WHERE state NOT IN ('failed', 'canceled') GROUP BY payment_id) r ON r.payment_id = p.id
            LEFT JOIN (SELECT payment_id, sum(amount_refunded) AS amount FROM payments.charges GROUP BY payment_id) c ON c.payment_id = p.id
            WHERE p.amount_refunded <> coalesce(r.amount, 0) OR p.amount_refunded <> coalesce(c.amount, 0)
               OR p.amount_refunded <> coalesce(o.amount_refunded, p.amount_refunded) LIMIT 20
            """),
        new("What is reserved in the book is what running refunds reserve",
            """
            SELECT coalesce(r.id, b.subject_id)
            FROM (SELECT id, amount FROM refunds.refunds WHERE state IN ('requires_approval', 'submitted', 'pending', 'canceling')) r
            FULL JOIN (
                SELECT t.subject_id, sum(e.amount) FILTER (WHERE e.amount > 0) AS amount
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id
                WHERE t.phase = 'pending' AND t.business_key LIKE 'refund_pending:%' AND NOT EXISTS (
                    SELECT FROM ledger.transactions v
                    WHERE v.merchant_id = t.merchant_id AND v.mode = t.mode AND v.resolves_key = t.business_key)
                GROUP BY 1) b ON b.subject_id = r.id
            WHERE r.amount IS DISTINCT FROM b.amount LIMIT 20
            """),
        new("Every refund that was done took its amount off the processor's debt, and one that came back put it there again",
            """
            SELECT coalesce(r.id, b.subject_id)
            FROM (SELECT id, CASE WHEN state = 'succeeded' THEN amount ELSE 0 END AS amount, fee, tax, state FROM refunds.refunds) r
            FULL JOIN (
                SELECT t.subject_id,
                       -coalesce(sum(e.amount) FILTER (WHERE a.code LIKE 'processor_receivable:%'), 0) AS amount,
                       coalesce(sum(e.amount) FILTER (WHERE a.code = 'fee_income'), 0) AS fee,
                       coalesce(sum(e.amount) FILTER (WHERE a.code = 'tax_payable'), 0) AS tax
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id AND e.layer = 'posted'
                JOIN ledger.accounts a ON a.id = e.account_id
                WHERE t.business_key LIKE 'refund:%' OR t.business_key LIKE 'refund_reversal:%'
                GROUP BY 1) b ON b.subject_id = r.id
            WHERE r.id IS NULL OR r.amount <> coalesce(b.amount, 0)
               OR (r.state = 'succeeded' AND (r.fee, r.tax) IS DISTINCT FROM (b.fee::bigint, b.tax::bigint)) LIMIT 20
            """),
    ];
}
