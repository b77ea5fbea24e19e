using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <param name="CardToken">From <c>POST /api/payments/tokens</c> or a processor's own library; or upi.</param>
/// <param name="Upi">A UPI address; or cardToken.</param>
/// <param name="Metadata">An object of your own, at most 16 KiB.</param>
/// <param name="Processor">Whose card token it is; needed only where its prefix does not tell.</param>
internal sealed record AttachBody(string? CardToken, UpiBody? Upi, JsonElement? Metadata, string? Processor = null);

/// <param name="Vpa">A UPI address such as name@bank.</param>
internal sealed record UpiBody(string? Vpa);

/// <summary>The endpoints of the methods that customers have saved.</summary>
internal sealed class PaymentMethodsApi(
    PaymentMethodStore methods, CustomerStore customers, AttachPaymentMethod attach, PaymentMethodMoves moves, PaymentMethodResolver resolver,
    Idempotency idempotency)
{
    private static readonly string[] filters = ["status", "type"];

    public static void Map(IEndpointRouteBuilder routes, PaymentMethodsApi api)
    {
        var ofCustomer = routes.MapGroup("/api/payments/customers/{id}/payment-methods")
            .WithTags("Customers").WithMetadata(new RequiresKey(KeyKind.Secret));
        ofCustomer.MapPost("", api.Attach).WithName("attachPaymentMethod").WithSummary("Save a payment method")
            .WithDescription(
                "The processor keeps the card or address; 201 once it has, 202 while it has not answered. The same card again answers the one that is there.")
            .Produces<PaymentMethodView>(StatusCodes.Status201Created).Produces<PaymentMethodView>(StatusCodes.Status202Accepted)
            .Produces<PaymentMethodView>()
            .Example(CustomerExamples.Attach, CustomerExamples.Method)
            .Errors(Errors.CustomerNotFound, Errors.TooManyPaymentMethods, Errors.InvalidToken, Errors.NotSupported, Errors.CardDeclined,
                Errors.CardExpired, Errors.InvalidCvv, Errors.SuspectedFraud, Errors.AuthenticationAbandoned, Errors.PaymentDeclined);
        ofCustomer.MapGet("", api.List).WithName("listPaymentMethods").WithSummary("List a customer's payment methods")
            .WithDescription("Newest first: those that are attached or being attached, or with the filter status others. Filters: status, type.")
            .Produces<ListView<PaymentMethodView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(CustomerExamples.Method))
            .Errors(Errors.CustomerNotFound);

        var alone = routes.MapGroup("/api/payments/payment-methods").WithTags("Customers").WithMetadata(new RequiresKey(KeyKind.Secret));
        alone.MapGet("{paymentMethodId}", api.Get).WithName("getPaymentMethod").WithSummary("Get a payment method")
            .WithDescription("Also one that is detached: payments name it.").Produces<PaymentMethodView>()
            .Example(CustomerExamples.Method)
            .Errors(Errors.PaymentMethodNotFound);
        alone.MapDelete("{paymentMethodId}", api.Detach).WithName("detachPaymentMethod").WithSummary("Detach a payment method")
            .WithDescription("It cannot be paid with any more, and the processor is told to forget it. What is being paid with it goes on.")
            .Produces<PaymentMethodView>()
            .Example(CustomerExamples.Detached)
            .Errors(Errors.PaymentMethodNotFound, Errors.InvalidState);
    }

    private Task<Answer> Attach(Caller caller, string id, HttpRequest request, Body<AttachBody> body, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        var metadata = ObjectFields.ReadMetadata(body.Value.Metadata, faults);
        var source = SourceOf(body.Value, faults);
        if (faults.Refusal is { } refusal)
        {
            return Task.FromResult(Answer.Of(refusal, caller.RequestId));
        }

        var asked = new AttachRequest(
            caller.Tenant, id, source is SaveSource.OfCard ? "card" : "upi", source!, metadata, SandboxBehaviour.AskedBy(request),
            caller.Origin, body.Value.Processor);
        return idempotency.RunSteps<AttachedMethod>(
            caller, request, body.Fingerprint, method => AnswerOf(caller, method), (call, answer) => attach.Run(asked, call, answer, cancel), cancel);
    }

    private static SaveSource? SourceOf(AttachBody body, FieldFaults faults)
    {
        faults.AddUnless(body is { CardToken: null } or { Upi: null }, "upi", "cannot be sent together with cardToken");
        faults.AddUnless(body.CardToken is not null || body.Upi is not null, "cardToken", "is required, or upi");
        faults.AddUnless(body.CardToken is null or { Length: > 0 and <= 255 }, "cardToken", "must be a token of the tokenizer");
        faults.AddUnless(body.Processor is null or { Length: > 0 and <= 255 }, "processor", "must be the name of a processor");
        faults.AddUnless(body.Processor is null || body.CardToken is not null, "processor", "belongs to cardToken");
        faults.AddUnless(
            body.Upi is null || (body.Upi.Vpa is { } vpa && UpiAddress.IsWellFormed(vpa)), "upi.vpa", "must be a UPI address such as name@bank");
        return body.CardToken is { } token ? new SaveSource.OfCard(token) : body.Upi?.Vpa is { } address ? new SaveSource.OfUpi(address) : null;
    }

    private static Answer AnswerOf(Caller caller, AttachedMethod attached)
    {
        var view = PaymentMethodView.Of(attached.Method, defaultId: null) with { IsDefault = null };
        var answer = attached.Method switch
        {
            { State: PaymentMethodState.Failed, FailureCode: { } code } method => Answer.Of(
                new Refusal(Errors.ByCode(code), method.FailureReason, new Dictionary<string, object?> { ["paymentMethod"] = view }), caller.RequestId),
            { State: PaymentMethodState.Saving } => Answer.Accepted(view),
            _ => attached.IsNew ? Answer.Created(view, $"/api/payments/payment-methods/{view.Id}") : Answer.Ok(view),
        };
        return answer with { CustomerId = attached.Method.CustomerId };
    }

    private async Task<Answer> List(Caller caller, string id, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, PaymentMethod.IdPrefix, filters);
        if ((query.Refusal ?? UnknownWord(query.Value)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return await customers.Find(caller.Tenant, id, cancel) is { } customer
            ? Answer.Ok(await methods.List(
                caller.Tenant, id, query.Value, method => PaymentMethodView.Of(method, customer.DefaultPaymentMethodId), cancel))
            : Answer.Of(new Refusal(Errors.CustomerNotFound), caller.RequestId);
    }

    private static Refusal? UnknownWord(ListQuery query)
    {
        var faults = new FieldFaults();
        var states = Enum.GetValues<PaymentMethodState>().Select(Words.Of).ToArray();
        faults.AddUnless(query["status"] is null || states.Contains(query["status"]), "status", $"must be one of {string.Join(", ", states)}");
        faults.AddUnless(query["type"] is null or "card" or "upi", "type", "must be card or upi");
        return faults.Refusal;
    }

    private async Task<Answer> Get(Caller caller, string paymentMethodId, CancellationToken cancel) =>
        await methods.Find(caller.Tenant, paymentMethodId, cancel) is { } method
            ? await Shown(method, cancel)
            : Answer.Of(new Refusal(Errors.PaymentMethodNotFound), caller.RequestId);

    private async Task<Answer> Detach(Caller caller, string paymentMethodId, CancellationToken cancel)
    {
        var detached = await moves.Give(
            caller.Tenant, paymentMethodId, new PaymentMethodCommand.Detach(), new MethodContext(caller.Origin), cancel);
        if (detached.IsRefused)
        {
            return Answer.Of(detached.Refusal!, caller.RequestId);
        }

        // The processor is told at once; when it does not answer, the worker tells it again.
        await resolver.Resolve(caller.Tenant, paymentMethodId, CancellationToken.None);
        return await Shown(detached.Value, cancel);
    }

    private async Task<Answer> Shown(PaymentMethod method, CancellationToken cancel) => Answer.Ok(PaymentMethodView.Of(
        method, (await customers.Find(method.Tenant, method.CustomerId, cancel))?.DefaultPaymentMethodId));
}
