using PaymentGateway.Ledger;

namespace PaymentGateway.Payments;

/// <summary>What must hold between payments and the book.</summary>
internal static class PaymentChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("Every capture is in the book with its amount, fee and tax, and nothing else is",
            """
            SELECT coalesce(k.id, b.business_key)
            FROM (SELECT id, amount, fee, tax FROM payments.captures WHERE state = 'captured') k
            FULL JOIN (
                SELECT t.business_key,
                       sum(e.amount) FILTER (WHERE e.amount > 0) AS amount,
                       coalesce(-sum(e.amount) FILTER (WHERE a.code = 'fee_income'), 0) AS fee,
                       coalesce(-sum(e.amount) FILTER (WHERE a.code = 'tax_payable'), 0) AS tax
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id AND e.layer = 'posted'
                JOIN ledger.accounts a ON a.id = e.account_id
                WHERE t.business_key LIKE 'capture:%'
                GROUP BY t.business_key) b ON b.business_key = 'capture:' || k.id
            WHERE (k.amount, k.fee, k.tax) IS DISTINCT FROM (b.amount, b.fee, b.tax) LIMIT 20
            """),
        new("What is held in the book is what payments hold",
            """
            SELECT coalesce(c.id, b.hold)
            FROM (SELECT c.id, c.hold_id, p.amount_authorized - p.amount_captured AS held
                  FROM payments.charges c
                  JOIN payments.payments p ON p.charge_id = c.id
                  WHERE c.hold_id IS NOT NULL) c
            FULL JOIN (
                SELECT substr(t.business_key, length('authorize:') + 1) AS hold, sum(e.amount) FILTER (WHERE e.amount > 0) AS held
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id
                WHERE t.phase = 'pending' AND t.business_key LIKE 'authorize:%' AND NOT EXISTS (
                    SELECT FROM ledger.transactions r
                    WHERE r.merchant_id = t.merchant_id AND r.mode = t.mode AND r.resolves_key = t.business_key)
                GROUP BY 1) b ON b.hold = c.hold_id
            WHERE c.held IS DISTINCT FROM b.held LIMIT 20
            """),
        new("A payment's captured amount is that of its captures, its charge has booked their fees, and its order is paid by it",
            """
            SELECT p.id
            FROM payments.payments p
            LEFT JOIN payments.charges c ON c.id = p.charge_id
            LEFT JOIN payments.orders o ON o.id = p.order_id
            LEFT JOIN LATERAL (
                SELECT sum(amount) AS amount, sum(fee) AS fee, sum(tax) AS tax
                FROM payments.captures WHERE payment_id = p.id AND state = 'captured') k ON true
            WHERE p.amount_captured <> coalesce(k.amount, 0)
               OR (coalesce(c.fee, 0), coalesce(c.tax, 0)) <> (coalesce(k.fee, 0), coalesce(k.tax, 0))
               OR (o.payer = 'payment' AND p.split_payment_id IS NULL AND (o.amount_paid <> p.amount_captured - p.amount_returned OR (o.state = 'paid') <> (p.state = 'succeeded'))) LIMIT 20
            """),
        new("What payments say went back to the customer's bank is what the book gave back",
            """
            SELECT coalesce(p.id, b.subject_id)
            FROM (SELECT id, amount_returned FROM payments.payments WHERE amount_returned > 0) p
            FULL JOIN (
                SELECT t.subject_id, sum(e.amount) FILTER (WHERE e.amount > 0) AS amount
                FROM ledger.transactions t
                JOIN ledger.entries e ON e.transaction_id = t.id
                WHERE t.business_key LIKE 'return:%'
                GROUP BY 1) b ON b.subject_id = p.id
            WHERE p.amount_returned IS DISTINCT FROM b.amount LIMIT 20
            """),
        new("Every payment that succeeded has told so once",
            """
            SELECT p.id
            FROM payments.payments p
            LEFT JOIN events.events e ON e.subject_id = p.id AND e.name = 'payment.success'
            WHERE p.state IN ('succeeded', 'returned')
            GROUP BY p.id
            HAVING count(e.id) <> 1 LIMIT 20
            """),
    ];
}
