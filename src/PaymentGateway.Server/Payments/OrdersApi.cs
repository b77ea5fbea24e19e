using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <param name="Amount">Major units, a number such as 499.50.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="CustomerId">Of one of your customers here (cus_…), or your own word for somebody.</param>
/// <param name="CustomerEmail">For receipts.</param>
/// <param name="CustomerPhone">International form.</param>
/// <param name="Description">Shown to the customer.</param>
/// <param name="MerchantOrderId">Your number of the order.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
/// <param name="ReturnUrl">Where the customer goes after paying.</param>
/// <param name="WebhookUrl">Told about this order beside your webhook endpoints.</param>
/// <param name="ExpiresIn">Seconds, 60 to 2592000; 1800 when absent.</param>
/// <param name="CaptureMethod">automatic or manual.</param>
/// <param name="AllowedPaymentMethods">The only methods the customer may use.</param>
public sealed record CreateOrderBody(
    AmountText? Amount, string? Currency, string? CustomerId, string? CustomerEmail, string? CustomerPhone, string? Description,
    string? MerchantOrderId, JsonElement? Metadata, string? ReturnUrl, string? WebhookUrl, int? ExpiresIn,
    CaptureMethod? CaptureMethod, string[]? AllowedPaymentMethods);

/// <param name="ClientSecret">Of the order; needed with a publishable key.</param>
/// <param name="PaymentMethod">card, upi, netbanking, wallet, qr, emi or bnpl.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="ReturnUrl">Where a redirect comes back to; the hosted page when absent.</param>
/// <param name="ThreeDSecure">Secret key only: your wish about the check of the card holder.</param>
public sealed record PayOrderBody(
    string? ClientSecret, string? PaymentMethod, PaymentDetails? PaymentDetails, string? ReturnUrl, ThreeDSecureBody? ThreeDSecure = null);

