using System.Diagnostics.Metrics;

namespace PaymentGateway.Commit;

/// <summary>
/// Gathers the changes of concurrent callers into transactions. Nobody waits for others to come: a lane that is free takes what is there, and
/// what arrives while it writes is its next group. So a lone change goes at once, and the busier the database the larger the groups. A second
/// lane would halve them, so it begins only when that costs nothing or the first is held up.
/// </summary>
internal sealed class CommitQueue(ChangeWriter writer, CommitSettings settings, TimeProvider clock) : IAsyncDisposable
{
    private static readonly Meter meter = new("PaymentGateway.Commit");
    private static readonly Counter<long> groups = meter.CreateCounter<long>(
        "commit.groups", "{group}", "Groups of changes that were written together.");
    private static readonly Counter<long> changes = meter.CreateCounter<long>(
        "commit.changes", "{change}", "Changes that were written in groups.");
    private static readonly Counter<long> refusals = meter.CreateCounter<long>(
        "commit.refusals", "{change}", "Changes refused since too many waited.");

    private readonly Lock sync = new();
    private readonly Turns turns = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int lanes;
    private int slowLanes;
    private int writing;
    private bool isClosed;

    /// <exception cref="CommitQueueFullException">The change may be refused, and too many wait.</exception>
    public async Task<CommitOutcome> Add(Change change, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var commitment = new Commitment(change);
        var entry = Enter(commitment);
        using var callOff = cancel.UnsafeRegister(_ => Withdraw(entry, cancel), null);
        return await commitment.Outcome;
    }

    /// <summary>Takes nothing more and returns when everything that waits is written.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (sync)
        {
            isClosed = true;
            EndWhenDrained();
        }

        await drained.Task;
    }

    private Turns.Entry Enter(Commitment commitment)
    {
        Turns.Entry entry;
        lock (sync)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (commitment.Change.MayBeRefused && IsFullFor(commitment))
            {
                refusals.Add(1);
                throw new CommitQueueFullException();
            }

            entry = turns.Add(commitment);
            if (!IsLeftTo(lanes))
            {
                BeginLane();
            }
        }

        return entry;
    }

    /// <summary>Called under the lock, so that of two callers who see that a lane is needed one begins it.</summary>
    private void BeginLane()
    {
        if (lanes == settings.Lanes)
        {
            return;
        }

        lanes++;
        // Without the context of the caller: the lane goes on with the changes of others.
        ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.RunLane(), this, preferLocal: true);
    }

    /// <summary>Whether so many lanes will soon take what waits, without one more: one of them is not slow, and one group has room for all of it.</summary>
    private bool IsLeftTo(int others) => others > slowLanes && turns.Count - writing < settings.GroupMax;

    private bool IsFullFor(Commitment commitment) =>
        turns.CountOf(commitment.Change.Tenant) >= settings.QueueMax || turns.Count >= settings.QueueMaxOfAll;

    private void Withdraw(Turns.Entry entry, CancellationToken cancel)
    {
        lock (sync)
        {
            if (!turns.Withdraw(entry))
            {
                return;
            }
        }

        entry.Commitment.CallOff(cancel);
    }

    private async Task RunLane()
    {
        while (TakeOrEnd() is { } taken)
        {
            var transaction = new Transaction(this);
            using (clock.CreateTimer(static late => ((Transaction)late!).TakesLong(), transaction, CommitSettings.SlowAfter, Timeout.InfiniteTimeSpan))
            {
                await Write(taken.ConvertAll(entry => entry.Commitment));
            }

            List<Commitment> settled;
            lock (sync)
            {
                transaction.IsOver();
                writing -= taken.Count;
                settled = turns.Release(taken);
            }

            // Only now, so that a caller who decides again does not meet the claim of its own last change.
            settled.ForEach(commitment => commitment.Tell());
        }
    }

    private List<Turns.Entry>? TakeOrEnd()
    {
        lock (sync)
        {
            var taken = IsLeftTo(lanes - 1) ? [] : turns.Take(settings.GroupMax);
            if (taken.Count > 0)
            {
                writing += taken.Count;
                return taken;
            }

            lanes--;
            EndWhenDrained();
            return null;
        }
    }

    /// <summary>Settles all of them, whatever happens: nobody may wait for ever.</summary>
    private async Task Write(List<Commitment> group)
    {
        groups.Add(1);
        changes.Add(group.Count);
        var rest = group;
        while (rest.Count > 0)
        {
            try
            {
                await writer.Write(rest, CancellationToken.None);
            }
            catch (UnreadableChangeException e)
            {
                e.Commitment.Fail(e.InnerException!);
            }
            catch (Exception e)
            {
                rest.ForEach(commitment => commitment.Fail(e));
            }

            rest = rest.FindAll(commitment => !commitment.IsSettled);
        }
    }

    /// <summary>Called under the lock. Whoever waits behind another is written by the lane that writes that one.</summary>
    private void EndWhenDrained()
    {
        if (isClosed && lanes == 0)
        {
            drained.TrySetResult();
        }
    }

    /// <summary>What a lane writes. As long as it is slow, its lane counts for none: who comes later shall not wait for it.</summary>
    private sealed class Transaction(CommitQueue queue)
    {
        private bool isSlow;
        private bool isOver;

        public void TakesLong()
        {
            lock (queue.sync)
            {
                if (isOver)
                {
                    return;
                }

                isSlow = true;
                queue.slowLanes++;
                queue.BeginLane();
            }
        }

        /// <summary>Called under the lock.</summary>
        public void IsOver()
        {
            isOver = true;
            queue.slowLanes -= isSlow ? 1 : 0;
        }
    }
}
