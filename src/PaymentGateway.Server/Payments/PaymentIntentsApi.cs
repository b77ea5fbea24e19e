using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <param name="Amount">Major units, a number such as 499.50.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="CaptureMethod">automatic or manual.</param>
/// <param name="PaymentMethod">card, upi, netbanking, wallet, emi, bnpl or the id of a saved method; may come with the confirmation.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="Confirm">Pay at once.</param>
/// <param name="OffSession">With confirm: the customer is not there. What would ask for them is declined with AUTHENTICATION_REQUIRED.</param>
/// <param name="AllowedPaymentMethods">The only methods it may be paid by; all that you have when absent.</param>
/// <param name="SetupFutureUsage">Save the card or UPI address for the customer once it has paid: on_session for payments with the customer there, off_session also without.</param>
/// <param name="StatementDescriptor">What stands on the customer's statement, at most 22 characters.</param>
/// <param name="StatementDescriptorSuffix">Joined to the descriptor by "* "; both fit into 22 characters together.</param>
/// <param name="CustomerId">Of one of your customers here (cus_…), or your own word for somebody.</param>
/// <param name="CustomerEmail">For receipts.</param>
/// <param name="CustomerPhone">International form.</param>
/// <param name="Description">Shown to the customer.</param>
/// <param name="MerchantOrderId">Your number of the order.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
/// <param name="ReturnUrl">Where a redirect comes back to.</param>
/// <param name="WebhookUrl">Told about this payment beside your webhook endpoints.</param>
/// <param name="ThreeDSecure">With confirm: your wish about the check of the card holder.</param>
public sealed record CreateIntentBody(
    AmountText? Amount, string? Currency, CaptureMethod? CaptureMethod, string? PaymentMethod, PaymentDetails? PaymentDetails, bool? Confirm,
    bool? OffSession, string[]? AllowedPaymentMethods, SetupFutureUsage? SetupFutureUsage, string? StatementDescriptor,
    string? StatementDescriptorSuffix, string? CustomerId, string? CustomerEmail, string? CustomerPhone, string? Description, string? MerchantOrderId, JsonElement? Metadata,
    string? ReturnUrl, string? WebhookUrl, ThreeDSecureBody? ThreeDSecure = null);

/// <param name="ClientSecret">Of the payment; needed with a publishable key.</param>
/// <param name="PaymentMethod">A method, or the id of a saved one; absent: the one chosen at creation.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="ReturnUrl">Where a redirect comes back to.</param>
/// <param name="OffSession">Secret key only: the customer is not there. What would ask them is declined with AUTHENTICATION_REQUIRED.</param>
/// <param name="ThreeDSecure">Secret key only: your wish about the check of the card holder.</param>
public sealed record ConfirmIntentBody(
    string? ClientSecret, string? PaymentMethod, PaymentDetails? PaymentDetails, string? ReturnUrl, bool? OffSession,
    ThreeDSecureBody? ThreeDSecure = null);

/// <summary>What is absent stays as it is.</summary>
/// <param name="Amount">Major units; until it is confirmed.</param>
/// <param name="CaptureMethod">automatic or manual; until it is confirmed.</param>
/// <param name="AllowedPaymentMethods">Until it is confirmed.</param>
/// <param name="SetupFutureUsage">Until it is confirmed.</param>
/// <param name="StatementDescriptor">Until it is confirmed.</param>
/// <param name="StatementDescriptorSuffix">Until it is confirmed.</param>
/// <param name="Description">Until the payment is final.</param>
/// <param name="Metadata">Replaces the whole object; until the payment is final.</param>
public sealed record UpdateIntentBody(
    AmountText? Amount, CaptureMethod? CaptureMethod, string[]? AllowedPaymentMethods, SetupFutureUsage? SetupFutureUsage,
    string? StatementDescriptor, string? StatementDescriptorSuffix, string? Description, JsonElement? Metadata);

/// <param name="AmountToCapture">Major units; all that is held when absent.</param>
/// <param name="FinalCapture">False leaves the rest held for another capture; true, as when absent, releases it.</param>
public sealed record CaptureIntentBody(AmountText? AmountToCapture, bool? FinalCapture);

/// <param name="Amount">The new total that is authorized, major units.</param>
public sealed record IncrementIntentBody(AmountText? Amount);

/// <param name="CancellationReason">Up to 255 characters; <c>requested_by_merchant</c> when absent.</param>
public sealed record CancelIntentBody(string? CancellationReason);

