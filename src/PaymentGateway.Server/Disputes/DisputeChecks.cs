using PaymentGateway.Ledger;

namespace PaymentGateway.Disputes;

/// <summary>What must hold between disputes, payments and the book.</summary>
internal static class DisputeChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("What is disputed of payments and charges is what their disputes took",
            """
            SELECT p.id
            FROM payments.payments p
            LEFT JOIN (SELECT payment_id, sum(amount_taken) AS amount FROM disputes.disputes GROUP BY payment_id) d ON d.payment_id = p.id
            LEFT JOIN (SELECT payment_id, sum(amount_disputed) AS amount FROM payments.charges GROUP BY payment_id) c ON c.payment_id = p.id
            WHERE p.amount_disputed <> coalesce(d.amount, 0) OR p.amount_disputed <> coalesce(c.amount, 0) LIMIT 20
            """),
        new("Every dispute that is open or lost has its amount in the book, and no other has",
            """
            SELECT coalesce(d.id, b.subject_id)
            FROM (SELECT id, amount_taken,
                         CASE WHEN state IN ('needs_response', 'submitting', 'accepting', 'under_review', 'lost', 'accepted')
                              THEN amount ELSE 0 END AS amount
                  FROM disputes.disputes) d
            FULL JOIN (
                SELECT t.subject_id,
                       -coalesce(sum(e.amount) FILTER (WHERE a.code LIKE 'processor_receivable:%'), 0) AS amount,
                       coalesce(sum(e.amount) FILTER (WHERE a.code = 'merchant_payable'), 0) AS taken
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id AND e.layer = 'posted'
                JOIN ledger.accounts a ON a.id = e.account_id
                WHERE t.business_key LIKE 'dispute:%' OR t.business_key LIKE 'dispute\_return:%' OR t.business_key LIKE 'dispute\_cover:%'
                GROUP BY 1) b ON b.subject_id = d.id
            WHERE d.id IS NULL OR (d.amount, d.amount_taken) IS DISTINCT FROM (coalesce(b.amount, 0), coalesce(b.taken, 0)) LIMIT 20
            """),
        new("Every dispute's fee is in the book as the dispute has it",
            """
            SELECT coalesce(d.id, b.subject_id)
            FROM disputes.disputes d
            FULL JOIN (
                SELECT t.subject_id, sum(e.amount) AS fee
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id AND e.layer = 'posted'
                JOIN ledger.accounts a ON a.id = e.account_id AND a.code = 'merchant_payable'
                WHERE t.business_key LIKE 'dispute\_fee:%' OR t.business_key LIKE 'dispute\_fee\_return:%'
                GROUP BY 1) b ON b.subject_id = d.id
            WHERE d.id IS NULL OR d.fee <> coalesce(b.fee, 0) LIMIT 20
            """),
        new("Every dispute was told of once when it was opened, and when it was closed",
            """
            SELECT d.id
            FROM disputes.disputes d
            LEFT JOIN (
                SELECT subject_id, count(*) FILTER (WHERE name = 'dispute.opened') AS opened, count(*) FILTER (WHERE name = 'dispute.closed') AS closed
                FROM events.events WHERE name IN ('dispute.opened', 'dispute.closed') GROUP BY 1) e ON e.subject_id = d.id
            WHERE coalesce(e.opened, 0) <> 1 OR (d.closed_at IS NOT NULL AND e.closed = 0) LIMIT 20
            """),
    ];
}
