using PaymentGateway.Clocks;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <param name="OrderId">The order to pay.</param>
/// <param name="PaymentMethod">card, upi, netbanking, wallet, qr, emi or bnpl.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="ReturnUrl">Where a redirect comes back to; the hosted page when absent.</param>
/// <param name="ThreeDSecure">Your wish about the check of the card holder.</param>
public sealed record CreatePaymentBody(
    string? OrderId, string? PaymentMethod, PaymentDetails? PaymentDetails, string? ReturnUrl, ThreeDSecureBody? ThreeDSecure = null);

/// <summary>Payments of orders, and the attempts of all payments.</summary>
internal sealed class PaymentsApi(
    PaymentStore store, PaymentAnswers answers, ViewWriter views, ConfirmPayment confirm, FindRefundsOfPayment refunds,
    FindDisputesOfPayment disputes, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, PaymentsApi api)
    {
        var payments = routes.MapGroup("/api/payments").WithTags("Payments");
        payments.MapPost("", api.Create).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("createPayment").WithSummary("Pay an order")
            .WithDescription("From your server, with a card token or another method. A decline is 402 with the payment in error.details.payment.")
            .Produces<PaymentView>(StatusCodes.Status201Created).Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.CreatePayment, PaymentExamples.CreatedPayment)
            .Errors(Errors.OrderNotFound, Errors.InvalidState, Errors.OrderExpired, Errors.RetryLimitExceeded, Errors.PaymentMethodNotAvailable,
                Errors.EmiNotAvailable, Errors.BnplNotAvailable, Errors.ConsentRequired, Errors.CollectNotAllowed, Errors.BankUnavailable,
                Errors.AmountAboveMaximum, Errors.InvalidToken,
                Errors.PaymentMethodNotFound, Errors.CardDeclined, Errors.InsufficientFunds, Errors.CardExpired, Errors.InvalidCvv,
                Errors.AuthenticationAbandoned, Errors.CardAuthenticationFailed, Errors.CardAuthenticationRejected,
                Errors.CardAuthenticationUnavailable, Errors.LimitExceeded, Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
                Errors.PaymentDeclined, Errors.GatewayTimeout);
        payments.MapGet("", api.List).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("listPayments").WithSummary("List payments")
            .WithDescription("Newest first. Filters: status, orderId, customerId, merchantOrderId, currency, createdFrom, createdTo.")
            .Produces<ListView<PaymentView>>()
            .Filters("status", "orderId", "customerId", "merchantOrderId", "currency", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(PaymentExamples.Payment))
            .Errors();
        payments.MapGet("{paymentId}", api.Get).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("getPayment").WithSummary("Get a payment").WithDescription("With all its attempts, the latest first.").Produces<PaymentView>()
            .Query("clientSecret", "Of the object; needed with a publishable key.")
            .Example(PaymentExamples.Payment)
            .Errors(Errors.PaymentNotFound);

        var charges = routes.MapGroup("/api/payments/charges").WithTags("Charges");
        charges.MapGet("", api.ListCharges).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("listCharges").WithSummary("List charges")
            .WithDescription("Every attempt at a processor, newest first. Filters: status, paymentId, currency, createdFrom, createdTo.")
            .Produces<ListView<ChargeView>>()
            .Filters("status", "paymentId", "currency", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(PaymentExamples.Charge))
            .Errors();
        charges.MapGet("{chargeId}", api.GetCharge).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("getCharge").WithSummary("Get a charge")
            .WithDescription("One attempt: what the processor was asked and what it said.").Produces<ChargeView>()
            .Example(PaymentExamples.Charge)
            .Errors(Errors.ChargeNotFound);
    }

    internal async Task<Answer> Get(Caller caller, string paymentId, HttpRequest request, CancellationToken cancel)
    {
        if (answers.RefuseAccess(caller, paymentId, request.Query["clientSecret"]) is { } refused)
        {
            return refused;
        }

        var (_, payment) = await store.FindPayment(caller.Tenant, paymentId, cancel);
        if (payment is null)
        {
            return Answer.Of(new Refusal(Errors.PaymentNotFound), caller.RequestId);
        }

        var view = views.Of(payment, await store.ChargesOf(caller.Tenant, paymentId, cancel), PaymentAnswers.AudienceOf(caller));
        return Answer.Ok(view with
        {
            Refunds = await refunds(caller.Tenant, paymentId, cancel),
            Disputes = await disputes(caller.Tenant, paymentId, cancel),
        });
    }

    internal async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(
            request, "pay", "status", "orderId", "customerId", "merchantOrderId", "currency", "createdFrom", "createdTo");
        if (query.Refusal is { } unreadable)
        {
            return Answer.Of(unreadable, caller.RequestId);
        }

        var states = StateWords.StatesWith<PaymentState>(query.Value["status"] ?? "", StateWords.Status);
        return PaymentAnswers.UnknownStatus(query.Value, states) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.ListPayments(caller.Tenant, query.Value, payment => views.Of(payment, null, Audience.Server), cancel));
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreatePaymentBody> body, CancellationToken cancel)
    {
        var instrument = PaymentMethods.Read(body.Value.PaymentMethod, body.Value.PaymentDetails, caller, clocks.Now(caller.Tenant));
        var wish = ThreeDSecureFields.Read(
            body.Value.ThreeDSecure, body.Value.PaymentDetails?.Browser, body.Value.PaymentMethod, offSession: false, caller, request);
        var refusal = body.Value.OrderId is null
            ? Refusal.Field("orderId", "is required")
            : instrument.Refusal ?? wish.Refusal ?? PurposeFields.RefuseReturnUrl(body.Value.ReturnUrl);
        return refusal is not null
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfAttempt(caller, payment, created: true), (call, answer) => confirm.Run(
                new PaymentAttempt(caller.Tenant, body.Value.OrderId, null, instrument.Value, body.Value.ReturnUrl,
                    PaymentAnswers.Behaviour(request), caller.Origin, ThreeDSecure: wish.Value),
                call, answer, cancel), cancel);
    }

    private async Task<Answer> GetCharge(Caller caller, string chargeId, CancellationToken cancel) =>
        await store.FindCharge(caller.Tenant, chargeId, cancel) is { } charge
            ? Answer.Ok(ViewWriter.Of(charge, Audience.Server))
            : Answer.Of(new Refusal(Errors.ChargeNotFound), caller.RequestId);

    private async Task<Answer> ListCharges(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "ch", "status", "paymentId", "currency", "createdFrom", "createdTo");
        if (query.Refusal is { } unreadable)
        {
            return Answer.Of(unreadable, caller.RequestId);
        }

        var states = StateWords.StatesWith<ChargeState>(query.Value["status"] ?? "", StateWords.Status);
        return PaymentAnswers.UnknownStatus(query.Value, states) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.ListCharges(caller.Tenant, query.Value, charge => ViewWriter.Of(charge, Audience.Server), cancel));
    }
}
