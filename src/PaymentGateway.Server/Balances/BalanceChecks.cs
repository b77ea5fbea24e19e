using PaymentGateway.Ledger;

namespace PaymentGateway.Balances;

/// <summary>What must hold between balances, the book and the payments made from them.</summary>
internal static class BalanceChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("A customer's balance is what the book says, in all and held",
            """
            SELECT coalesce(b.customer_id, l.code)
            FROM balances.balances b
            FULL JOIN (SELECT * FROM ledger.balances WHERE code LIKE 'customer_balance:%') l
                   ON l.merchant_id = b.merchant_id AND l.mode = b.mode AND l.currency = b.currency AND l.code = 'customer_balance:' || b.customer_id
            WHERE (coalesce(b.amount, 0), coalesce(b.held, 0)) IS DISTINCT FROM (-coalesce(l.posted, 0)::bigint, coalesce(l.pending_debit, 0)::bigint) LIMIT 20
            """),
        new("A customer's balance is the sum of its transactions, and what is held of it the sum of its holds",
            """
            SELECT b.customer_id
            FROM balances.balances b
            LEFT JOIN (SELECT merchant_id, mode, customer_id, currency,
                              sum(CASE WHEN type IN ('credit', 'refund') THEN amount ELSE -amount END) AS amount
                       FROM balances.transactions GROUP BY 1, 2, 3, 4) t USING (merchant_id, mode, customer_id, currency)
            LEFT JOIN (SELECT merchant_id, mode, customer_id, currency, sum(amount - captured) AS held
                       FROM balances.holds WHERE state = 'held' GROUP BY 1, 2, 3, 4) h USING (merchant_id, mode, customer_id, currency)
            WHERE (b.amount, b.held) IS DISTINCT FROM (coalesce(t.amount, 0)::bigint, coalesce(h.held, 0)::bigint) LIMIT 20
            """),
        new("What was paid from balances and given back to them is what payments say",
            """
            SELECT c.id
            FROM payments.charges c
            LEFT JOIN balances.holds h ON h.id = c.id
            LEFT JOIN (SELECT charge_id, sum(amount) AS captured FROM payments.captures WHERE state = 'captured' GROUP BY charge_id) p ON p.charge_id = c.id
            LEFT JOIN (SELECT charge_id, sum(amount) FILTER (WHERE state = 'succeeded') AS refunded, bool_or(check_at IS NOT NULL) AS is_under_way
                       FROM refunds.refunds GROUP BY charge_id) r ON r.charge_id = c.id
            WHERE c.connector = 'account' AND c.check_at IS NULL AND r.is_under_way IS NOT TRUE
              AND (coalesce(p.captured, 0), coalesce(r.refunded, 0)) IS DISTINCT FROM (coalesce(h.captured, 0)::numeric, coalesce(h.refunded, 0)::numeric)
            LIMIT 20
            """),
    ];
}
