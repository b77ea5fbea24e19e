namespace PaymentGateway.Commit;

/// <summary>One change on its way into the database, and what became of it.</summary>
internal sealed class Commitment
{
    private readonly TaskCompletionSource<CommitOutcome> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CommitOutcome? outcome;
    private Exception? failure;

    public Commitment(Change change)
    {
        Change = change;
        // Read here, so that a row that has no key is an exception of its own caller.
        Claims = [.. change.Rows.Where(r => r.Writer.Guarded).Select(r => (r.Writer, r.Writer.KeyOf(r.Row))).Distinct()];
    }

    public Change Change { get; }

    /// <summary>The guarded rows that it writes.</summary>
    public IReadOnlyList<(RowWriter Writer, string Key)> Claims { get; }

    public bool IsSettled => outcome is not null || failure is not null;

    public bool IsCommitted => outcome is CommitOutcome.Committed;

    /// <summary>Completes when the outcome is told.</summary>
    public Task<CommitOutcome> Outcome => told.Task;

    public void Settle(CommitOutcome final) => outcome ??= final;

    /// <summary>What became of it is not known, or it cannot be written at all.</summary>
    public void Fail(Exception e)
    {
        if (!IsSettled)
        {
            failure = e;
        }
    }

    /// <summary>Hands what was settled to the caller, and wakes the workers of a committed change.</summary>
    public void Tell()
    {
        if (failure is not null)
        {
            told.SetException(failure);
            return;
        }

        if (IsCommitted)
        {
            foreach (var signal in Change.Signals)
            {
                signal.Set();
            }
        }

        told.SetResult(outcome!);
    }

    /// <summary>The caller went away before it was taken.</summary>
    public void CallOff(CancellationToken cancel) => told.SetCanceled(cancel);
}
