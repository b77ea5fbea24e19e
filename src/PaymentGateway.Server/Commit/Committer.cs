using System.Runtime.ExceptionServices;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Commit;

/// <summary>The one way to write money: any number of changes, one transaction, set-based statements.</summary>
public sealed class Committer : IAsyncDisposable
{
    private readonly ChangeWriter writer;
    private readonly CommitQueue? queue;

    public Committer(Db db, TimeProvider clock) : this(db, CommitSettings.Default, clock)
    {
    }

    public Committer(Db db, CommitSettings settings, TimeProvider clock)
    {
        writer = new ChangeWriter(db);
        queue = settings.GroupMax > 1 ? new CommitQueue(writer, settings, clock) : null;
    }

    /// <summary>
    /// Commits one change, together with those that other callers hand over while the database is busy. It never waits for others to come: what
    /// is there when a lane is free is written at once. Called off before a lane took it, it is not written; after that its outcome is awaited.
    /// </summary>
    /// <exception cref="NpgsqlException">The database is out of reach; whether the change was committed is not known.</exception>
    /// <exception cref="CommitQueueFullException">Too many changes wait; nothing was written.</exception>
    public async Task<CommitOutcome> Commit(Change change, CancellationToken cancel) =>
        queue is null ? (await Commit([change], cancel))[0] : await queue.Add(change, cancel);

    /// <summary>
    /// Commits <paramref name="changes"/> together and past the queue, for workers that have many at once. A change that conflicts or is
    /// rejected is left out and reported alone; the others are committed without it. Outcomes stand in the order of the changes.
    /// </summary>
    /// <exception cref="NpgsqlException">The database is out of reach; whether the changes were committed is not known.</exception>
    public async Task<IReadOnlyList<CommitOutcome>> Commit(IReadOnlyList<Change> changes, CancellationToken cancel)
    {
        var commitments = changes.Select(change => new Commitment(change)).ToArray();
        try
        {
            await writer.Write(commitments, cancel);
        }
        catch (UnreadableChangeException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
        finally
        {
            // Workers hear of what was committed before the database went away.
            foreach (var commitment in commitments.Where(c => c.IsSettled))
            {
                commitment.Tell();
            }
        }

        return await Task.WhenAll(commitments.Select(c => c.Outcome));
    }

    /// <summary>Takes nothing more and returns when everything that waits is written.</summary>
    public ValueTask DisposeAsync() => queue?.DisposeAsync() ?? ValueTask.CompletedTask;
}
