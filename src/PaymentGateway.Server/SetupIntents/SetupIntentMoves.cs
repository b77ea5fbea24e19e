using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.SetupIntents;

/// <summary>The shell around the decisions: load, decide, commit with what is saved, event, audit row and answer; again when another was first.</summary>
internal sealed class SetupIntentMoves(
    SetupIntentStore store, CustomerStore customers, SaveFromPayment saving, Committer committer, SetupIntentFacts facts, MerchantClocks clocks)
{
    /// <summary>Each lost round means that another change of this set-up won it, so this many are never needed.</summary>
    internal const int RoundsMax = 100;

    /// <summary>Commits what the processor said about an attempt.</summary>
    public Task<Outcome<SetupIntent>> Tell(
        SetupIntent asked, ConnectorOutcome said, Origin origin, Action<Change, SetupIntent>? also, CancellationToken cancel) =>
        Tell(asked.Tenant, asked.Id, asked.AttemptKey, said, origin, also, cancel);

    /// <inheritdoc cref="Tell(SetupIntent, ConnectorOutcome, Origin, Action{Change, SetupIntent}?, CancellationToken)"/>
    public Task<Outcome<SetupIntent>> Tell(
        Tenant tenant, string id, string attemptKey, ConnectorOutcome said, Origin origin, Action<Change, SetupIntent>? also,
        CancellationToken cancel) =>
        Give(tenant, id, new SetupCommand.News(attemptKey, said, Id.New(PaymentMethod.IdPrefix, clocks.Real)), origin, also, cancel);

    /// <summary>Gives a command to a set-up.</summary>
    /// <returns>The set-up as committed, or the refusal of the decision.</returns>
    public async Task<Outcome<SetupIntent>> Give(
        Tenant tenant, string id, SetupCommand what, Origin origin, Action<Change, SetupIntent>? also, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await TryGive(tenant, id, what, origin, also, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException($"Setup intent {id} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>One round of <see cref="Give"/>: null when another change was first and it must be loaded and decided again.</summary>
    public async Task<Outcome<SetupIntent>?> TryGive(
        Tenant tenant, string id, SetupCommand what, Origin origin, Action<Change, SetupIntent>? also, CancellationToken cancel)
    {
        if (await store.Find(tenant, id, cancel) is not { } now)
        {
            return new Refusal(Errors.SetupIntentNotFound);
        }

        // Of a customer who was deleted nothing personal is written any more, whatever the processor says.
        var isOver = now.IsOpen && await customers.Find(tenant, now.CustomerId, cancel) is null;
        var decided = SetupIntentDecisions.Decide(now, isOver ? new SetupCommand.Abandon() : what, clocks.Now(tenant));
        return decided.IsRefused ? decided.Refusal!
            : await TryCommit(now, decided.Value, origin, also, cancel) is { } next ? next
            : (Outcome<SetupIntent>?)null;
    }

    /// <summary>The one place where a set-up is written.</summary>
    /// <param name="before">Null: the set-up is new.</param>
    /// <returns>The set-up as committed; null when another change was first.</returns>
    public async Task<SetupIntent?> TryCommit(
        SetupIntent? before, SetupIntent next, Origin origin, Action<Change, SetupIntent>? also, CancellationToken cancel)
    {
        var change = new Change();
        var moves = !ReferenceEquals(before, next);
        if (moves)
        {
            change.Of(next.Tenant).Write(before is null ? SetupIntentRows.Insert : SetupIntentRows.Update, next);
            facts.Write(change, before, next, origin);
            if (next.State != SetupState.Canceled)
            {
                change.Names(new(next.Tenant, next.CustomerId, next.Id));
            }

            if (next.IsSaving && before?.IsSaving != true)
            {
                saving.Write(
                    change,
                    new(
                        next.Tenant, next.CustomerId, next.Connector!, new SaveSource.OfSetup(next.AttemptKey, next.Reference), next.Method!,
                        next.NetworkTransactionId),
                    origin, next.PaymentMethodId);
            }
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
