using PaymentGateway.Http;
using PaymentGateway.Ledger;

namespace PaymentGateway.WorkItems;

/// <summary>What can happen to an item. The name is the word that callers use.</summary>
public abstract record WorkItemCommand(string Name)
{
    /// <summary>Somebody decides how it ends.</summary>
    /// <param name="Actor">As in the audit trail.</param>
    /// <param name="Lease">By then the action is done, or a worker takes it up.</param>
    public sealed record Choose(WorkItemAction Action, string Actor, string? Note, TimeSpan Lease) : WorkItemCommand("resolve");

    /// <summary>The action is done.</summary>
    /// <param name="ResultId">What it made.</param>
    public sealed record Finish(string? ResultId) : WorkItemCommand("finish");

    /// <summary>The action cannot be done: somebody chooses again.</summary>
    public sealed record Fail(string Why) : WorkItemCommand("fail");

    /// <summary>The processor has not said yet what became of the action.</summary>
    /// <param name="ResultId">What it has made so far.</param>
    public sealed record Wait(TimeSpan For, string? ResultId) : WorkItemCommand("wait");
}

/// <summary>The next item and what is written with it.</summary>
/// <param name="Facts">Names of events.</param>
public sealed record WorkItemStep(WorkItem Next, IReadOnlyList<string> Facts, IReadOnlyList<Posting> Postings);

/// <summary>The state machine of a work item: pure, one line for each pair that is legal.</summary>
public static class WorkItemDecisions
{
    public const string Opened = "work_item.opened";

    public const string Resolved = "work_item.resolved";

    public static Outcome<WorkItemStep> Decide(WorkItem now, WorkItemCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (WorkItemState.Open, WorkItemCommand.Choose choose) when !now.Actions.Contains(choose.Action) => Refusal.Field(
            "action", $"must be one of {string.Join(", ", now.Actions.Select(WorkItemWords.Of))}"),
        (WorkItemState.Open, WorkItemCommand.Choose { Action: WorkItemAction.Dismiss or WorkItemAction.WriteOff } choose) =>
            Ended(Chosen(now, choose), when, resultId: null),
        (WorkItemState.Open, WorkItemCommand.Choose choose) => new WorkItemStep(
            Chosen(now, choose) with { State = WorkItemState.Resolving, ActAt = when + choose.Lease }, [], []),

        (WorkItemState.Resolving, WorkItemCommand.Finish finish) => Ended(now, when, finish.ResultId),
        (WorkItemState.Resolving, WorkItemCommand.Fail fail) => new WorkItemStep(
            now with { State = WorkItemState.Open, Action = null, ResolvedBy = null, ActAt = null, ResultId = null, Failure = fail.Why }, [Opened], []),
        (WorkItemState.Resolving, WorkItemCommand.Wait wait) => new WorkItemStep(now with { ActAt = when + wait.For, ResultId = wait.ResultId }, [], []),

        _ => Refusal.InvalidState("work item", WorkItemWords.Of(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(WorkItemState state) => state == WorkItemState.Open ? ["resolve"] : [];

    /// <summary>Money that came without a place of its own.</summary>
    public static IReadOnlyList<Posting> PostingsOfOpening(WorkItem item) =>
        item.IsSuspended ? [Chart.Suspended(item.Id, item.Connector, item.Amount!.Value)] : [];

    private static WorkItem Chosen(WorkItem now, WorkItemCommand.Choose choose) =>
        now with { Action = choose.Action, ResolvedBy = choose.Actor, Note = choose.Note, Failure = null };

    /// <summary>
    /// Whichever way it ends, nothing of it stays in suspense: a payment that took the money books it again as its own.
    /// </summary>
    private static WorkItemStep Ended(WorkItem now, DateTimeOffset when, string? resultId)
    {
        var next = now with
        {
            State = now.Action == WorkItemAction.Dismiss ? WorkItemState.Dismissed : WorkItemState.Resolved,
            ResultId = resultId,
            ResolvedAt = when,
            ActAt = null,
            IsSuspended = false,
        };
        var postings = new List<Posting>();
        if (now.IsSuspended)
        {
            postings.Add(Chart.SuspenseCleared(now.Id, now.Connector, now.Amount!.Value));
        }

        if (now.Action == WorkItemAction.WriteOff)
        {
            postings.Add(Chart.WrittenOff(now.Id, now.Connector, now.Amount!.Value));
        }

        return new WorkItemStep(next, [Resolved], postings);
    }
}
