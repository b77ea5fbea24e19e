using PaymentGateway.Ledger;

namespace PaymentGateway.Payments;

/// <summary>What must hold between payments and the book.</summary>
internal static class PaymentChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("Every captured charge is in the book with its amount, and nothing else is",
            """
            SELECT coalesce(c.id, b.business_key)
            FROM (SELECT id, amount FROM payments.charges WHERE state = 'captured') c
            FULL JOIN (
                SELECT t.business_key, sum(e.amount) FILTER (WHERE e.amount > 0) AS amount
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id AND e.layer = 'posted'
                WHERE t.business_key LIKE 'capture:%'
                GROUP BY t.business_key) b ON b.business_key = 'capture:' || c.id
            WHERE c.amount IS DISTINCT FROM b.amount LIMIT 20
            """),
        new("What is held in the book is what authorized charges hold",
            """
            SELECT coalesce(c.id, b.subject)
            FROM (SELECT id, amount FROM payments.charges WHERE state = 'authorized' OR (state IN ('capturing', 'voiding') AND EXISTS (
                      SELECT FROM ledger.transactions WHERE business_key = 'authorize:' || charges.id))) c
            FULL JOIN (
                SELECT substr(t.business_key, length('authorize:') + 1) AS subject, sum(e.amount) FILTER (WHERE e.amount > 0) AS amount
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id
                WHERE t.phase = 'pending' AND t.business_key LIKE 'authorize:%' AND NOT EXISTS (
                    SELECT FROM ledger.transactions r
                    WHERE r.merchant_id = t.merchant_id AND r.mode = t.mode AND r.resolves_key = t.business_key)
                GROUP BY 1) b ON b.subject = c.id
            WHERE c.amount IS DISTINCT FROM b.amount LIMIT 20
            """),
        new("A payment's captured amount is that of its captured charge, and its order is paid by it",
            """
            SELECT p.id
            FROM payments.payments p
            LEFT JOIN payments.charges c ON c.payment_id = p.id AND c.state = 'captured'
            LEFT JOIN payments.orders o ON o.id = p.order_id
            WHERE p.amount_captured <> coalesce(c.amount, 0)
               OR (o.id IS NOT NULL AND (o.amount_paid <> p.amount_captured OR (o.state = 'paid') <> (p.state = 'succeeded'))) LIMIT 20
            """),
        new("Every payment that succeeded has told so once",
            """
            SELECT p.id
            FROM payments.payments p
            LEFT JOIN events.events e ON e.subject_id = p.id AND e.name = 'payment.success'
            WHERE p.state = 'succeeded'
            GROUP BY p.id
            HAVING count(e.id) <> 1 LIMIT 20
            """),
    ];
}
