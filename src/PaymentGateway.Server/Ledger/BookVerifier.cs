using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Ledger;

/// <summary>An invariant of the whole book. Areas above the ledger register their own.</summary>
/// <param name="Name">What must hold, as a sentence.</param>
/// <param name="Sql">Selects one text for each place where it does not hold.</param>
public sealed record BookCheck(string Name, string Sql);

/// <param name="Broken">Up to twenty places where the check fails; empty when it holds.</param>
public sealed record CheckResult(string Name, IReadOnlyList<string> Broken);

/// <param name="Debit">Minor units, as far as the balance is on the debit side.</param>
/// <param name="Credit">Minor units, as far as the balance is on the credit side.</param>
public sealed record TrialBalanceRow(string Mode, string Currency, string Code, string Kind, decimal Debit, decimal Credit, decimal Pending);

public sealed record BookReport(IReadOnlyList<CheckResult> Checks, IReadOnlyList<TrialBalanceRow> TrialBalance, long Transactions, long Entries)
{
    public bool Holds => Checks.All(c => c.Broken.Count == 0);
}

/// <summary>Checks all invariants over the whole book and adds up the trial balance.</summary>
public sealed class BookVerifier(Db db, IEnumerable<BookCheck> areaChecks)
{
    /// <summary>A book of years takes minutes.</summary>
    private const int NoTimeout = 0;

    private static readonly BookCheck[] ledgerChecks =
    [
        new("The entries of every transaction sum to zero in each currency",
            """
            SELECT transaction_id || ' ' || currency || ' ' || sum(amount)
            FROM ledger.entries GROUP BY transaction_id, currency, layer = 'posted' HAVING sum(amount) <> 0 LIMIT 20
            """),
        new("Every transaction has entries and every entry has its transaction",
            """
            SELECT coalesce(t.id, e.transaction_id)
            FROM ledger.transactions t
            FULL JOIN (SELECT DISTINCT transaction_id FROM ledger.entries) e ON e.transaction_id = t.id
            WHERE t.id IS NULL OR e.transaction_id IS NULL LIMIT 20
            """),
        new("Every entry has the currency and the owner of its account",
            """
            SELECT e.transaction_id || ' line ' || e.line
            FROM ledger.entries e LEFT JOIN ledger.accounts a ON a.id = e.account_id
            WHERE (a.currency, a.merchant_id, a.mode) IS DISTINCT FROM (e.currency, e.merchant_id, e.mode) LIMIT 20
            """),
        new("Every transaction has the owner of its entries",
            """
            SELECT DISTINCT t.id
            FROM ledger.entries e JOIN ledger.transactions t ON t.id = e.transaction_id
            WHERE (t.merchant_id, t.mode) IS DISTINCT FROM (e.merchant_id, e.mode) LIMIT 20
            """),
        new("What is pending is posted or voided once and in full",
            """
            WITH resolved AS (
                SELECT r.id AS resolution, p.id AS pending
                FROM ledger.transactions r
                LEFT JOIN ledger.transactions p
                       ON p.merchant_id = r.merchant_id AND p.mode = r.mode AND p.business_key = r.resolves_key AND p.phase = 'pending'
                WHERE r.resolves_key IS NOT NULL)
            SELECT resolution FROM resolved WHERE pending IS NULL
            UNION
            SELECT w.resolution
            FROM (SELECT resolution, resolution AS transaction_id FROM resolved UNION ALL SELECT resolution, pending FROM resolved) w
            JOIN ledger.entries e ON e.transaction_id = w.transaction_id AND e.layer <> 'posted'
            GROUP BY w.resolution, e.account_id, e.layer HAVING sum(e.amount) <> 0 LIMIT 20
            """),
        new("Every balance equals the sum of its entries",
            """
            SELECT b.code || ' ' || b.currency || ' of ' || b.merchant_id
            FROM ledger.balances b
            LEFT JOIN (SELECT account_id,
                              sum(amount) FILTER (WHERE layer = 'posted') AS posted,
                              sum(amount) FILTER (WHERE layer = 'pending_debit') AS pending_debit,
                              sum(amount) FILTER (WHERE layer = 'pending_credit') AS pending_credit
                       FROM ledger.entries GROUP BY account_id) s ON s.account_id = b.account_id
            WHERE (b.posted, b.pending_debit, b.pending_credit)
                  IS DISTINCT FROM (coalesce(s.posted, 0), coalesce(s.pending_debit, 0), coalesce(s.pending_credit, 0)) LIMIT 20
            """),
        new("No account that must not go negative is negative",
            """
            SELECT code || ' ' || currency || ' of ' || merchant_id
            FROM ledger.balances
            WHERE NOT may_go_negative
              AND CASE WHEN kind IN ('asset', 'expense') THEN posted + pending_credit ELSE -(posted + pending_debit) END < 0 LIMIT 20
            """),
        new("All balances together sum to zero in each mode and currency",
            """
            SELECT mode || ' ' || currency || ' ' || sum(posted) || ' ' || sum(pending_debit + pending_credit)
            FROM ledger.balances GROUP BY mode, currency
            HAVING sum(posted) <> 0 OR sum(pending_debit + pending_credit) <> 0 LIMIT 20
            """),
    ];

    /// <summary>All checks and sums see one snapshot, so running payments cannot disturb them.</summary>
    public async Task<BookReport> Verify(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        // The checks read everything, but end after twenty finds, and for those the planner would loop over tables without an index.
        await connection.ExecuteAsync(new CommandDefinition("SET LOCAL enable_nestloop = off", transaction: snapshot, cancellationToken: cancel));
        var results = new List<CheckResult>();
        foreach (var check in ledgerChecks.Concat(areaChecks))
        {
            var broken = await connection.QueryAsync<string>(
                new CommandDefinition(check.Sql, transaction: snapshot, commandTimeout: NoTimeout, cancellationToken: cancel));
            results.Add(new(check.Name, [.. broken]));
        }

        var balance = await connection.QueryAsync<TrialBalanceRow>(new CommandDefinition(
            """
            SELECT mode, currency, code, kind,
                   sum(greatest(posted, 0)) AS debit, sum(greatest(-posted, 0)) AS credit, sum(pending_debit + pending_credit) AS pending
            -- One line for the balances of all customers.
            FROM (SELECT mode, currency, kind, posted, pending_debit, pending_credit,
                         CASE WHEN code LIKE 'customer_balance:%' THEN 'customer_balance' ELSE code END AS code
                  FROM ledger.balances) b
            GROUP BY mode, currency, code, kind
            ORDER BY mode, currency, kind, code
            """, transaction: snapshot, commandTimeout: NoTimeout, cancellationToken: cancel));
        var counts = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "SELECT (SELECT count(*) FROM ledger.transactions), (SELECT count(*) FROM ledger.entries)",
            transaction: snapshot, commandTimeout: NoTimeout, cancellationToken: cancel));
        return new(results, [.. balance], counts.Item1, counts.Item2);
    }
}
