using System.Text.Json;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <param name="PaymentId">The payment to refund, or else its charge, its order or its split payment.</param>
/// <param name="ChargeId">The captured charge to refund.</param>
/// <param name="OrderId">The paid order to refund: its payment, or the parts that paid it.</param>
/// <param name="SplitPaymentId">The split payment to refund: what comes back is spread over its parts.</param>
/// <param name="Strategy">How it is spread over the parts: proportional, as when absent, or in_order.</param>
/// <param name="Amount">Major units; absent: all that is left.</param>
/// <param name="Reason">requested_by_customer when absent.</param>
/// <param name="Description">In your own words, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
public sealed record CreateRefundBody(
    string? PaymentId, string? ChargeId, string? OrderId, string? SplitPaymentId, string? Strategy, AmountText? Amount, RefundReason? Reason, string? Description, JsonElement? Metadata);

/// <param name="Amount">Major units; absent: all that is left.</param>
/// <param name="Reason">requested_by_customer when absent.</param>
/// <param name="Description">In your own words, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
public sealed record RefundChargeBody(AmountText? Amount, RefundReason? Reason, string? Description, JsonElement? Metadata)
{
    /// <summary>The request, with the fields that all refunds have read and checked.</summary>
    public Outcome<RefundRequest> Read(Caller caller, HttpRequest request, string? paymentId, string? chargeId)
    {
        var faults = new FieldFaults();
        PurposeFields.CheckLength("description", Description, 1000, faults);
        var metadata = PurposeFields.ReadMetadata(Metadata, faults);
        return faults.Refusal is { } refusal ? refusal : new RefundRequest(
            caller.Tenant, paymentId, chargeId, Amount, Reason ?? RefundReason.RequestedByCustomer, Description, metadata,
            caller.KeyId, SandboxBehaviour.AskedBy(request), caller.Origin);
    }
}

/// <param name="Reason">1 to 255 characters, kept with the decision.</param>
public sealed record RejectRefundBody(string? Reason);

/// <summary>Refunds what was paid in parts. Provided by the area that keeps split payments.</summary>
public interface ISplitRefunds
{
    /// <param name="splitPaymentId">The split payment.</param>
    /// <param name="strategy">As it was sent.</param>
    /// <param name="asked">What the refunds of its parts have in common.</param>
    Task<Answer> Spread(
        Caller caller, HttpRequest request, byte[] fingerprint, string splitPaymentId, string? strategy, RefundRequest asked, CancellationToken cancel);
}

/// <summary>Refunds of payments and charges.</summary>
internal sealed class RefundsApi(
    RefundStore store, CreateRefund create, RefundFollowUp followUp, ISplitRefunds splits, PaymentStore payments, Idempotency idempotency,
    ISecondFactor secondFactor)
{
    private const string CancelReason = "requested_by_merchant";

    private static readonly string[] filters = ["paymentId", "chargeId", "orderId", "status", "reason", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, RefundsApi api)
    {
        var refunds = routes.MapGroup("/api/payments/refunds").WithTags("Refunds").WithMetadata(new RequiresKey(KeyKind.Secret));
        refunds.MapPost("", api.Create).WithName("createRefund").WithSummary("Refund a payment")
            .WithDescription("In full or in part, as often as something is left. 201 when it is done or waits for an approval, 202 while the "
                + "processor has it, 402 when it was declined, with the refund in error.details.refund. What was paid in parts, named by "
                + "splitPaymentId or orderId, is answered as POST /api/payments/split/{splitPaymentId}/refunds is.")
            .Produces<RefundView>(StatusCodes.Status201Created).Produces<RefundView>(StatusCodes.Status202Accepted)
            .Example(RefundExamples.Create, RefundExamples.Succeeded)
            .Errors(Errors.PaymentNotFound, Errors.ChargeNotFound, Errors.OrderNotFound, Errors.SplitPaymentNotFound, Errors.InvalidAmount,
                Errors.AmountAboveMaximum, Errors.RefundAmountExceedsOriginal, Errors.PaymentAlreadyRefunded, Errors.PaymentDisputed,
                Errors.RefundNotEligible, Errors.RefundDeclined);
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
            .WithDescription("With another key or person than the one that asked for it, and another for each approval. The last one sends it. "
                + "A person sends their one-time code as X-Second-Factor where the merchant's policy asks for it.")
            .Produces<RefundView>().Produces<RefundView>(StatusCodes.Status202Accepted)
            .Example("{}", RefundExamples.Approved)
            .Errors(Errors.RefundNotFound, Errors.InvalidState, Errors.SameApprover, Errors.TwoFactorAuthRequired,
                Errors.TwoFactorAuthFailed, Errors.TooManyAttempts, Errors.AccountLocked);
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

    private async Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateRefundBody> body, CancellationToken cancel)
    {
        var asked = body.Value;
        var named = new[] { asked.PaymentId, asked.ChargeId, asked.OrderId, asked.SplitPaymentId }.Count(id => id is not null);
        if (named != 1)
        {
            return Answer.Of(
                Refusal.Field("paymentId", "or else chargeId, orderId or splitPaymentId is required, and only one of them"), caller.RequestId);
        }

        var (paymentId, splitId) = (asked.PaymentId, asked.SplitPaymentId);
        if (asked.OrderId is not null)
        {
            var (order, payment) = await payments.FindOrder(caller.Tenant, asked.OrderId, cancel);
            (paymentId, splitId) = (payment?.Id, order?.SplitPaymentId);
            if (order is null || (paymentId ?? splitId) is null)
            {
                return Answer.Of(new Refusal(order is null ? Errors.OrderNotFound : Errors.RefundNotEligible), caller.RequestId);
            }
        }

        if (splitId is null && asked.Strategy is not null)
        {
            return Answer.Of(Refusal.Field("strategy", "is for what was paid in parts"), caller.RequestId);
        }

        var what = new RefundChargeBody(asked.Amount, asked.Reason, asked.Description, asked.Metadata);
        if (splitId is null)
        {
            return await Run(caller, request, body.Fingerprint, paymentId, asked.ChargeId, what, cancel);
        }

        var common = what.Read(caller, request, paymentId: null, chargeId: null);
        return common.IsRefused
            ? Answer.Of(common.Refusal!, caller.RequestId)
            : await splits.Spread(caller, request, body.Fingerprint, splitId, asked.Strategy, common.Value, cancel);
    }

    private Task<Answer> RefundCharge(
        Caller caller, string chargeId, HttpRequest request, Body<RefundChargeBody> body, CancellationToken cancel) =>
        Run(caller, request, body.Fingerprint, paymentId: null, chargeId, body.Value, cancel);

    private Task<Answer> Run(
        Caller caller, HttpRequest request, byte[] fingerprint, string? paymentId, string? chargeId, RefundChargeBody asked,
        CancellationToken cancel)
    {
        var refund = asked.Read(caller, request, paymentId, chargeId);
        return refund.IsRefused
            ? Task.FromResult(Answer.Of(refund.Refusal!, caller.RequestId))
            : idempotency.RunSteps<Refund>(caller, request, fingerprint, made => OfCreated(caller, made),
                (call, answer) => create.Run(refund.Value, call, answer, cancel), cancel);
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
        idempotency.RunSteps<Refund>(caller, request, body.Fingerprint, OfCommand, async (call, answer) =>
        {
            var factor = await secondFactor.Check(caller, request, $"refund.approve/{refundId}", cancel);
            return factor.IsRefused
                ? factor.Refusal!
                : await followUp.Approve(caller.Tenant, refundId, caller.KeyId, factor.Value, caller.Origin, call, answer, cancel);
        }, cancel);

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