/// <summary>Payments that stand alone, without an order.</summary>
internal sealed class PaymentIntentsApi(
    PaymentsApi payments, Committer committer, PaymentAnswers answers, ConfirmPayment confirm, FollowUp followUp, EventConsumers events,
    SavedMethods saved, CustomerStore customers, ConnectorRegistry connectors, MerchantStore merchants, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, PaymentIntentsApi api)
    {
        var intents = routes.MapGroup("/api/payments/payment-intents").WithTags("Payment intents");
        intents.MapPost("", api.Create).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("createPaymentIntent").WithSummary("Create a payment intent")
            .WithDescription("A payment without an order. With confirm it is paid at once.")
            .Produces<PaymentView>(StatusCodes.Status201Created).Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.CreateIntent, PaymentExamples.Intent)
            .Errors(Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.PaymentMethodNotAvailable, Errors.PaymentMethodNotFound, Errors.CustomerNotFound, Errors.NotSupported,
                Errors.EmiNotAvailable, Errors.BnplNotAvailable, Errors.ConsentRequired, Errors.InvalidToken,
                Errors.CardDeclined, Errors.InsufficientFunds, Errors.CardExpired, Errors.InvalidCvv,
                Errors.AuthenticationAbandoned, Errors.CardAuthenticationFailed, Errors.CardAuthenticationRejected,
                Errors.CardAuthenticationUnavailable, Errors.AuthenticationRequired, Errors.LimitExceeded,
                Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
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
            .Errors(Errors.PaymentNotFound, Errors.InvalidState, Errors.OrderExpired, Errors.RetryLimitExceeded, Errors.PaymentMethodNotAvailable,
                Errors.PaymentMethodNotFound, Errors.NotSupported, Errors.EmiNotAvailable, Errors.BnplNotAvailable, Errors.ConsentRequired, Errors.InvalidToken,
                Errors.CardDeclined, Errors.InsufficientFunds, Errors.CardExpired, Errors.InvalidCvv,
                Errors.AuthenticationAbandoned, Errors.CardAuthenticationFailed, Errors.CardAuthenticationRejected,
                Errors.CardAuthenticationUnavailable, Errors.AuthenticationRequired, Errors.LimitExceeded,
                Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
                Errors.PaymentDeclined, Errors.GatewayTimeout);
        intents.MapPost("{paymentId}/capture", api.Capture).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("capturePaymentIntent")
            .WithSummary("Capture a payment intent")
            .WithDescription("Takes the money that is held, or a part. A part releases the rest, unless finalCapture is false and the processor can.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.CaptureIntent, PaymentExamples.PartlyCapturedIntent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState, Errors.InvalidAmount, Errors.AmountAboveMaximum, Errors.NotSupported,
                Errors.AuthorizationExpired, Errors.PaymentDeclined);
        intents.MapPost("{paymentId}/increment", api.Increment).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("incrementPaymentIntent")
            .WithSummary("Increment an authorization")
            .WithDescription("Raises what is held to a new total, where the processor can. A decline leaves the authorization as it was.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.IncrementIntent, PaymentExamples.IncrementedIntent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState, Errors.InvalidAmount, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.NotSupported, Errors.AuthorizationExpired, Errors.CardDeclined, Errors.InsufficientFunds, Errors.PaymentDeclined);
        intents.MapPost("{paymentId}", api.Update).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("updatePaymentIntent")
            .WithSummary("Update a payment intent")
            .WithDescription("Description and metadata until it is final, everything else until it is confirmed. What is absent stays as it is.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.UpdateIntent, PaymentExamples.Intent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState, Errors.InvalidAmount, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.NotSupported);
        intents.MapPost("{paymentId}/cancel", api.Cancel).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("cancelPaymentIntent")
            .WithSummary("Cancel a payment intent")
            .WithDescription("Releases what is held and ends the payment: canceled, or succeeded with what was captured. An order that it pays ends with it.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.CancelIntent, PaymentExamples.CanceledIntent)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState);
    }

    private Task<Answer> Get(Caller caller, string paymentId, HttpRequest request, CancellationToken cancel) =>
        payments.Get(caller, paymentId, request, cancel);

    private Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel) => payments.List(caller, request, cancel);

    private async Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateIntentBody> body, CancellationToken cancel)
    {
        var read = await Read(caller, body.Value, cancel);
        var wish = ThreeDSecureFields.Read(
            body.Value.ThreeDSecure, body.Value.PaymentDetails?.Browser, body.Value.PaymentMethod, body.Value.OffSession == true, caller, request);
        if ((read.Refusal ?? wish.Refusal) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var paysAtOnce = body.Value.Confirm == true;
        return await answers.Run(caller, request, body.Fingerprint, payment => answers.OfAttempt(caller, payment, created: true), async (call, answer) =>
        {
            // Asked again in each round: between two of them the customer may have been deleted.
            if (call.Resumes is null && await customers.RefuseUnknown(caller.Tenant, read.Value.Purpose.CustomerId, cancel) is { } unknown)
            {
                return unknown;
            }

            if (call.Resumes is null && !await Insert(caller, read.Value, paysAtOnce, call, answer, cancel))
            {
                return null;
            }

            return paysAtOnce
                ? await confirm.Run(new PaymentAttempt(caller.Tenant, null, read.Value.Id, null, body.Value.ReturnUrl,
                    PaymentAnswers.Behaviour(request), caller.Origin, body.Value.OffSession == true, wish.Value), call, answer, cancel)
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
        if (payment.Purpose.CustomerId is { } customerId)
        {
            change.Names(new(caller.Tenant, customerId, payment.Id));
        }

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

    private async Task<Outcome<Payment>> Read(Caller caller, CreateIntentBody body, CancellationToken cancel)
    {
        var tenant = caller.Tenant;
        var faults = new FieldFaults();
        var purpose = PurposeFields.Read(body.MerchantOrderId, body.CustomerId, body.CustomerEmail, body.CustomerPhone, body.Description,
            body.Metadata, body.ReturnUrl, body.WebhookUrl, faults);
        PaymentMethods.CheckAllowed(body.AllowedPaymentMethods, faults);
        faults.AddUnless(body.SetupFutureUsage is null || Customer.IsOurs(body.CustomerId), "setupFutureUsage",
            "needs a customerId of one of your customers here: what is kept is kept for somebody");
        faults.AddUnless(body.OffSession is not true || body.Confirm == true, "offSession", "belongs to a payment that is confirmed at once");
        faults.AddUnless((body.ThreeDSecure is null && body.PaymentDetails?.Browser is null) || body.Confirm == true, "threeDSecure",
            "and paymentDetails.browser belong to a payment that is confirmed at once");
        var amount = RequestedAmount.Read(body.Amount, body.Currency);
        var hasMethod = body.PaymentMethod is not null || body.PaymentDetails is not null || body.Confirm == true;
        var instrument = hasMethod ? PaymentMethods.Read(body.PaymentMethod, body.PaymentDetails, caller, clocks.Now(caller.Tenant)) : default;
        var statement = Statements.Fault(body.StatementDescriptor, body.StatementDescriptorSuffix);
        if ((amount.Refusal ?? faults.Refusal ?? statement ?? instrument.Refusal) is { } refusal)
        {
            return refusal;
        }

        var chosen = hasMethod ? instrument.Value : null;
        var found = await saved.Find(tenant, chosen, cancel);
        if (found.IsRefused)
        {
            return found.Refusal!;
        }

        var merchant = (await merchants.Find(tenant))!;
        var payment = New(tenant, amount.Value, body, purpose, found.Value is { } method ? new Instrument.Saved(method.Summary.Method, method.Id) : chosen);
        return await WhyNotTaken(merchant, payment) ?? (Outcome<Payment>)payment;
    }

    private async ValueTask<Refusal?> WhyNotTaken(Merchant merchant, Payment payment)
    {
        var (amount, instrument) = (payment.Amount, payment.Instrument);
        var allowed = PaymentMethods.Of(merchant, payment.AllowedMethods, await connectors.For(payment.Tenant), amount.Currency);
        return MerchantLimits.Refuse(merchant, amount)
            ?? (instrument is not null && !allowed.Contains(instrument.Method)
                ? new Refusal(Errors.PaymentMethodNotAvailable, $"This payment cannot be made by {instrument.Method}.",
                    new Dictionary<string, object?> { ["allowed"] = allowed })
                : null);
    }

    private Payment New(Tenant tenant, Money amount, CreateIntentBody body, Purpose purpose, Instrument? instrument) => new()
    {
        Id = Id.New("pay", clocks.Real),
        Tenant = tenant,
        Amount = amount,
        AmountAuthorized = Money.Zero(amount.Currency),
        AmountCaptured = Money.Zero(amount.Currency),
        AmountRefunded = Money.Zero(amount.Currency),
        State = instrument is null ? PaymentState.RequiresPaymentMethod : PaymentState.RequiresConfirmation,
        Capture = body.CaptureMethod ?? CaptureMethod.Automatic,
        AllowedMethods = body.AllowedPaymentMethods?.Distinct().ToArray(),
        SetupFutureUsage = body.SetupFutureUsage,
        StatementDescriptor = body.StatementDescriptor,
        StatementDescriptorSuffix = body.StatementDescriptorSuffix,
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

        if (body.Value.OffSession == true && caller.Kind != KeyKind.Secret)
        {
            return Task.FromResult(Answer.Of(Refusal.Field("offSession", "is for your server: a page has its customer there"), caller.RequestId));
        }

        var hasMethod = body.Value.PaymentMethod is not null || body.Value.PaymentDetails is not null;
        var instrument = hasMethod ? PaymentMethods.Read(body.Value.PaymentMethod, body.Value.PaymentDetails, caller, clocks.Now(caller.Tenant)) : default;
        var wish = ThreeDSecureFields.Read(
            body.Value.ThreeDSecure, body.Value.PaymentDetails?.Browser, body.Value.PaymentMethod, body.Value.OffSession == true, caller, request);
        return (instrument.Refusal ?? wish.Refusal ?? PurposeFields.RefuseReturnUrl(body.Value.ReturnUrl)) is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfAttempt(caller, payment, created: false), (call, answer) => confirm.Run(
                new PaymentAttempt(caller.Tenant, null, paymentId, hasMethod ? instrument.Value : null, body.Value.ReturnUrl,
                    PaymentAnswers.Behaviour(request), caller.Origin, body.Value.OffSession == true, wish.Value), call, answer, cancel), cancel);
    }

    private Task<Answer> Capture(Caller caller, string paymentId, HttpRequest request, Body<CaptureIntentBody> body, CancellationToken cancel)
    {
        Func<Currency, Outcome<Money>>? amountOf = body.Value.AmountToCapture is { } text
            ? currency => RequestedAmount.Read("amountToCapture", text, currency)
            : null;
        return answers.Run(caller, request, body.Fingerprint, payment => answers.OfOperation(caller, payment), (call, answer) =>
            followUp.Capture(Following(caller, paymentId, request), amountOf, body.Value.FinalCapture ?? true, call, answer, cancel), cancel);
    }

    private Task<Answer> Increment(Caller caller, string paymentId, HttpRequest request, Body<IncrementIntentBody> body, CancellationToken cancel) =>
        body.Value.Amount is not { } text
            ? Task.FromResult(Answer.Of(
                Refusal.Field(Errors.InvalidAmount, "amount", "is required: the new total in major units such as 499.50"), caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfOperation(caller, payment), (call, answer) =>
                followUp.Increment(Following(caller, paymentId, request), currency => RequestedAmount.Read("amount", text, currency),
                    call, answer, cancel), cancel);

    private Task<Answer> Update(Caller caller, string paymentId, HttpRequest request, Body<UpdateIntentBody> body, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        PaymentMethods.CheckAllowed(body.Value.AllowedPaymentMethods, faults);
        var (description, metadata) = PurposeFields.ReadUpdate(body.Value.Description, body.Value.Metadata, faults);
        return faults.Refusal is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfCommand(caller, payment), (call, answer) =>
                followUp.Update(Following(caller, paymentId, request), FieldsIn, call, answer, cancel), cancel);

        Outcome<PaymentUpdate> FieldsIn(Currency currency)
        {
            var amount = body.Value.Amount is { } text ? RequestedAmount.Read("amount", text, currency) : default(Outcome<Money>?);
            return amount?.Refusal is { } unreadable
                ? unreadable
                : new PaymentUpdate(amount?.Value, body.Value.CaptureMethod, body.Value.AllowedPaymentMethods?.Distinct().ToArray(),
                    body.Value.SetupFutureUsage, body.Value.StatementDescriptor, body.Value.StatementDescriptorSuffix, description, metadata);
        }
    }

    private Task<Answer> Cancel(Caller caller, string paymentId, HttpRequest request, Body<CancelIntentBody> body, CancellationToken cancel)
    {
        var reason = body.Value.CancellationReason ?? "requested_by_merchant";
        return reason.Length is < 1 or > 255
            ? Task.FromResult(Answer.Of(Refusal.Field("cancellationReason", "must have 1 to 255 characters"), caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfCommand(caller, payment), (call, answer) =>
                followUp.Cancel(Following(caller, paymentId, request), reason, call, answer, cancel), cancel);
    }

    private static FollowUpRequest Following(Caller caller, string paymentId, HttpRequest request) =>
        new(caller.Tenant, paymentId, caller.Origin, PaymentAnswers.Behaviour(request));
}
