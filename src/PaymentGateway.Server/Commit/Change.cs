using PaymentGateway.Database;

namespace PaymentGateway.Commit;

/// <summary>
/// All that one decision writes: objects with their expected versions, ledger transactions, events, the idempotent answer.
/// It is committed whole or not at all.
/// </summary>
public sealed class Change
{
    private readonly List<(RowWriter Writer, object Row)> rows = [];
    private readonly HashSet<Signal> signals = [];

    internal IReadOnlyList<(RowWriter Writer, object Row)> Rows => rows;

    internal IEnumerable<Signal> Signals => signals;

    /// <summary>Whose it is: changes of several tenants are taken in turn. Null: nobody's in particular, which is a turn of its own.</summary>
    internal Tenant? Tenant { get; private set; }

    /// <summary>Nothing has happened yet that this change must record, so it may be turned away while the queue is full.</summary>
    internal bool MayBeRefused { get; private set; }

    public bool IsEmpty => rows.Count == 0;

    public Change Write<TRow>(RowWriter<TRow> writer, TRow row) where TRow : notnull
    {
        rows.Add((writer, row));
        return this;
    }

    public Change WriteAll<TRow>(RowWriter<TRow> writer, IEnumerable<TRow> all) where TRow : notnull
    {
        foreach (var row in all)
        {
            Write(writer, row);
        }

        return this;
    }

    /// <summary>Says whose change it is. Who says it first is believed.</summary>
    public Change Of(Tenant tenant)
    {
        Tenant ??= tenant;
        return this;
    }

    /// <summary>
    /// Says that this is the first commit of a request: it may be refused with <see cref="CommitQueueFullException"/>. All others are
    /// let in, however full it is: a processor's answer must be written.
    /// </summary>
    public Change Beginning()
    {
        MayBeRefused = true;
        return this;
    }

    /// <summary>Wakes a worker once the change is committed, never when it is not.</summary>
    public Change Wake(Signal signal)
    {
        signals.Add(signal);
        return this;
    }
}

/// <summary>What became of one change of a commit.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome()
    {
    }

    public sealed record Committed : CommitOutcome;

    /// <summary>A guarded row was not as expected (its version moved, its key is taken): load, decide and commit again.</summary>
    public sealed record Conflict(string Writer, string Key) : CommitOutcome;

    /// <summary>A constraint of the database refused the change.</summary>
    public sealed record Rejected(string Constraint, string Detail) : CommitOutcome;
}

/// <summary>
/// A constraint refused what a decision had allowed: the decision and the schema disagree, which is a bug. Nothing was written.
/// </summary>
public sealed class CommitRejectedException(CommitOutcome.Rejected rejected)
    : Exception($"The database refused a decided change: {rejected.Constraint}: {rejected.Detail}")
{
    public string Constraint => rejected.Constraint;
}
