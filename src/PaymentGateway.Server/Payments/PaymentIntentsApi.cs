using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <param name="Amount">Major units, a number such as 499.50.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="CaptureMethod">automatic or manual.</param>
/// <param name="PaymentMethod">card, upi, netbanking or wallet; may come with the confirmation.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="Confirm">Pay at once.</param>
/// <param name="CustomerId">Your id of the customer.</param>
/// <param name="CustomerEmail">For receipts.</param>
/// <param name="CustomerPhone">International form.</param>
/// <param name="Description">Shown to the customer.</param>
/// <param name="MerchantOrderId">Your number of the order.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
/// <param name="ReturnUrl">Where a redirect comes back to.</param>
/// <param name="WebhookUrl">Told about this payment beside your webhook endpoints.</param>
public sealed record CreateIntentBody(
    AmountText? Amount, string? Currency, CaptureMethod? CaptureMethod, string? PaymentMethod, PaymentDetails? PaymentDetails, bool? Confirm,
    string? CustomerId, string? CustomerEmail, string? CustomerPhone, string? Description, string? MerchantOrderId, JsonElement? Metadata,
    string? ReturnUrl, string? WebhookUrl);

/// <param name="ClientSecret">Of the payment; needed with a publishable key.</param>
/// <param name="PaymentMethod">Absent: the one chosen at creation.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="ReturnUrl">Where a redirect comes back to.</param>
public sealed record ConfirmIntentBody(string? ClientSecret, string? PaymentMethod, PaymentDetails? PaymentDetails, string? ReturnUrl);

/// <param name="CancellationReason">Up to 255 characters; <c>requested_by_merchant</c> when absent.</param>
public sealed record CancelIntentBody(string? CancellationReason);