internal sealed class OrdersApi(
    PaymentStore store, PaymentMoves moves, PaymentAnswers answers, ViewWriter views, ConfirmPayment confirm, FollowUp followUp,
    Idempotency idempotency, ConnectorRegistry connectors, MerchantStore merchants, CustomerStore customers, PaymentSettings settings,
    FindSplitPayment splits, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, OrdersApi api)
    {
        var orders = routes.MapGroup("/api/payments/orders").WithTags("Orders");
        orders.MapPost("", api.Create).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("createOrder").WithSummary("Create an order")
            .WithDescription("What you want to be paid for. The answer has the link of the hosted checkout page.")
            .Produces<OrderView>(StatusCodes.Status201Created)
            .Example(PaymentExamples.CreateOrder, PaymentExamples.Order)
            .Errors(Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.PaymentMethodNotAvailable, Errors.CustomerNotFound);
        orders.MapGet("", api.List).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("listOrders").WithSummary("List orders")
            .WithDescription("Newest first. Filters: status, customerId, merchantOrderId, currency, createdFrom, createdTo.")
            .Produces<ListView<OrderView>>()
            .Filters("status", "customerId", "merchantOrderId", "currency", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(PaymentExamples.PaidOrder))
            .Errors();
        orders.MapGet("{orderId}", api.Get).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("getOrder").WithSummary("Get an order")
            .WithDescription("With a publishable key the query needs the order's clientSecret, and the answer leaves out what only your server sees.")
            .Produces<OrderView>()
            .Query("clientSecret", "Of the object; needed with a publishable key.")
            .Example(PaymentExamples.PaidOrder)
            .Errors(Errors.OrderNotFound);
        orders.MapPost("{orderId}/cancel", api.Cancel).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("cancelOrder").WithSummary("Cancel an order")
            .WithDescription("Ends the order and its payment, and releases what is held. A paid order cannot be canceled.")
            .Produces<OrderView>().Produces<OrderView>(StatusCodes.Status202Accepted)
            .Example("{}", PaymentExamples.CanceledOrder)
            .Errors(Errors.OrderNotFound, Errors.InvalidState);
        orders.MapPost("{orderId}/pay", api.Pay).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("payOrder").WithSummary("Pay an order")
            .WithDescription("What the checkout calls. A decline is 402 with the payment in error.details.payment; an unknown outcome is 202.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .Example(PaymentExamples.PayOrder, PaymentExamples.Payment)
            .Errors(Errors.OrderNotFound, Errors.InvalidState, Errors.OrderExpired, Errors.RetryLimitExceeded, Errors.PaymentMethodNotAvailable,
                Errors.EmiNotAvailable, Errors.BnplNotAvailable, Errors.ConsentRequired, Errors.CollectNotAllowed, Errors.BankUnavailable,
                Errors.AmountAboveMaximum, Errors.InvalidToken,
                Errors.PaymentMethodNotFound, Errors.CardDeclined, Errors.InsufficientFunds, Errors.CardExpired, Errors.InvalidCvv,
                Errors.AuthenticationAbandoned, Errors.CardAuthenticationFailed, Errors.CardAuthenticationRejected,
                Errors.CardAuthenticationUnavailable, Errors.LimitExceeded, Errors.SuspectedFraud, Errors.UpiDeclined, Errors.UpiTimeout,
                Errors.PaymentDeclined, Errors.GatewayTimeout);
        orders.MapPost("{orderId}/abandon", api.Abandon).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("abandonAttempt").WithSummary("Give up a waiting attempt")
            .WithDescription("When the customer does not finish at the bank or in the app and wants to pay another way.")
            .Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status202Accepted)
            .WithMetadata(new TakesNoIdempotencyKey())
            .Example(PaymentExamples.Abandon, PaymentExamples.AbandonedPayment)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateOrderBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var order = await Read(caller.Tenant, body.Value);
            if (order.IsRefused)
            {
                return new Decided(null, Answer.Of(order.Refusal!, caller.RequestId));
            }

            var change = new Change();
            moves.WriteNewOrder(change, order.Value, caller.Origin);
            if (order.Value.Purpose.CustomerId is { } customerId)
            {
                change.Names(new(caller.Tenant, customerId, order.Value.Id));
            }

            return new Decided(change, Answer.Created(
                views.Of(order.Value, paymentId: null, Audience.Server), $"/api/payments/orders/{order.Value.Id}") with
            {
                CustomerId = order.Value.Purpose.CustomerId,
            });
        }, cancel);

    private async Task<Outcome<Order>> Read(Tenant tenant, CreateOrderBody body)
    {
        var faults = new FieldFaults();
        var purpose = PurposeFields.Read(body.MerchantOrderId, body.CustomerId, body.CustomerEmail, body.CustomerPhone, body.Description,
            body.Metadata, body.ReturnUrl, body.WebhookUrl, faults);
        faults.AddUnless(body.ExpiresIn is null or >= 60 and <= 2_592_000, "expiresIn", "must be 60 to 2592000 seconds");
        PaymentMethods.CheckAllowed(body.AllowedPaymentMethods, faults);
        var amount = RequestedAmount.Read(body.Amount, body.Currency);
        if ((amount.Refusal ?? faults.Refusal) is { } refusal)
        {
            return refusal;
        }

        return await customers.RefuseUnknown(tenant, body.CustomerId, CancellationToken.None)
            ?? await WhyNotTaken(tenant, amount.Value, body.AllowedPaymentMethods) ?? (Outcome<Order>)New(tenant, amount.Value, purpose, body);
    }

    private async Task<Refusal?> WhyNotTaken(Tenant tenant, Money amount, IReadOnlyList<string>? allowed)
    {
        var merchant = (await merchants.Find(tenant))!;
        var usable = await connectors.For(tenant);
        return MerchantLimits.Refuse(merchant, amount)
            ?? (PaymentMethods.Of(merchant, allowed, usable, amount.Currency).Count == 0
                ? new Refusal(Errors.PaymentMethodNotAvailable, "No payment method is left that could pay this order.",
                    new Dictionary<string, object?> { ["allowed"] = PaymentMethods.Of(merchant, null, usable, amount.Currency) })
                : null);
    }

    private Order New(Tenant tenant, Money amount, Purpose purpose, CreateOrderBody body)
    {
        var now = clocks.Now(tenant);
        return Order.New(
            Id.New("order", clocks.Real), tenant, amount, purpose, now,
            now + (body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.OrderLifetime)) with
        {
            Capture = body.CaptureMethod ?? Payments.CaptureMethod.Automatic,
            AllowedMethods = body.AllowedPaymentMethods?.Distinct().ToArray(),
        };
    }

    private async Task<Answer> Get(Caller caller, string orderId, HttpRequest request, CancellationToken cancel)
    {
        if (answers.RefuseAccess(caller, orderId, request.Query["clientSecret"]) is { } refused)
        {
            return refused;
        }

        var (order, payment) = await store.FindOrder(caller.Tenant, orderId, cancel);
        if (order is null)
        {
            return Answer.Of(new Refusal(Errors.OrderNotFound), caller.RequestId);
        }

        var split = order.SplitPaymentId is { } splitId ? await splits(caller.Tenant, splitId, cancel) : null;
        return Answer.Ok(views.Of(order, payment?.Id, PaymentAnswers.AudienceOf(caller)) with { SplitPayment = split });
    }

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "order", "status", "customerId", "merchantOrderId", "currency", "createdFrom", "createdTo");
        if ((query.Refusal ?? PaymentAnswers.UnknownStatus(query.Value, StateWords.StatesWith<OrderState>(query.Value["status"] ?? "", StateWords.Of))) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return Answer.Ok(await store.ListOrders(caller.Tenant, query.Value, order => views.Of(order, null, Audience.Server), cancel));
    }

    private Task<Answer> Pay(Caller caller, string orderId, HttpRequest request, Body<PayOrderBody> body, CancellationToken cancel)
    {
        if (answers.RefuseAccess(caller, orderId, body.Value.ClientSecret) is { } refused)
        {
            return Task.FromResult(refused);
        }

        var instrument = PaymentMethods.Read(body.Value.PaymentMethod, body.Value.PaymentDetails, caller, clocks.Now(caller.Tenant));
        var wish = ThreeDSecureFields.Read(
            body.Value.ThreeDSecure, body.Value.PaymentDetails?.Browser, body.Value.PaymentMethod, offSession: false, caller, request);
        return (instrument.Refusal ?? wish.Refusal ?? PurposeFields.RefuseReturnUrl(body.Value.ReturnUrl)) is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : answers.Run(caller, request, body.Fingerprint, payment => answers.OfAttempt(caller, payment, created: false), (call, answer) => confirm.Run(
                new PaymentAttempt(caller.Tenant, orderId, null, instrument.Value, body.Value.ReturnUrl, PaymentAnswers.Behaviour(request), caller.Origin,
                    ThreeDSecure: wish.Value),
                call, answer, cancel), cancel);
    }

    private async Task<Answer> Abandon(Caller caller, string orderId, HttpRequest request, Body<ClientSecretBody> body, CancellationToken cancel)
    {
        if (answers.RefuseAccess(caller, orderId, body.Value.ClientSecret) is { } refused)
        {
            return refused;
        }

        var (_, payment) = await store.FindOrder(caller.Tenant, orderId, cancel);
        return payment is null
            ? Answer.Of(new Refusal(Errors.PaymentNotFound), caller.RequestId)
            : answers.OfAbandoned(caller, await followUp.Abandon(caller.Tenant, payment.Id, caller.Origin, cancel));
    }

    private async Task<Answer> Cancel(Caller caller, string orderId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel)
    {
        var (order, payment) = await store.FindOrder(caller.Tenant, orderId, cancel);
        if (order is null)
        {
            return Answer.Of(new Refusal(Errors.OrderNotFound), caller.RequestId);
        }

        if (order.State == OrderState.Attempted && order.AmountPaid.IsPositive)
        {
            return Answer.Of(Refusal.InvalidState("order", "paid in part", ["capture or cancel the payment"]), caller.RequestId);
        }

        return IsOver(payment)
            ? await CancelAlone(caller, orderId, request, body, cancel)
            : await answers.Run(caller, request, body.Fingerprint, moved => OfCanceled(caller, order, moved), (call, answer) =>
                followUp.Cancel(
                    new(caller.Tenant, payment!.Id, caller.Origin, PaymentAnswers.Behaviour(request)), "order_canceled",
                    call, answer, cancel), cancel);
    }

    /// <summary>No payment can move with the order, so the order moves alone.</summary>
    private Task<Answer> CancelAlone(Caller caller, string orderId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async call =>
        {
            var (order, payment) = await store.FindOrder(caller.Tenant, orderId, cancel);
            if (call.Resumes is not null && order!.State == OrderState.Canceled)
            {
                // An earlier run of this very request was cut off after it had begun; the resolver brought it to its end.
                return new Decided(null, Answer.Ok(views.Of(order, payment?.Id, Audience.Server)));
            }

            var canceled = IsOver(payment)
                ? OrderDecisions.Decide(order!, new OrderCommand.Cancel(), clocks.Now(caller.Tenant))
                : Refusal.InvalidState("order", "being paid", ["cancel, once the attempt is over"]);
            if (canceled.IsRefused)
            {
                return new Decided(null, Answer.Of(canceled.Refusal!, caller.RequestId));
            }

            var change = new Change();
            moves.WriteOrder(change, order!, canceled.Value, caller.Origin);
            return new Decided(change, Answer.Ok(views.Of(canceled.Value, payment?.Id, Audience.Server)) with
            {
                CustomerId = order!.Purpose.CustomerId,
            });
        }, cancel);

    /// <summary>
    /// The order as its payment's cancel leaves it: closed with it, open while the release is under way, or paid when the customer
    /// was faster.
    /// </summary>
    private Answer OfCanceled(Caller caller, Order order, Payment payment) => (payment.State switch
    {
        PaymentState.Canceled => Answer.Ok(views.Of(
            order with { State = OrderState.Canceled, AmountAuthorized = Money.Zero(order.Amount.Currency), ClosedAt = payment.CanceledAt },
            payment.Id, Audience.Server)),
        PaymentState.Succeeded => Answer.Of(Refusal.InvalidState("order", "paid", []), caller.RequestId),
        _ => Answer.Accepted(views.Of(order, payment.Id, Audience.Server)),
    }) with
    { CustomerId = order.Purpose.CustomerId };

    private static bool IsOver(Payment? payment) => payment is null or { State: PaymentState.Failed or PaymentState.Canceled };
}
