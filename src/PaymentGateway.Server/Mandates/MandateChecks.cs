using PaymentGateway.Ledger;

namespace PaymentGateway.Mandates;

/// <summary>What must hold between mandates and their debits.</summary>
internal static class MandateChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("A mandate's uses in a period are its debits that count",
            """
            SELECT coalesce(p.mandate_id, d.mandate_id)
            FROM mandates.periods p
            FULL JOIN (
                SELECT mandate_id, period_start, count(*) AS uses FROM mandates.debits WHERE counts GROUP BY mandate_id, period_start) d
                ON d.mandate_id = p.mandate_id AND d.period_start = p.period_start
            WHERE coalesce(p.uses, 0) <> coalesce(d.uses, 0) LIMIT 20
            """),
    ];
}
