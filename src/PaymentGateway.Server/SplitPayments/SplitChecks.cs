using PaymentGateway.Ledger;

namespace PaymentGateway.SplitPayments;

/// <summary>What must hold between split payments, their parts, their orders and the refunds of the whole.</summary>
internal static class SplitChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("A split payment that succeeded took every part, and its order is paid by exactly that",
            """
            SELECT s.id
            FROM splits.split_payments s
            JOIN payments.orders o ON o.id = s.order_id
            JOIN LATERAL (
                SELECT count(*) AS parts, sum(p.amount) AS amount, sum(p.amount_captured) AS captured, sum(p.amount_refunded) AS refunded,
                       bool_and(p.state = 'succeeded') AS taken
                FROM payments.payments p WHERE p.split_payment_id = s.id) p ON true
            WHERE p.parts NOT BETWEEN 2 AND 5 OR p.amount <> s.amount
               OR (s.state = 'succeeded') <> (o.state = 'paid' AND o.payer = s.id)
               OR (s.state = 'succeeded' AND (
                   NOT p.taken OR (p.captured, o.amount_paid, o.amount_refunded) IS DISTINCT FROM (s.amount, s.amount, p.refunded))) LIMIT 20
            """),
        new("A split payment that is over and not paid keeps nothing that is not disputed, unless it is being given back once more",
            """
            SELECT s.id
            FROM splits.split_payments s
            JOIN payments.payments p ON p.split_payment_id = s.id
            WHERE s.state IN ('failed', 'canceled') AND s.due_at IS NULL
              AND (p.state NOT IN ('canceled', 'failed', 'succeeded', 'returned')
                   OR p.amount_authorized <> p.amount_refunded + p.amount_disputed + p.amount_returned) LIMIT 20
            """),
        new("An order is paid by one: its own payment or one split payment",
            """
            SELECT o.id
            FROM payments.orders o
            LEFT JOIN splits.split_payments s ON s.id = o.payer
            WHERE o.payer <> 'payment' AND (s.order_id IS DISTINCT FROM o.id OR s.state IN ('failed', 'canceled')) LIMIT 20
            """),
        new("The refund of a split payment is what its shares add up to",
            """
            SELECT f.id
            FROM splits.split_refunds f
            LEFT JOIN refunds.refunds r ON r.split_refund_id = f.id
            GROUP BY f.id
            HAVING coalesce(sum(r.amount), 0) <> f.amount LIMIT 20
            """),
    ];
}
