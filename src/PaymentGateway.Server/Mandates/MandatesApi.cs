using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <param name="Reason">1 to 255 characters, kept with the mandate; requested_by_merchant when absent.</param>
public sealed record RevokeMandateBody(string? Reason);

/// <param name="Amount">Of the debit to come, in major units.</param>
/// <param name="DebitFrom">When you will debit; as early as it may be when absent.</param>
public sealed record AnnounceDebitBody(AmountText? Amount, DateTimeOffset? DebitFrom);

/// <summary>The endpoints of mandates and their notices.</summary>
internal sealed class MandatesApi(
    MandateStore store, CreateMandate create, MandateFacts facts, Idempotency idempotency, MerchantClocks clocks)
{
    private const string RevokeReason = "requested_by_merchant";

    private static readonly string[] filters = ["status", "type", "customerId", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, MandatesApi api)
    {
        var mandates = routes.MapGroup("/api/payments/mandates").WithTags("Mandates").WithMetadata(new RequiresKey(KeyKind.Secret));
        mandates.MapPost("", api.Create).WithName("createMandate").WithSummary("Create a mandate")
            .WithDescription("A customer's permission to debit their bank account, or to collect by UPI AutoPay. 201 when it is active or was "
                + "rejected, 202 while the payer or the processor has it.")
            .Produces<MandateView>(StatusCodes.Status201Created).Produces<MandateView>(StatusCodes.Status202Accepted)
            .Example(MandateExamples.Create, MandateExamples.Active)
            .Errors(Errors.CustomerNotFound, Errors.InvalidAmount, Errors.PaymentMethodNotAvailable);
        mandates.MapGet("", api.List).WithName("listMandates").WithSummary("List mandates")
            .WithDescription("Newest first. Filters: status, type, customerId, createdFrom, createdTo.")
            .Produces<ListView<MandateView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(MandateExamples.Active))
            .Errors();
        mandates.MapGet("{mandateId}", api.Get).WithName("getMandate").WithSummary("Get a mandate")
            .WithDescription("What the customer agreed to, and where it stands.").Produces<MandateView>()
            .Example(MandateExamples.Active)
            .Errors(Errors.MandateNotFound);
        mandates.MapPost("{mandateId}/revoke", api.Revoke).WithName("revokeMandate").WithSummary("Revoke a mandate")
            .WithDescription("Nothing is debited by it from then on; a debit that is under way goes on. It cannot be undone.")
            .Produces<MandateView>()
            .Example(MandateExamples.Revoke, MandateExamples.Revoked)
            .Errors(Errors.MandateNotFound, Errors.InvalidState);
        mandates.MapPost("{mandateId}/notices", api.Announce).WithName("announceDebit").WithSummary("Announce a debit")
            .WithDescription("Notes that you told the customer of a debit to come, and from when on it may be made.")
            .Produces<NoticeView>(StatusCodes.Status201Created)
            .Example(MandateExamples.Announce, MandateExamples.Notice)
            .Errors(Errors.MandateNotFound, Errors.MandateNotActive, Errors.MandateLimitExceeded, Errors.NotSupported, Errors.InvalidAmount);
        mandates.MapGet("{id}/notices", api.ListNotices).WithName("listMandateNotices").WithSummary("List the notices of a mandate")
            .WithDescription("Newest first: each lets one debit of its amount through.").Produces<ListView<NoticeView>>()
            .Filters()
            .Example(OperationExample.ListOf(MandateExamples.Notice))
            .Errors(Errors.MandateNotFound);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateMandateBody> body, CancellationToken cancel)
    {
        var asked = MandateFields.Read(
            body.Value, caller.Tenant, clocks.Now(caller.Tenant), SandboxBehaviour.AskedBy(request), caller.Origin);
        return asked.IsRefused
            ? Task.FromResult(Answer.Of(asked.Refusal!, caller.RequestId))
            : idempotency.RunSteps<Mandate>(
                caller, request, body.Fingerprint, OfCreated, (call, answer) => create.Run(asked.Value, call, answer, cancel), cancel);
    }

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Mandate.IdPrefix, filters);
        return (query.Refusal ?? UnknownWord(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, MandateView.Of, cancel));
    }

    /// <summary>A word in a filter that no mandate can have is a mistake of the caller, not an empty list.</summary>
    private static Refusal? UnknownWord(ListQuery query)
    {
        if (query["status"] is { } status && Words.StatesWith<MandateState>(status, Mandate.StatusOf).Length == 0)
        {
            return Refusal.Field("status", "is not a status of these objects");
        }

        return query["type"] is { } type && !Enum.GetValues<MandateType>().Select(Words.Of).Contains(type)
            ? Refusal.Field("type", "is not a type of a mandate")
            : null;
    }

    private async Task<Answer> Get(Caller caller, string mandateId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, mandateId, cancel) is { } mandate ? Answer.Ok(MandateView.Of(mandate)) : NotFound(caller);

    private Task<Answer> Revoke(Caller caller, string mandateId, HttpRequest request, Body<RevokeMandateBody> body, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        ObjectFields.CheckLength("reason", body.Value.Reason, 255, faults);
        return faults.Refusal is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : idempotency.RunSteps<Mandate>(caller, request, body.Fingerprint, mandate => Answer.Ok(MandateView.Of(mandate)) with { CustomerId = mandate.CustomerId }, (call, answer) =>
                create.Revoke(caller.Tenant, mandateId, body.Value.Reason ?? RevokeReason, caller.Origin, call, answer, cancel), cancel);
    }

    private Task<Answer> Announce(Caller caller, string mandateId, HttpRequest request, Body<AnnounceDebitBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (await store.Find(caller.Tenant, mandateId, cancel) is not { } mandate)
            {
                return new Decided(null, NotFound(caller));
            }

            var notice = NoticeOf(mandate, body.Value);
            if (notice.IsRefused)
            {
                return new Decided(null, Answer.Of(notice.Refusal!, caller.RequestId));
            }

            var change = new Change().Of(caller.Tenant).Write(MandateRows.InsertNotice, notice.Value);
            facts.Write(change, mandate, notice.Value, caller.Origin);
            return new Decided(change, Answer.Created(NoticeView.Of(notice.Value), $"/api/payments/mandates/{mandateId}/notices"));
        }, cancel);

    private Outcome<Notice> NoticeOf(Mandate mandate, AnnounceDebitBody asked)
    {
        var amount = RequestedAmount.Read(asked.Amount, mandate.AmountMax.Currency.Code);
        return amount.IsRefused
            ? amount.Refusal!
            : MandateDecisions.Announce(
                mandate, Id.New(Notice.IdPrefix, clocks.Real), amount.Value, asked.DebitFrom?.ToUniversalTime(), clocks.Now(mandate.Tenant));
    }

    private async Task<Answer> ListNotices(Caller caller, string id, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Notice.IdPrefix);
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return await store.Find(caller.Tenant, id, cancel) is null
            ? NotFound(caller)
            : Answer.Ok(await store.ListNotices(caller.Tenant, id, query.Value, NoticeView.Of, cancel));
    }

    private static Answer OfCreated(Mandate mandate) => (mandate.State is MandateState.Submitted or MandateState.Pending
        ? Answer.Accepted(MandateView.Of(mandate))
        : Answer.Created(MandateView.Of(mandate), $"/api/payments/mandates/{mandate.Id}")) with
    { CustomerId = mandate.CustomerId };

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.MandateNotFound), caller.RequestId);
}
