using PaymentGateway.Ledger;

namespace PaymentGateway.SetupIntents;

/// <summary>What must hold between set-ups and what came of them.</summary>
internal static class SetupIntentChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("A setup intent that succeeded names a method or mandate of its own customer",
            """
            SELECT s.id
            FROM setup_intents.setup_intents s
            LEFT JOIN customers.payment_methods m ON m.id = s.payment_method_id
            LEFT JOIN mandates.mandates n ON n.id = s.mandate_id
            WHERE s.state = 'succeeded'
              AND (s.customer_id, s.merchant_id, s.mode) IS DISTINCT FROM
                  (coalesce(m.customer_id, n.customer_id), coalesce(m.merchant_id, n.merchant_id), coalesce(m.mode, n.mode))
            LIMIT 20
            """),
        new("A setup intent that succeeded names what was really kept",
            """
            SELECT s.id
            FROM setup_intents.setup_intents s
            LEFT JOIN customers.payment_methods m ON m.id = s.payment_method_id
            LEFT JOIN mandates.mandates n ON n.id = s.mandate_id
            WHERE s.state = 'succeeded' AND m.attached_at IS NULL AND n.activated_at IS NULL LIMIT 20
            """),
    ];
}
