using PaymentGateway.Ledger;

namespace PaymentGateway.Methods;

/// <summary>What must hold between loans, their instalments, credit lines and refunds.</summary>
internal static class MethodChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("The instalments of a loan are what was captured of it, less what refunds took off",
            """
            SELECT a.charge_id
            FROM methods.bnpl_agreements a
            LEFT JOIN (SELECT charge_id, sum(amount - refunded) AS owed FROM methods.bnpl_installments GROUP BY charge_id) i
                   ON i.charge_id = a.charge_id
            WHERE coalesce(i.owed, 0) <> a.financed - (a.refunded - a.surplus) LIMIT 20
            """),
        new("What is used of a credit line is what its customer owes and what attempts have reserved",
            """
            SELECT l.customer_id || ' of ' || l.merchant_id
            FROM methods.credit_lines l
            LEFT JOIN (
                SELECT merchant_id, mode, customer_id, sum(amount) AS owed
                FROM (
                    SELECT merchant_id, mode, customer_id, amount - refunded AS amount
                    FROM methods.bnpl_installments WHERE state NOT IN ('paid', 'refunded')
                    UNION ALL
                    SELECT a.merchant_id, a.mode, a.customer_id, a.amount - a.financed
                    FROM methods.bnpl_agreements a
                    JOIN payments.charges c ON c.id = a.charge_id
                    WHERE c.state NOT IN ('failed', 'voided', 'captured')) parts
                GROUP BY merchant_id, mode, customer_id) o USING (merchant_id, mode, customer_id)
            WHERE l.used <> coalesce(o.owed, 0) LIMIT 20
            """),
        new("Every refund of a loan that was done is off the loan, and one that came back is not",
            """
            SELECT a.charge_id
            FROM methods.bnpl_agreements a
            LEFT JOIN (SELECT charge_id, sum(amount) AS amount FROM refunds.refunds WHERE state = 'succeeded' GROUP BY charge_id) r
                   ON r.charge_id = a.charge_id
            LEFT JOIN (SELECT charge_id, sum(freed + surplus) AS amount, sum(surplus) AS surplus
                       FROM methods.bnpl_refunds WHERE NOT came_back GROUP BY charge_id) b ON b.charge_id = a.charge_id
            WHERE (a.refunded, a.refunded, a.surplus)
                  IS DISTINCT FROM (coalesce(r.amount, 0)::bigint, coalesce(b.amount, 0)::bigint, coalesce(b.surplus, 0)::bigint) LIMIT 20
            """),
    ];
}
