using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

internal static class RedeliveryApi
{
    internal static IEndpointRouteBuilder MapRedelivery(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/api/payments/events").WithTags("Events").WithMetadata(new RequiresKey(KeyKind.Secret));
        events.MapPost("{id}/redeliver", RedeliverOne)
            .WithName("redeliverEvent").WithSummary("Send an event again")
            .WithDescription("To every enabled endpoint that takes it and to the order's own address, or to one endpoint only.")
            .Produces<RedeliveryView>(StatusCodes.Status202Accepted)
            .Example(WebhookExamples.RedeliverEvent, WebhookExamples.Redelivery)
            .Errors(Errors.EventNotFound, Errors.WebhookEndpointNotFound);
        events.MapPost("redeliver", RedeliverMany)
            .WithName("redeliverEvents").WithSummary("Send the events of a range of time again")
            .WithDescription($"Oldest first, at most {Redelivery.DeliveriesMax} deliveries a call; go on with nextCursor while hasMore.")
            .Produces<RedeliveryView>(StatusCodes.Status202Accepted)
            .Example(WebhookExamples.RedeliverRange, WebhookExamples.Redelivery)
            .Errors(Errors.WebhookEndpointNotFound);
        events.MapGet("{id}/deliveries", Deliveries)
            .WithName("listEventDeliveries").WithSummary("List the deliveries of an event")
            .WithDescription("To endpoints and to the order's own address, each with its latest attempts.")
            .Produces<ListView<DeliveryView>>()
            .Filters("status")
            .Example(OperationExample.ListOf(WebhookExamples.Delivery))
            .Errors(Errors.EventNotFound);
        return routes;
    }

    private static async Task<IResult> RedeliverOne(
        string id, Caller caller, HttpRequest request, Body<RedeliverEvent> body, Idempotency idempotency, Redelivery redelivery,
        CancellationToken cancel) =>
        await idempotency.Run(caller, request, body, _ => redelivery.OfEvent(caller, id, body.Value.EndpointId, cancel), cancel);

    private static async Task<IResult> RedeliverMany(
        Caller caller, HttpRequest request, Body<RedeliverRange> body, Idempotency idempotency, Redelivery redelivery,
        CancellationToken cancel) =>
        await idempotency.Run(caller, request, body, _ => redelivery.OfRange(caller, body.Value, cancel), cancel);

    private static async Task<IResult> Deliveries(
        string id, Caller caller, HttpRequest request, EventStore events, EndpointStore store, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "whd", "status");
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return await events.Find(caller.Tenant, id, cancel) is null
            ? Answer.Of(new Refusal(Errors.EventNotFound), caller.RequestId)
            : Answer.Ok(await WebhookEndpointsApi.Page(caller, endpointId: null, eventId: id, query.Value, store, cancel));
    }
}