/// <summary>Payments that stand alone, without an order.</summary>
internal sealed class PaymentIntentsApi(
    PaymentsApi payments, Committer committer, PaymentAnswers answers, ConfirmPayment confirm, FollowUp followUp, EventConsumers events,
    ConnectorRegistry connectors, MerchantStore merchants, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, PaymentIntentsApi api)
    {
        var intents = routes.MapGroup("/api/payments/payment-intents").WithTags("Payment intents");
        intents.MapPost("", api.Create).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("createPaymentIntent").WithSummary("Create a payment intent")
            .WithDescription("A payment without an order. With confirm it is paid at once.")
            .Produces<PaymentView>(StatusCodes.Status201Created).Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.CreateIntent, PaymentExamples.Intent)
            .Errors(Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.PaymentMethodNotAvailable, Errors.InvalidToken,
                Errors.CardDeclined, Errors.InsufficientFunds, Errors.CardExpired, Errors.InvalidCvv,
                Errors.AuthenticationAbandoned, Errors.LimitExceeded, Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
                Errors.PaymentDeclined, Errors.GatewayTimeout);
        intents.MapGet("", api.List).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("listPaymentIntents").WithSummary("List payment intents")
            .WithDescription("All payments, newest first, with the filters of the list of payments.").Produces<ListView<PaymentView>>()
            .Filters("status", "orderId", "customerId", "merchantOrderId", "currency", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(PaymentExamples.CapturedIntent))
            .Errors();
        intents.MapGet("{paymentId}", api.Get).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable)).WithName("getPaymentIntent")
            .WithSummary("Get a payment intent").WithDescription("With all its attempts, the latest first.").Produces<PaymentView>()
            .Query("clientSecret", "Of the object; needed with a publishable key.")
            .Example(PaymentExamples.CapturedIntent)
            .Errors(Errors.PaymentNotFound);
        intents.MapPost("{paymentId}/confirm", api.Confirm).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("confirmPaymentIntent").WithSummary("Confirm a payment intent")
            .WithDescription("Starts an attempt. A decline is 402 with the payment in error.details.payment; an unknown outcome is 202.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.ConfirmIntent, PaymentExamples.HeldIntent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState, Errors.OrderExpired, Errors.RetryLimitExceeded, Errors.PaymentMethodNotAvailable, Errors.InvalidToken,
                Errors.CardDeclined, Errors.InsufficientFunds, Errors.CardExpired, Errors.InvalidCvv,
                Errors.AuthenticationAbandoned, Errors.LimitExceeded, Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
                Errors.PaymentDeclined, Errors.GatewayTimeout);
        intents.MapPost("{paymentId}/capture", api.Capture).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("capturePaymentIntent")
            .WithSummary("Capture a payment intent").WithDescription("Takes the money that is held, in full.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example("{}", PaymentExamples.CapturedIntent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState);
        intents.MapPost("{paymentId}/cancel", api.Cancel).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("cancelPaymentIntent")
            .WithSummary("Cancel a payment intent").WithDescription("Ends the payment and releases what is held; an order that it pays is closed with it.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.CancelIntent, PaymentExamples.CanceledIntent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState);
    }

    private Task<Answer> Get(Caller caller, string paymentId, HttpRequest request, CancellationToken cancel) =>
        payments.Get(caller, paymentId, request, cancel);

    private Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel) => payments.List(caller, request, cancel);

    private async Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateIntentBody> body, CancellationToken cancel)
    {
        var read = await Read(caller.Tenant, body.Value);
        if (read.IsRefused)
        {
            return Answer.Of(read.Refusal!, caller.RequestId);
        }

        var paysAtOnce = body.Value.Confirm == true;
        return await answers.Run(caller, request, body.Fingerprint, payment => answers.OfAttempt(caller, payment, created: true), async (call, answer) =>
        {
            if (call.Resumes is null && !await Insert(caller, read.Value, paysAtOnce, call, answer, cancel))
            {
                return null;
            }

            return paysAtOnce
                ? await confirm.Run(new PaymentAttempt(caller.Tenant, null, read.Value.Id, null, body.Value.ReturnUrl,
                    PaymentAnswers.Behaviour(request), caller.Origin), call, answer, cancel)
                : read.Value;
        }, cancel);
    }

    /// <summary>False when another run of the same idempotent request was first.</summary>
    private async Task<bool> Insert(
        Caller caller, Payment payment, bool paysAtOnce, IdempotentCall call, Func<Payment, Answer> answer, CancellationToken cancel)
    {
        var change = new Change().Write(PaymentRows.InsertPayment, payment);
        PaymentTrail.Record(change, caller.Origin, clocks.Real, "payment.create", before: null, payment);
        events.Write(change, Event.Of("payment.created", caller.Tenant, payment.Id, PaymentFacts.Of(payment), caller.RequestId,
            payment.Purpose.WebhookUrl, clocks));
        if (paysAtOnce)
        {
            call.Reserve(change, payment.Id);
        }
        else
        {
            call.Finish(change, answer(payment));
        }

        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => true,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => false,
        };
    }

    private async Task<Outcome<Payment>> Read(Tenant tenant, CreateIntentBody body)
    {
        var faults = new FieldFaults();
        var purpose = PurposeFields.Read(body.MerchantOrderId, body.CustomerId, body.CustomerEmail, body.CustomerPhone, body.Description,
            body.Metadata, body.ReturnUrl, body.WebhookUrl, faults);
        var amount = PurposeFields.ReadAmount(body.Amount, body.Currency);
        var hasMethod = body.PaymentMethod is not null || body.PaymentDetails is not null || body.Confirm == true;
        var instrument = hasMethod ? PaymentMethods.Read(body.PaymentMethod, body.PaymentDetails) : default;
        if ((amount.Refusal ?? faults.Refusal ?? instrument.Refusal) is { } refusal)
        {
            return refusal;
        }

        var merchant = (await merchants.Find(tenant))!;
        return WhyNotTaken(merchant, tenant, amount.Value, hasMethod ? instrument.Value : null)
            ?? (Outcome<Payment>)New(tenant, amount.Value, body.CaptureMethod, purpose, hasMethod ? instrument.Value : null);
    }

    private Refusal? WhyNotTaken(Merchant merchant, Tenant tenant, Money amount, Instrument? instrument)
    {
        var allowed = PaymentMethods.Of(merchant, null, connectors, amount.Currency, tenant.Mode);
        return MerchantLimits.Refuse(merchant, amount)
            ?? (instrument is not null && !allowed.Contains(instrument.Method)
                ? new Refusal(Errors.PaymentMethodNotAvailable, $"This payment cannot be made by {instrument.Method}.",
                    new Dictionary<string, object?> { ["allowed"] = allowed })
                : null);
    }

    private Payment New(Tenant tenant, Money amount, CaptureMethod? capture, Purpose purpose, Instrument? instrument) => new()
    {
        Id = Id.New("pay", clocks.Real),
        Tenant = tenant,
        Amount = amount,
        AmountAuthorized = Money.Zero(amount.Currency),
        AmountCaptured = Money.Zero(amount.Currency),
        AmountRefunded = Money.Zero(amount.Currency),
        State = instrument is null ? PaymentState.RequiresPaymentMethod : PaymentState.RequiresConfirmation,
        Capture = capture ?? CaptureMethod.Automatic,
        Instrument = instrument,
        Purpose = purpose,
        CreatedAt = clocks.Now(tenant),
        Version = 1,
    };

    private Task<Answer> Confirm(Caller caller, string paymentId, HttpRequest request, Body<ConfirmIntentBody> body, CancellationToken cancel)
    {
        if (answers.RefuseAccess(caller, paymentId, body.Value.ClientSecret) is { } refused)
        {
            return Task.FromResult(refused);
        }

        var hasMethod = body.Value.PaymentMethod is not null || body.Value.PaymentDetails is not null;
        var instrument = hasMethod ? PaymentMethods.Read(body.Value.PaymentMethod, body.Value.PaymentDetails) : default;
        return (instrument.Refusal ?? PurposeFields.RefuseReturnUrl(body.Value.ReturnUrl)) is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfAttempt(caller, payment, created: false), (call, answer) => confirm.Run(
                new PaymentAttempt(caller.Tenant, null, paymentId, hasMethod ? instrument.Value : null, body.Value.ReturnUrl,
                    PaymentAnswers.Behaviour(request), caller.Origin), call, answer, cancel), cancel);
    }

    private Task<Answer> Capture(Caller caller, string paymentId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        answers.Run(caller, request, body.Fingerprint, payment => answers.OfCommand(caller, payment), (call, answer) =>
            followUp.Capture(caller.Tenant, paymentId, caller.Origin, call, answer, cancel), cancel);

    private Task<Answer> Cancel(Caller caller, string paymentId, HttpRequest request, Body<CancelIntentBody> body, CancellationToken cancel)
    {
        var reason = body.Value.CancellationReason ?? "requested_by_merchant";
        return reason.Length is < 1 or > 255
            ? Task.FromResult(Answer.Of(Refusal.Field("cancellationReason", "must have 1 to 255 characters"), caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfCommand(caller, payment), (call, answer) =>
                followUp.Cancel(caller.Tenant, paymentId, reason, caller.Origin, call, answer, cancel), cancel);
    }
}
