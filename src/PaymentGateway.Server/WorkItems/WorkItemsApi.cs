using PaymentGateway.Http;

namespace PaymentGateway.WorkItems;

/// <param name="Action">One of the item's actions: refund, accept, write_off, dismiss.</param>
/// <param name="Note">Why, at most 1000 characters.</param>
public sealed record ResolveWorkItemBody(string? Action, string? Note);

/// <summary>What does not fit together, for a person to decide.</summary>
internal sealed class WorkItemsApi(WorkItemStore store, ResolveWorkItem resolve, Idempotency idempotency)
{
    private const int NoteLengthMax = 1000;

    private static readonly string[] filters = ["status", "kind", "orderId", "paymentId", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, WorkItemsApi api)
    {
        var items = routes.MapGroup("/api/payments/work-items").WithTags("Work items").WithMetadata(new RequiresKey(KeyKind.Secret));
        items.MapGet("", api.List).WithName("listWorkItems").WithSummary("List work items")
            .WithDescription("Newest first. Filters: status, kind, orderId, paymentId, createdFrom, createdTo.")
            .Produces<ListView<WorkItemView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(WorkItemExamples.Open))
            .Errors();
        items.MapGet("{workItemId}", api.Get).WithName("getWorkItem").WithSummary("Get a work item")
            .WithDescription("What the processor said, what we had, and what can be done about it.").Produces<WorkItemView>()
            .Example(WorkItemExamples.Open)
            .Errors(Errors.WorkItemNotFound);
        items.MapPost("{workItemId}/resolve", api.Resolve).WithName("resolveWorkItem").WithSummary("Resolve a work item")
            .WithDescription("With one of its actions, which is carried out. 202 while the processor has not said what became of it.")
            .Produces<WorkItemView>().Produces<WorkItemView>(StatusCodes.Status202Accepted)
            .Example(WorkItemExamples.Resolve, WorkItemExamples.Dismissed)
            .Errors(Errors.WorkItemNotFound, Errors.InvalidState);
    }

    private async Task<Answer> Get(Caller caller, string workItemId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, workItemId, cancel) is { } item
            ? Answer.Ok(WorkItemView.Of(item))
            : Answer.Of(new Refusal(Errors.WorkItemNotFound), caller.RequestId);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, WorkItem.IdPrefix, filters);
        return (query.Refusal ?? UnknownWord(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, WorkItemView.Of, cancel));
    }

    /// <summary>A word in a filter that no item can have is a mistake of the caller, not an empty list.</summary>
    private static Refusal? UnknownWord(ListQuery query)
    {
        if (query["status"] is { } status && WorkItemWords.Find<WorkItemState>(status) is null)
        {
            return Refusal.Field("status", "is not a status of these objects");
        }

        return query["kind"] is { } kind && WorkItemWords.Find<WorkItemKind>(kind) is null
            ? Refusal.Field("kind", "is not a kind of work item")
            : null;
    }

    private Task<Answer> Resolve(
        Caller caller, string workItemId, HttpRequest request, Body<ResolveWorkItemBody> body, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        var action = WorkItemWords.Find<WorkItemAction>(body.Value.Action ?? "");
        faults.AddUnless(action is not null, "action", "must be one of refund, accept, write_off, dismiss, as the item offers");
        faults.AddUnless(body.Value.Note is null or { Length: <= NoteLengthMax }, "note", $"must have at most {NoteLengthMax} characters");
        return faults.Refusal is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : idempotency.RunSteps<WorkItem>(caller, request, body.Fingerprint, OfResolved, (call, answer) => resolve.Run(
                caller.Tenant, workItemId, action!.Value, body.Value.Note, caller.Origin, call, answer, cancel), cancel);
    }

    private static Answer OfResolved(WorkItem item)
    {
        var view = WorkItemView.Of(item);
        return item.State == WorkItemState.Resolving ? Answer.Accepted(view) : Answer.Ok(view);
    }
}
