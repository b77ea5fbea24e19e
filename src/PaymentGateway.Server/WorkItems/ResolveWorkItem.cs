using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.WorkItems;

/// <summary>Ends an item: commits what was chosen, carries it out by the ordinary actions, commits that it is done.</summary>
public sealed class ResolveWorkItem
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call to a processor: until then nobody else takes the action up.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan askAgainAfter = TimeSpan.FromMinutes(1);

    private readonly WorkItemStore store;
    private readonly WorkItemMoves moves;
    private readonly MerchantClocks clocks;
    private readonly Dictionary<WorkItemAction, IWorkItemHandler> handlers;

    internal ResolveWorkItem(WorkItemStore store, WorkItemMoves moves, MerchantClocks clocks, IEnumerable<IWorkItemHandler> handlers) =>
        (this.store, this.moves, this.clocks, this.handlers) = (store, moves, clocks, handlers.ToDictionary(handler => handler.Action));

    /// <summary>Runs the choice of a person to its first result.</summary>
    /// <returns>The item, whatever came of it; null when another run of the same idempotent request has just begun it.</returns>
    internal async Task<Outcome<WorkItem>?> Run(
        Tenant tenant, string itemId, WorkItemAction action, string? note, Origin origin, IdempotentCall call, Func<WorkItem, Answer> answer,
        CancellationToken cancel)
    {
        if (call.Resumes is not null)
        {
            return await store.Find(tenant, itemId, cancel) is { } found ? found : new Refusal(Errors.WorkItemNotFound);
        }

        var begun = await Begin(tenant, itemId, new WorkItemCommand.Choose(action, origin.Actor, note, lease), origin, call, answer, cancel);
        return begun is { IsRefused: false, Value: { State: WorkItemState.Resolving } item }
            ? await Act(item, origin, (change, next) => call.Finish(change, answer(next)))
            : begun;
    }

    /// <summary>Carries out what is chosen and not done: what a machine chose, and what a crash or a silent processor left.</summary>
    /// <returns>How many were taken up.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (item, _) => Act(item, Origin.Worker, also: null), cancel);
    }

    /// <summary>Where nothing follows, the answer is committed at once; else the key is only reserved.</summary>
    private async Task<Outcome<WorkItem>?> Begin(
        Tenant tenant, string itemId, WorkItemCommand what, Origin origin, IdempotentCall call, Func<WorkItem, Answer> answer,
        CancellationToken cancel)
    {
        return call.HasKey
            ? await moves.TryGive(tenant, itemId, what, origin, Reserve, cancel)
            : await moves.Give(tenant, itemId, what, origin, Reserve, cancel);

        void Reserve(Change change, WorkItem next)
        {
            if (next.State == WorkItemState.Resolving)
            {
                call.Reserve(change, next.Id);
            }
            else
            {
                call.Finish(change, answer(next));
            }
        }
    }

    private async Task<Outcome<WorkItem>> Act(WorkItem item, Origin origin, Action<Change, WorkItem>? also)
    {
        WorkItemCommand next = await handlers[item.Action!.Value].Run(item, origin, CancellationToken.None) switch
        {
            Handled.Done done => new WorkItemCommand.Finish(done.ResultId),
            Handled.NotYet waiting => new WorkItemCommand.Wait(askAgainAfter, waiting.ResultId),
            Handled.Impossible impossible => new WorkItemCommand.Fail(impossible.Why),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no end of an action."),
        };
        return await moves.Give(item.Tenant, item.Id, next, origin, also, CancellationToken.None);
    }
}
