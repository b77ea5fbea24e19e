using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Ledger;

/// <summary>
/// Folds final entries into the checkpoints, so that a balance is one row and a short tail. Any replica may run it; one does at a time.
/// </summary>
internal sealed class LedgerCheckpoints(Db db, TimeProvider clock, ILogger<LedgerCheckpoints> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Folds all entries whose database transaction is over for every reader: those below the oldest running one.
    /// The horizon is compared with the server's own counter first: a book that was restored into a new cluster has horizons from
    /// another counter, and starts its checkpoints over.
    /// </summary>
    public async Task RunOnce(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            BEGIN;
            SELECT FROM ledger.checkpoint_horizon FOR UPDATE;
            DELETE FROM ledger.checkpoints USING ledger.checkpoint_horizon h
            WHERE h.below_xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
            UPDATE ledger.checkpoint_horizon SET below_xid = 0 WHERE below_xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
            WITH span AS (
                SELECT below_xid AS low, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS high FROM ledger.checkpoint_horizon
            ), folded AS (
                INSERT INTO ledger.checkpoints AS c (account_id, posted, pending_debit, pending_credit)
                SELECT e.account_id,
                       coalesce(sum(e.amount) FILTER (WHERE e.layer = 'posted'), 0),
                       coalesce(sum(e.amount) FILTER (WHERE e.layer = 'pending_debit'), 0),
                       coalesce(sum(e.amount) FILTER (WHERE e.layer = 'pending_credit'), 0)
                FROM ledger.entries e, span
                WHERE e.xid >= span.low AND e.xid < span.high
                GROUP BY e.account_id
                ON CONFLICT (account_id) DO UPDATE
                SET posted = c.posted + excluded.posted,
                    pending_debit = c.pending_debit + excluded.pending_debit,
                    pending_credit = c.pending_credit + excluded.pending_credit
            )
            UPDATE ledger.checkpoint_horizon SET below_xid = span.high FROM span WHERE span.high > span.low;
            COMMIT;
            """, cancellationToken: cancel));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        // At once for a restored book: until its checkpoints are started over, new entries would not count.
        do
        {
            try
            {
                await RunOnce(stoppingToken);
            }
            catch (Npgsql.NpgsqlException e)
            {
                log.LogWarning(e, "Ledger checkpoints were not brought forward; the next round tries again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
