using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

/// <param name="OrderId">The order to pay.</param>
/// <param name="Splits">Two to five parts that add up to the order's amount.</param>
/// <param name="ReturnUrl">Where a redirect of a part comes back to; the order's own returnUrl when absent.</param>
public sealed record CreateSplitPaymentBody(string? OrderId, SplitPartBody[]? Splits, string? ReturnUrl);

/// <param name="PaymentMethod">As of a payment.</param>
/// <param name="Amount">Major units.</param>
/// <param name="PaymentDetails">What the method needs.</param>
public sealed record SplitPartBody(string? PaymentMethod, AmountText? Amount, PaymentDetails? PaymentDetails);

/// <param name="Amount">Major units; absent: all that is left.</param>
/// <param name="Strategy">proportional, as when absent, or in_order.</param>
/// <param name="Reason">requested_by_customer when absent.</param>
/// <param name="Description">In your own words, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
public sealed record RefundSplitPaymentBody(
    AmountText? Amount, string? Strategy, RefundReason? Reason, string? Description, JsonElement? Metadata);

/// <summary>Orders that are paid in parts.</summary>
internal sealed class SplitPaymentsApi(
    SplitStore store, CreateSplitPayment create, CancelSplitPayment cancelSplit, RefundSplitPayment refund, SplitParts parts,
    Idempotency idempotency, MerchantClocks clocks) : ISplitRefunds
{
    private const string CancelReason = "requested_by_merchant";

    private static readonly string[] filters = ["status", "orderId", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, SplitPaymentsApi api)
    {
        var splits = routes.MapGroup("/api/payments/split").WithTags("Split payments").WithMetadata(new RequiresKey(KeyKind.Secret));
        splits.MapPost("", api.Create).WithName("createSplitPayment").WithSummary("Pay an order in parts")
            .WithDescription("All parts are paid, or none is kept. 201 when it is paid or waits for the customer, 202 while a processor has not "
                + "answered, the error of the part that failed with the split payment in error.details.splitPayment.")
            .Produces<SplitPaymentView>(StatusCodes.Status201Created).Produces<SplitPaymentView>(StatusCodes.Status202Accepted)
            .Example(SplitExamples.Create, SplitExamples.Created)
            .Errors(Errors.OrderNotFound, Errors.SplitMismatch, Errors.InvalidState, Errors.OrderExpired, Errors.NotSupported,
                Errors.RetryLimitExceeded, Errors.InvalidAmount, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.PaymentMethodNotAvailable, Errors.EmiNotAvailable, Errors.BnplNotAvailable, Errors.ConsentRequired,
                Errors.CollectNotAllowed, Errors.BankUnavailable, Errors.InvalidToken, Errors.CardDeclined, Errors.InsufficientFunds,
                Errors.CardExpired, Errors.InvalidCvv, Errors.LimitExceeded, Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
                Errors.PaymentDeclined, Errors.GatewayTimeout, Errors.GatewayUnavailable);
        splits.MapGet("", api.List).WithName("listSplitPayments").WithSummary("List split payments")
            .WithDescription("Newest first, without their parts. Filters: status, orderId, createdFrom, createdTo.")
            .Produces<ListView<SplitPaymentView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(SplitExamples.Listed))
            .Errors();
        splits.MapGet("{splitPaymentId}", api.Get).WithName("getSplitPayment").WithSummary("Get a split payment")
            .WithDescription("With its parts, and what was refunded of the whole.").Produces<SplitPaymentView>()
            .Example(SplitExamples.Created)
            .Errors(Errors.SplitPaymentNotFound);
        splits.MapPost("{splitPaymentId}/cancel", api.Cancel).WithName("cancelSplitPayment").WithSummary("Cancel a split payment")
            .WithDescription("Before its parts are captured. What they hold is released, what they took is refunded; 202 while that goes on.")
            .Produces<SplitPaymentView>().Produces<SplitPaymentView>(StatusCodes.Status202Accepted)
            .Example("{}", SplitExamples.Canceled)
            .Errors(Errors.SplitPaymentNotFound, Errors.InvalidState);
        splits.MapPost("{splitPaymentId}/refunds", api.Refund).WithName("refundSplitPayment").WithSummary("Refund a split payment")
            .WithDescription("Spreads the amount over the parts: all shares are reserved, or none. 201 when they are done or wait for an "
                + "approval, 202 while a processor has one, 402 when all were declined.")
            .Produces<SplitRefundView>(StatusCodes.Status201Created).Produces<SplitRefundView>(StatusCodes.Status202Accepted)
            .Example(SplitExamples.Refund, SplitExamples.Refunded)
            .Errors(Errors.SplitPaymentNotFound, Errors.InvalidAmount, Errors.AmountAboveMaximum, Errors.RefundAmountExceedsOriginal,
                Errors.PaymentAlreadyRefunded, Errors.RefundNotEligible, Errors.RefundDeclined);
    }

    private async Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateSplitPaymentBody> body, CancellationToken cancel)
    {
        var read = Read(caller, request, body.Value);
        return read.IsRefused
            ? Answer.Of(read.Refusal!, caller.RequestId)
            : await idempotency.RunSteps<WholeSplit>(caller, request, body.Fingerprint, whole => OfCreated(caller, whole),
                (call, answer) => create.Run(read.Value, call, answer, cancel), cancel);
    }

    private Outcome<SplitRequest> Read(Caller caller, HttpRequest request, CreateSplitPaymentBody body)
    {
        if (body.OrderId is null)
        {
            return Refusal.Field("orderId", "is required");
        }

        if (body.Splits is not { Length: >= SplitPayment.PartsMin and <= SplitPayment.PartsMax } splits)
        {
            return Refusal.Field("splits", $"must have {SplitPayment.PartsMin} to {SplitPayment.PartsMax} parts");
        }

        if (PurposeFields.RefuseReturnUrl(body.ReturnUrl) is { } refusal)
        {
            return refusal;
        }

        var asked = new AskedPart[splits.Length];
        for (var place = 0; place < splits.Length; place++)
        {
            var part = ReadPart(caller, splits[place], place);
            if (part.IsRefused)
            {
                return part.Refusal! with
                {
                    Details = new Dictionary<string, object?>(part.Refusal!.Details ?? new Dictionary<string, object?>()) { ["part"] = place + 1 },
                };
            }

            asked[place] = part.Value;
        }

        return new SplitRequest(caller.Tenant, body.OrderId, asked, body.ReturnUrl, SandboxBehaviour.AskedBy(request), caller.Origin);
    }

    private Outcome<AskedPart> ReadPart(Caller caller, SplitPartBody? part, int place)
    {
        if (part?.Amount is not { } amount)
        {
            return Refusal.Field(Errors.InvalidAmount, $"splits[{place}].amount", "is required: a number in major units such as 499.50");
        }

        var instrument = PaymentMethods.Read(part.PaymentMethod, part.PaymentDetails, caller, clocks.Now(caller.Tenant));
        return instrument.IsRefused ? instrument.Refusal! : new AskedPart(amount, instrument.Value);
    }

    private async Task<Answer> Get(Caller caller, string splitPaymentId, CancellationToken cancel)
    {
        if (await store.FindWhole(caller.Tenant, splitPaymentId, cancel) is not { } whole)
        {
            return Answer.Of(new Refusal(Errors.SplitPaymentNotFound), caller.RequestId);
        }

        var refunds = await store.RefundsOf(caller.Tenant, splitPaymentId, cancel);
        return Answer.Ok(SplitPaymentView.Of(whole, parts) with { Refunds = [.. refunds.Select(SplitRefundView.Of)] });
    }

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "split", filters);
        var refusal = query.Refusal
            ?? (query.Value["status"] is { } status && StateWords.StatesWith<SplitState>(status, SplitPayment.StatusOf).Length == 0
                ? Refusal.Field("status", "is not a status of these objects")
                : null);
        return refusal is not null
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, SplitPaymentView.Of, cancel));
    }

    private Task<Answer> Cancel(Caller caller, string splitPaymentId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.RunSteps<WholeSplit>(caller, request, body.Fingerprint, OfCommand, (call, answer) =>
            cancelSplit.Run(caller.Tenant, splitPaymentId, CancelReason, caller.Origin, call, answer, cancel), cancel);

    private Task<Answer> Refund(
        Caller caller, string splitPaymentId, HttpRequest request, Body<RefundSplitPaymentBody> body, CancellationToken cancel)
    {
        var asked = body.Value;
        var common = new RefundChargeBody(asked.Amount, asked.Reason, asked.Description, asked.Metadata)
            .Read(caller, request, paymentId: null, chargeId: null);
        return common.IsRefused
            ? Task.FromResult(Answer.Of(common.Refusal!, caller.RequestId))
            : Spread(caller, request, body.Fingerprint, splitPaymentId, asked.Strategy, common.Value, cancel);
    }

    /// <inheritdoc/>
    public Task<Answer> Spread(
        Caller caller, HttpRequest request, byte[] fingerprint, string splitPaymentId, string? strategy, RefundRequest asked,
        CancellationToken cancel)
    {
        if (strategy is not (null or "proportional" or "in_order"))
        {
            return Task.FromResult(Answer.Of(Refusal.Field("strategy", "must be proportional or in_order"), caller.RequestId));
        }

        var rule = strategy is null ? SpreadStrategy.Proportional : StateWords.Parse<SpreadStrategy>(strategy);
        return idempotency.RunSteps<SplitRefund>(caller, request, fingerprint, made => OfRefund(caller, made),
            (call, answer) => refund.Run(splitPaymentId, asked, rule, call, answer, cancel), cancel);
    }

    private Answer OfCreated(Caller caller, WholeSplit whole)
    {
        var view = SplitPaymentView.Of(whole, parts);
        return whole.Split switch
        {
            { FailureCode: { } code } failed => Answer.Of(
                new Refusal(Errors.ByCode(code), failed.FailureReason, new Dictionary<string, object?> { ["splitPayment"] = view }), caller.RequestId),
            { State: SplitState.Succeeded or SplitState.RequiresAction or SplitState.Canceled } =>
                Answer.Created(view, $"/api/payments/split/{whole.Split.Id}"),
            _ => Answer.Accepted(view),
        };
    }

    /// <summary>The answer to a command: what it is now, 202 while parts are given back.</summary>
    private Answer OfCommand(WholeSplit whole)
    {
        var view = SplitPaymentView.Of(whole, parts);
        return whole.Split.IsOver ? Answer.Ok(view) : Answer.Accepted(view);
    }

    private static Answer OfRefund(Caller caller, SplitRefund refund)
    {
        var view = SplitRefundView.Of(refund);
        return refund.Status switch
        {
            "failed" when refund.Shares[0].FailureCode is { } code => Answer.Of(
                new Refusal(Errors.ByCode(code), refund.Shares[0].FailureReason, new Dictionary<string, object?> { ["splitRefund"] = view }),
                caller.RequestId),
            "pending" => Answer.Accepted(view),
            _ => Answer.Created(view, $"/api/payments/split/{refund.SplitPaymentId}"),
        };
    }
}
