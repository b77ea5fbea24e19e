using PaymentGateway.Ledger;

namespace PaymentGateway.Courses;

/// <summary>What must hold between course payments, the payments that they follow, enrolments and codes.</summary>
internal static class CourseChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("Every course payment that was paid agrees with its payment: what was taken, and what went back",
            """
            SELECT t.id
            FROM courses.transactions t
            LEFT JOIN payments.payments p ON p.id = t.payment_id
            LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM refunds.refunds WHERE state = 'succeeded' GROUP BY payment_id) r
                   ON r.payment_id = t.payment_id
            WHERE t.paid_at IS NOT NULL AND (p.order_id, p.amount_captured, p.currency, coalesce(r.amount, 0) + p.amount_returned)
                IS DISTINCT FROM (t.order_id, t.total, t.currency, t.amount_refunded::numeric)
            LIMIT 20
            """),
        new("Every payment that took money for a course has made its course payment paid",
            """
            SELECT p.id
            FROM courses.transactions t
            JOIN payments.payments p ON p.order_id = t.order_id
            WHERE p.amount_captured > 0 AND t.paid_at IS NULL LIMIT 20
            """),
        new("Every course payment that was paid, and not twice, has opened its course",
            """
            SELECT t.id
            FROM courses.transactions t
            WHERE t.paid_at IS NOT NULL AND NOT t.is_duplicate
              AND NOT EXISTS (SELECT FROM courses.enrollments e WHERE e.transaction_id = t.id) LIMIT 20
            """),
        new("Every open enrolment that was paid for has its course payment, and not all of it went back",
            """
            SELECT e.id
            FROM courses.enrollments e
            LEFT JOIN courses.transactions t ON t.id = e.transaction_id
            WHERE e.transaction_id IS NOT NULL AND e.state = 'active'
              AND ((t.merchant_id, t.mode, t.course_id, t.student_id) IS DISTINCT FROM (e.merchant_id, e.mode, e.course_id, e.student_id)
                   OR t.paid_at IS NULL OR t.is_duplicate OR t.state = 'refunded')
            LIMIT 20
            """),
        new("What was paid twice is going back, or has gone",
            """
            SELECT t.id
            FROM courses.transactions t
            WHERE t.is_duplicate AND t.state IN ('success', 'partially_refunded') AND t.refund_due_at IS NULL
              AND NOT EXISTS (
                  SELECT FROM refunds.refunds r WHERE r.payment_id = t.payment_id AND r.state NOT IN ('failed', 'canceled'))
            LIMIT 20
            """),
        new("A discount code was used as often as payments hold it, and none holds it that has failed or expired",
            """
            SELECT c.id
            FROM courses.discount_codes c
            LEFT JOIN (SELECT discount_code_id, count(*) AS held FROM courses.discount_uses WHERE released_at IS NULL GROUP BY 1) u
                   ON u.discount_code_id = c.id
            WHERE c.uses <> coalesce(u.held, 0)
            UNION ALL
            SELECT t.id
            FROM courses.transactions t
            LEFT JOIN courses.discount_uses u ON u.transaction_id = t.id AND u.released_at IS NULL
            WHERE (t.state IN ('failed', 'expired') AND u.transaction_id IS NOT NULL)
               OR (t.state = 'pending' AND t.discount_code_id IS DISTINCT FROM u.discount_code_id)
            LIMIT 20
            """),
    ];
}
