using PaymentGateway.Ledger;

namespace PaymentGateway.WorkItems;

/// <summary>What must hold between work items and the book.</summary>
internal static class WorkItemChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("What stands in suspense is what work items keep there, each its own",
            """
            SELECT coalesce(i.id, b.subject_id)
            FROM (SELECT id, suspended, currency FROM work_items.items WHERE suspended > 0) i
            FULL JOIN (
                SELECT t.subject_id, -sum(e.amount) AS amount, e.currency
                FROM ledger.entries e
                JOIN ledger.accounts a ON a.id = e.account_id AND a.code = 'suspense'
                JOIN ledger.transactions t ON t.id = e.transaction_id
                GROUP BY t.subject_id, e.currency
                HAVING sum(e.amount) <> 0) b ON b.subject_id = i.id
            WHERE (i.suspended, i.currency) IS DISTINCT FROM (b.amount, b.currency) LIMIT 20
            """),
        new("Every loss in the book is the end of a work item, and every such end is in the book",
            """
            SELECT coalesce(i.id, b.subject_id)
            FROM (SELECT id, amount FROM work_items.items WHERE action = 'write_off' AND state = 'resolved') i
            FULL JOIN (
                SELECT t.subject_id, sum(e.amount) AS amount
                FROM ledger.entries e
                JOIN ledger.accounts a ON a.id = e.account_id AND a.code = 'write_offs'
                JOIN ledger.transactions t ON t.id = e.transaction_id
                GROUP BY t.subject_id) b ON b.subject_id = i.id
            WHERE i.amount IS DISTINCT FROM b.amount LIMIT 20
            """),
    ];
}
