using System.Text.Json;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <param name="PaymentId">The payment to refund, or else its charge.</param>
/// <param name="ChargeId">The captured charge to refund, or else its payment.</param>
/// <param name="Amount">Major units; absent: all that is left.</param>
/// <param name="Reason">requested_by_customer when absent.</param>
/// <param name="Description">In your own words, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
public sealed record CreateRefundBody(
    string? PaymentId, string? ChargeId, AmountText? Amount, RefundReason? Reason, string? Description, JsonElement? Metadata);

/// <param name="Amount">Major units; absent: all that is left.</param>
/// <param name="Reason">requested_by_customer when absent.</param>
/// <param name="Description">In your own words, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
public sealed record RefundChargeBody(AmountText? Amount, RefundReason? Reason, string? Description, JsonElement? Metadata);

/// <param name="Reason">1 to 255 characters, kept with the decision.</param>
public sealed record RejectRefundBody(string? Reason);

/// <summary>Refunds of payments and charges.</summary>
internal sealed class RefundsApi(
    RefundStore store, CreateRefund create, RefundFollowUp followUp, Idempotency idempotency, ISecondFactor secondFactor)
{
    private const string CancelReason = "requested_by_merchant";

    private static readonly string[] filters = ["paymentId", "chargeId", "orderId", "status", "reason", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, RefundsApi api)
    {
        var refunds = routes.MapGroup("/api/payments/refunds").WithTags("Refunds").WithMetadata(new RequiresKey(KeyKind.Secret));
        refunds.MapPost("", api.Create).WithName("createRefund").WithSummary("Refund a payment")
            .WithDescription("In full or in part, as often as something is left. 201 when it is done or waits for an approval, 202 while the "
                + "processor has it, 402 when it was declined, with the refund in error.details.refund.")
            .Produces<RefundView>(StatusCodes.Status201Created).Produces<RefundView>(StatusCodes.Status202Accepted)
            .Example(RefundExamples.Create, RefundExamples.Succeeded)
            .Errors(Errors.PaymentNotFound, Errors.ChargeNotFound, Errors.InvalidAmount, Errors.AmountAboveMaximum,
                Errors.RefundAmountExceedsOriginal, Errors.PaymentAlreadyRefunded, Errors.PaymentDisputed, Errors.RefundNotEligible, Errors.RefundDeclined);
        refunds.MapGet("", api.List).WithName("listRefunds").WithSummary("List refunds")
            .WithDescription("Newest first. Filters: paymentId, chargeId, orderId, status, reason, createdFrom, createdTo.")
            .Produces<ListView<RefundView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(RefundExamples.Succeeded))
            .Errors();
        refunds.MapGet("{refundId}", api.Get).WithName("getRefund").WithSummary("Get a refund")
            .WithDescription("What became of it, and who approved it.").Produces<RefundView>()
            .Example(RefundExamples.Succeeded)
            .Errors(Errors.RefundNotFound);
        refunds.MapPost("{refundId}/cancel", api.Cancel).WithName("cancelRefund").WithSummary("Cancel a refund")
            .WithDescription("While it waits for an approval, or while it is pending and the processor can take it back.")
            .Produces<RefundView>().Produces<RefundView>(StatusCodes.Status202Accepted)
            .Example("{}", RefundExamples.Canceled)
            .Errors(Errors.RefundNotFound, Errors.InvalidState);
        refunds.MapPost("{refundId}/approve", api.Approve).WithName("approveRefund").WithSummary("Approve a refund")
            .WithDescription("With another key than the one that asked for it, and another for each approval. The last one sends it.")
            .Produces<RefundView>().Produces<RefundView>(StatusCodes.Status202Accepted)
            .Example("{}", RefundExamples.Approved)
            .Errors(Errors.RefundNotFound, Errors.InvalidState, Errors.SameApprover, Errors.TwoFactorAuthRequired);
        refunds.MapPost("{refundId}/reject", api.Reject).WithName("rejectRefund").WithSummary("Reject a refund")
            .WithDescription("Ends a refund that waits for an approval; its amount can be refunded again.").Produces<RefundView>()
            .Example(RefundExamples.Reject, RefundExamples.Rejected)
            .Errors(Errors.RefundNotFound, Errors.InvalidState, Errors.SameApprover);

        routes.MapPost("/api/payments/charges/{chargeId}/refunds", api.RefundCharge).WithTags("Refunds")
            .WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("refundCharge").WithSummary("Refund a charge")
            .WithDescription("As the refund of its payment.")
            .Produces<RefundView>(StatusCodes.Status201Created).Produces<RefundView>(StatusCodes.Status202Accepted)
            .Example(RefundExamples.OfCharge, RefundExamples.Succeeded)
            .Errors(Errors.ChargeNotFound, Errors.InvalidAmount, Errors.AmountAboveMaximum, Errors.RefundAmountExceedsOriginal,
                Errors.PaymentAlreadyRefunded, Errors.PaymentDisputed, Errors.RefundNotEligible, Errors.RefundDeclined);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateRefundBody> body, CancellationToken cancel)
    {
        var asked = body.Value;
        return asked.PaymentId is null == asked.ChargeId is null
            ? Task.FromResult(Answer.Of(Refusal.Field("paymentId", "or else chargeId is required, and only one of them"), caller.RequestId))
            : Run(caller, request, body.Fingerprint, asked.PaymentId, asked.ChargeId,
                new(asked.Amount, asked.Reason, asked.Description, asked.Metadata), cancel);
    }

    private Task<Answer> RefundCharge(
        Caller caller, string chargeId, HttpRequest request, Body<RefundChargeBody> body, CancellationToken cancel) =>
        Run(caller, request, body.Fingerprint, paymentId: null, chargeId, body.Value, cancel);

    private Task<Answer> Run(
        Caller caller, HttpRequest request, byte[] fingerprint, string? paymentId, string? chargeId, RefundChargeBody asked,
        CancellationToken cancel)
    {
        var faults = new FieldFaults();
        PurposeFields.CheckLength("description", asked.Description, 1000, faults);
        var metadata = PurposeFields.ReadMetadata(asked.Metadata, faults);
        if (faults.Refusal is { } refusal)
        {
            return Task.FromResult(Answer.Of(refusal, caller.RequestId));
        }

        var refund = new RefundRequest(
            caller.Tenant, paymentId, chargeId, asked.Amount, asked.Reason ?? RefundReason.RequestedByCustomer, asked.Description, metadata,
            caller.KeyId, SandboxBehaviour.AskedBy(request), caller.Origin);
        return idempotency.RunSteps<Refund>(
            caller, request, fingerprint, made => OfCreated(caller, made), (call, answer) => create.Run(refund, call, answer, cancel), cancel);
    }

    private async Task<Answer> Get(Caller caller, string refundId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, refundId, cancel) is { } refund
            ? Answer.Ok(RefundView.Of(refund))
            : Answer.Of(new Refusal(Errors.RefundNotFound), caller.RequestId);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "re", filters);
        return (query.Refusal ?? UnknownWord(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, RefundView.Of, cancel));
    }

    /// <summary>A word in a filter that no refund can have is a mistake of the caller, not an empty list.</summary>
    private static Refusal? UnknownWord(ListQuery query)
    {
        if (query["status"] is { } status && StateWords.StatesWith<RefundState>(status, Refund.StatusOf).Length == 0)
        {
            return Refusal.Field("status", "is not a status of these objects");
        }

        return query["reason"] is { } reason && StateWords.StatesWith<RefundReason>(reason, StateWords.Of).Length == 0
            ? Refusal.Field("reason", "is not a reason of a refund")
            : null;
    }

    private Task<Answer> Cancel(Caller caller, string refundId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.RunSteps<Refund>(caller, request, body.Fingerprint, OfCommand, (call, answer) =>
            followUp.Cancel(caller.Tenant, refundId, CancelReason, caller.Origin, call, answer, cancel), cancel);

    private Task<Answer> Approve(Caller caller, string refundId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.RunSteps<Refund>(caller, request, body.Fingerprint, OfCommand, (call, answer) => followUp.Approve(
            caller.Tenant, refundId, caller.KeyId, secondFactor.IsGivenBy(caller), caller.Origin, call, answer, cancel), cancel);

    private Task<Answer> Reject(Caller caller, string refundId, HttpRequest request, Body<RejectRefundBody> body, CancellationToken cancel) =>
        body.Value.Reason is not { Length: >= 1 and <= 255 } reason
            ? Task.FromResult(Answer.Of(Refusal.Field("reason", "is required and must have 1 to 255 characters"), caller.RequestId))
            : idempotency.RunSteps<Refund>(caller, request, body.Fingerprint, OfCommand, (call, answer) =>
                followUp.Reject(caller.Tenant, refundId, caller.KeyId, reason, caller.Origin, call, answer, cancel), cancel);

    private static Answer OfCreated(Caller caller, Refund refund)
    {
        var view = RefundView.Of(refund);
        return refund switch
        {
            { State: RefundState.Failed, FailureCode: { } code } => Answer.Of(
                new Refusal(Errors.ByCode(code), refund.FailureReason, new Dictionary<string, object?> { ["refund"] = view }), caller.RequestId),
            _ when IsPending(refund) => Answer.Accepted(view),
            _ => Answer.Created(view, $"/api/payments/refunds/{refund.Id}"),
        };
    }

    /// <summary>The answer to a command: what the refund is now, 202 while the processor has it.</summary>
    private static Answer OfCommand(Refund refund)
    {
        var view = RefundView.Of(refund);
        return IsPending(refund) ? Answer.Accepted(view) : Answer.Ok(view);
    }

    private static bool IsPending(Refund refund) => refund.Status == StateWords.Of(RefundState.Pending);
}
