using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Commit;

/// <summary>The one way to write money: any number of changes, one transaction, set-based statements.</summary>
public sealed class Committer(Db db)
{
    private const int DeadlockRetries = 3;

    /// <summary>
    /// Commits <paramref name="changes"/> together. A change that conflicts or is rejected is left out and reported alone;
    /// the others are committed without it. Outcomes stand in the order of the changes.
    /// </summary>
    /// <exception cref="NpgsqlException">The database is out of reach; whether the changes were committed is not known.</exception>
    public async Task<IReadOnlyList<CommitOutcome>> Commit(IReadOnlyList<Change> changes, CancellationToken cancel)
    {
        var outcomes = new CommitOutcome?[changes.Count];
        var live = Enumerable.Range(0, changes.Count).ToList();
        while (live.Count > 0)
        {
            var refused = await WriteWithRetry(changes, live, cancel);
            foreach (var (index, outcome) in refused)
            {
                outcomes[index] = outcome;
            }

            if (refused.Count == 0)
            {
                live.ForEach(index => outcomes[index] = new CommitOutcome.Committed());
                break;
            }

            live.RemoveAll(refused.ContainsKey);
        }

        WakeWorkers(changes, outcomes);
        return outcomes!;
    }

    /// <inheritdoc cref="Commit(IReadOnlyList{Change}, CancellationToken)"/>
    public async Task<CommitOutcome> Commit(Change change, CancellationToken cancel) => (await Commit([change], cancel))[0];

    /// <summary>Returns the changes that were refused; empty means that all of <paramref name="live"/> are committed.</summary>
    private async Task<Dictionary<int, CommitOutcome>> WriteWithRetry(
        IReadOnlyList<Change> changes, List<int> live, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Write(changes, live, cancel);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < DeadlockRetries)
            {
                // The database rolled one of two transactions back; it may simply go again.
            }
            catch (PostgresException e) when (IsRejection(e))
            {
                return live.Count == 1
                    ? new() { [live[0]] = new CommitOutcome.Rejected(e.ConstraintName ?? e.SqlState, e.MessageText) }
                    : await RefusedAlone(changes, live, cancel);
            }
        }
    }

    /// <summary>One of several changes is rejected and the database does not say which: each is written in a transaction of its own.</summary>
    private async Task<Dictionary<int, CommitOutcome>> RefusedAlone(
        IReadOnlyList<Change> changes, List<int> live, CancellationToken cancel)
    {
        var refused = new Dictionary<int, CommitOutcome>();
        foreach (var index in live.ToArray())
        {
            var alone = await WriteWithRetry(changes, [index], cancel);
            if (!alone.TryGetValue(index, out var outcome))
            {
                outcome = new CommitOutcome.Committed();
            }

            refused[index] = outcome;
        }

        return refused;
    }

    private async Task<Dictionary<int, CommitOutcome>> Write(IReadOnlyList<Change> changes, List<int> live, CancellationToken cancel)
    {
        var groups = RowGroup.Of(changes, live, out var refused);
        if (refused.Count > 0)
        {
            return refused;
        }

        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            groups.ForEach(group => batch.BatchCommands.Add(group.Command()));
            try
            {
                await FindConflicts(batch, groups, refused, cancel);
            }
            catch (PostgresException e) when (IsRejection(e) && refused.Count > 0)
            {
                // Whoever lost a race often breaks a constraint too, further on: what counts is that it lost. The rest is written again.
            }
        }

        if (refused.Count == 0)
        {
            await transaction.CommitAsync(cancel);
        }
        else
        {
            await transaction.RollbackAsync(cancel);
        }

        return refused;
    }

    private static async Task FindConflicts(
        NpgsqlBatch batch, List<RowGroup> groups, Dictionary<int, CommitOutcome> refused, CancellationToken cancel)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        foreach (var group in groups.Where(group => group.Writer.Guarded))
        {
            await group.FindMissing(reader, refused, cancel);
            await reader.NextResultAsync(cancel);
        }
    }

    private static void WakeWorkers(IReadOnlyList<Change> changes, CommitOutcome?[] outcomes)
    {
        foreach (var signal in changes.Where((_, index) => outcomes[index] is CommitOutcome.Committed).SelectMany(c => c.Signals).Distinct())
        {
            signal.Set();
        }
    }

    private static bool IsRejection(PostgresException e) =>
        e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("22", StringComparison.Ordinal);
}
