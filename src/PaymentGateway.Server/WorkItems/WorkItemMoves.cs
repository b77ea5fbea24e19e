using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Ledger;

namespace PaymentGateway.WorkItems;

/// <summary>A contradiction as the area that met it describes it.</summary>
/// <param name="NewsKey">Names it: the same news again opens nothing.</param>
/// <param name="InSuspense">The amount came, and nothing else books it.</param>
/// <param name="Automatic">Carried out without a person; must be among the actions.</param>
public sealed record NewWorkItem(
    Tenant Tenant, WorkItemKind Kind, string NewsKey, string Connector, string Ours, string Theirs, IReadOnlyList<WorkItemAction> Actions,
    Money? Amount = null, bool InSuspense = false, WorkItemAction? Automatic = null, string? OrderId = null, string? PaymentId = null,
    string? ChargeId = null, string? RefundId = null, string? WebhookUrl = null);

/// <summary>The shell around the decisions: load, decide, commit with ledger, events, audit row and answer.</summary>
public sealed class WorkItemMoves
{
    /// <summary>Each lost round means that another change of this item won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    private readonly WorkItemStore store;
    private readonly Committer committer;
    private readonly LedgerStore ledger;
    private readonly EventConsumers events;
    private readonly MerchantClocks clocks;

    internal WorkItemMoves(WorkItemStore store, Committer committer, LedgerStore ledger, EventConsumers events, MerchantClocks clocks) =>
        (this.store, this.committer, this.ledger, this.events, this.clocks) = (store, committer, ledger, events, clocks);

    /// <summary>
    /// Adds a new item to <paramref name="change"/>, which conflicts when another change opens the same one first.
    /// </summary>
    /// <returns>Null, and nothing is added, when the contradiction has its item already.</returns>
    public async Task<WorkItem?> Open(Change change, NewWorkItem what, Origin origin, CancellationToken cancel)
    {
        if (await store.IsKnown(what.Tenant, what.NewsKey, cancel))
        {
            return null;
        }

        var now = clocks.Now(what.Tenant);
        var item = new WorkItem
        {
            Id = Id.New(WorkItem.IdPrefix, clocks.Real),
            Tenant = what.Tenant,
            Kind = what.Kind,
            NewsKey = what.NewsKey,
            State = what.Automatic is null ? WorkItemState.Open : WorkItemState.Resolving,
            Connector = what.Connector,
            OrderId = what.OrderId,
            PaymentId = what.PaymentId,
            ChargeId = what.ChargeId,
            RefundId = what.RefundId,
            Amount = what.Amount,
            IsSuspended = what.InSuspense,
            Ours = what.Ours,
            Theirs = what.Theirs,
            Actions = what.Actions,
            Action = what.Automatic,
            ResolvedBy = what.Automatic is null ? null : Origin.Worker.Actor,
            WebhookUrl = what.WebhookUrl,
            CreatedAt = now,
            ActAt = what.Automatic is null ? null : now,
            Version = 1,
        };
        var step = new WorkItemStep(item, [WorkItemDecisions.Opened], WorkItemDecisions.PostingsOfOpening(item));
        await EnsureOpen(step, cancel);
        change.Of(item.Tenant);
        Write(change, null, step, origin);
        return item;
    }

    /// <summary>Opens an item that belongs to no other change.</summary>
    public async Task OpenAlone(NewWorkItem what, Origin origin, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var change = new Change();
            if (await Open(change, what, origin, cancel) is null)
            {
                return;
            }

            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"The contradiction {what.NewsKey} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>Gives a command to an item.</summary>
    /// <param name="also">Adds the idempotent answer to the change; gets the item as it will be.</param>
    /// <returns>The item as committed, or the refusal of the decision.</returns>
    internal async Task<Outcome<WorkItem>> Give(
        Tenant tenant, string itemId, WorkItemCommand what, Origin origin, Action<Change, WorkItem>? also, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await TryGive(tenant, itemId, what, origin, also, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException($"Work item {itemId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>One round of <see cref="Give"/>: null when another change was first and it must be loaded and decided again.</summary>
    internal async Task<Outcome<WorkItem>?> TryGive(
        Tenant tenant, string itemId, WorkItemCommand what, Origin origin, Action<Change, WorkItem>? also, CancellationToken cancel)
    {
        if (await store.Find(tenant, itemId, cancel) is not { } item)
        {
            return new Refusal(Errors.WorkItemNotFound);
        }

        var decided = WorkItemDecisions.Decide(item, what, clocks.Now(tenant));
        if (decided.IsRefused)
        {
            return decided.Refusal!;
        }

        var change = new Change();
        await EnsureOpen(decided.Value, cancel);
        Write(change, item, decided.Value, origin);
        also?.Invoke(change, decided.Value.Next);
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => (Outcome<WorkItem>)(decided.Value.Next with { Version = item.Version + 1 }),
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => (Outcome<WorkItem>?)null,
        };
    }

    /// <summary>Opens the accounts that <see cref="WriteMoved"/> books on.</summary>
    public Task Prepare(WorkItem item, CancellationToken cancel) => EnsureOpen(OutOfSuspense(item, item.PaymentId), cancel);

    /// <summary>Adds that the money of an item has left suspense for a payment, which the rest of its action is about.</summary>
    public void WriteMoved(Change change, WorkItem item, string paymentId, Origin origin) =>
        Write(change, item, OutOfSuspense(item, paymentId), origin);

    private static WorkItemStep OutOfSuspense(WorkItem item, string? paymentId) => new(
        item with { PaymentId = paymentId, IsSuspended = false }, [],
        item.IsSuspended ? [Chart.SuspenseCleared(item.Id, item.Connector, item.Amount!.Value)] : []);

    private Task EnsureOpen(WorkItemStep step, CancellationToken cancel) => step.Postings.Count == 0 ? Task.CompletedTask : ledger.EnsureOpen(
        step.Next.Tenant, step.Next.Amount!.Value.Currency,
        [.. step.Postings.SelectMany(p => p.Entries).Select(e => e.Account).Distinct()], cancel);

    private void Write(Change change, WorkItem? before, WorkItemStep step, Origin origin)
    {
        var next = step.Next;
        change.Write(before is null ? WorkItemRows.Insert : WorkItemRows.Update, next);
        AuditTrail.Record(
            change, next.Tenant, origin, clocks.Real, before is null ? "work_item.open" : $"work_item.{WorkItemWords.Of(next.State)}", "work_item",
            next.Id, before is null ? null : WorkItemFacts.Of(before), WorkItemFacts.Of(next));
        foreach (var posting in step.Postings)
        {
            ledger.Write(change, next.Tenant, posting);
        }

        foreach (var fact in step.Facts)
        {
            events.Write(change, Event.Of(fact, next.Tenant, next.Id, WorkItemFacts.Of(next), origin.RequestId, next.WebhookUrl, clocks));
        }
    }
}
