using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>The shell around the decisions: load, decide, commit with event, audit row and answer, and decide again when another was first.</summary>
internal sealed class MandateMoves(
    MandateStore store, CustomerStore customers, Committer committer, MandateFacts facts, MerchantClocks clocks)
{
    /// <summary>Each lost round means that another change of this mandate won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    /// <summary>Gives a command to a mandate.</summary>
    /// <returns>The mandate as committed, or the refusal of the decision.</returns>
    public async Task<Outcome<Mandate>> Give(
        Tenant tenant, string mandateId, MandateCommand what, Origin origin, Action<Change, Mandate>? also, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await TryGive(tenant, mandateId, what, origin, also, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException($"Mandate {mandateId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>One round of <see cref="Give"/>: null when another change was first and it must be loaded and decided again.</summary>
    public async Task<Outcome<Mandate>?> TryGive(
        Tenant tenant, string mandateId, MandateCommand what, Origin origin, Action<Change, Mandate>? also, CancellationToken cancel)
    {
        if (await store.Find(tenant, mandateId, cancel) is not { } now)
        {
            return new Refusal(Errors.MandateNotFound);
        }

        // Of a customer who was deleted nothing is debited any more, and nothing personal written, whatever the processor says.
        var isOver = MandateDecisions.IsOpen(now.State) && await customers.Find(tenant, now.CustomerId, cancel) is null;
        var decided = MandateDecisions.Decide(
            now, isOver ? new MandateCommand.Revoke(MandateDecisions.CustomerDeleted, TimeSpan.Zero) : what, clocks.Now(tenant));
        return decided.IsRefused ? decided.Refusal!
            : await TryCommit(now, decided.Value, origin, also, cancel) is { } next ? next
            : (Outcome<Mandate>?)null;
    }

    /// <summary>Commits what the processor said.</summary>
    public Task<Outcome<Mandate>> Tell(
        Tenant tenant, string mandateId, MandateOutcome said, Origin origin, Action<Change, Mandate>? also, CancellationToken cancel) =>
        Give(tenant, mandateId, new MandateCommand.News(said), origin, also, cancel);

    /// <summary>Writes a mandate into a change, with what is told of it.</summary>
    public void Write(Change change, Mandate? before, Mandate next, Origin origin)
    {
        change.Of(next.Tenant).Write(before is null ? MandateRows.Insert : MandateRows.Update, next);
        if (MandateDecisions.IsOpen(next.State))
        {
            change.Names(new(next.Tenant, next.CustomerId, next.Id));
        }

        facts.Write(change, before, next, origin);
    }

    /// <summary>Commits a mandate's next state.</summary>
    /// <param name="before">Null: the mandate is new.</param>
    /// <returns>The mandate as committed; null when another change was first.</returns>
    public async Task<Mandate?> TryCommit(
        Mandate? before, Mandate next, Origin origin, Action<Change, Mandate>? also, CancellationToken cancel)
    {
        var change = new Change();
        var moves = !ReferenceEquals(before, next);
        if (moves)
        {
            Write(change, before, next, origin);
        }

        also?.Invoke(change, next);
        if (change.IsEmpty)
        {
            return next;
        }

        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => next with { Version = next.Version + (before is null || !moves ? 0 : 1) },
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => null,
        };
    }
}
