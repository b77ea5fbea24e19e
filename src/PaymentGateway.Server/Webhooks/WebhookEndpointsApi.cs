using PaymentGateway.Clocks;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

internal static class WebhookEndpointsApi
{
    private const int AttemptsInList = 5;
    private const int AttemptsInDetail = 100;

    private static readonly string[] deliveryFilters = ["status", "event", "createdFrom", "createdTo"];

    internal static IEndpointRouteBuilder MapWebhookEndpoints(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.MapGroup("/api/payments/webhook-endpoints")
            .WithTags("Webhooks").WithMetadata(new RequiresKey(KeyKind.Secret));
        endpoints.MapPost("", Create)
            .WithName("createWebhookEndpoint").WithSummary("Create a webhook endpoint")
            .WithDescription("The answer holds the signing secret; it is shown this once.")
            .Produces<EndpointView>(StatusCodes.Status201Created)
            .Example(WebhookExamples.CreateEndpoint, WebhookExamples.CreatedEndpoint)
            .Errors(Errors.WebhookUrlRefused);
        endpoints.MapGet("", List)
            .WithName("listWebhookEndpoints").WithSummary("List webhook endpoints")
            .WithDescription("Newest first. Filter: status.")
            .Produces<ListView<EndpointView>>()
            .Filters("status")
            .Example(OperationExample.ListOf(WebhookExamples.Endpoint))
            .Errors();
        endpoints.MapGet("{id}", Get)
            .WithName("getWebhookEndpoint").WithSummary("Get a webhook endpoint")
            .WithDescription("Says whether it is failing, since when, and why it was disabled.")
            .Produces<EndpointView>()
            .Example(WebhookExamples.Endpoint)
            .Errors(Errors.WebhookEndpointNotFound);
        endpoints.MapPatch("{id}", Update)
            .WithName("updateWebhookEndpoint").WithSummary("Update a webhook endpoint")
            .WithDescription("Changes the fields that are sent. Status enabled brings a disabled endpoint back.")
            .Produces<EndpointView>()
            .Example(WebhookExamples.UpdateEndpoint, WebhookExamples.UpdatedEndpoint)
            .Errors(Errors.WebhookEndpointNotFound, Errors.WebhookUrlRefused);
        endpoints.MapDelete("{id}", Delete)
            .WithName("deleteWebhookEndpoint").WithSummary("Delete a webhook endpoint")
            .WithDescription("Nothing more is sent to it, also not what was waiting.")
            .Produces<DeletedEndpointView>()
            .Example(WebhookExamples.DeletedEndpoint)
            .Errors(Errors.WebhookEndpointNotFound);
        endpoints.MapPost("{id}/test", Test)
            .WithName("testWebhookEndpoint").WithSummary("Send a sample event")
            .WithDescription("Sends a signed sample to the endpoint now, enabled or not, and answers what came back.")
            .Produces<TestEndpointView>()
            .Example(WebhookExamples.TestEndpoint, WebhookExamples.TestedEndpoint)
            .Errors(Errors.WebhookEndpointNotFound);
        endpoints.MapPost("{id}/roll-secret", RollSecret)
            .WithName("rollWebhookSecret").WithSummary("Roll the signing secret")
            .WithDescription("The answer holds the new secret; it is shown this once. During the overlap webhook-signature carries both.")
            .Produces<EndpointView>()
            .Example(WebhookExamples.RollSecret, WebhookExamples.RolledSecret)
            .Errors(Errors.WebhookEndpointNotFound);
        endpoints.MapGet("{id}/deliveries", Deliveries)
            .WithName("listWebhookDeliveries").WithSummary("List the deliveries of an endpoint")
            .WithDescription(
                $"Newest first, each with its latest {AttemptsInList} attempts. Filters: status, event, createdFrom, createdTo.")
            .Produces<ListView<DeliveryView>>()
            .Filters(deliveryFilters)
            .Example(OperationExample.ListOf(WebhookExamples.Delivery))
            .Errors(Errors.WebhookEndpointNotFound);
        endpoints.MapGet("{id}/deliveries/{deliveryId}", Delivery)
            .WithName("getWebhookDelivery").WithSummary("Get a delivery")
            .WithDescription($"With its latest {AttemptsInDetail} attempts and what the endpoint answered.")
            .Produces<DeliveryView>()
            .Example(WebhookExamples.Delivery)
            .Errors(Errors.NotFound);
        return routes;
    }

    private static async Task<IResult> Create(
        Caller caller, HttpRequest request, Body<CreateEndpoint> body, Idempotency idempotency, EndpointActions actions,
        CancellationToken cancel) =>
        await idempotency.Run(caller, request, body, _ => actions.Create(caller, body.Value, cancel), cancel);

    private static async Task<IResult> List(
        Caller caller, HttpRequest request, EndpointStore store, MerchantClocks clocks, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "we", "status");
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var now = clocks.Now(caller.Tenant);
        var rows = await store.List(caller.Tenant, query.Value, cancel);
        return Answer.Ok(query.Value.Page(rows, e => e.Id, e => EndpointView.Of(e, now)));
    }

    private static async Task<IResult> Get(string id, Caller caller, EndpointStore store, MerchantClocks clocks, CancellationToken cancel) =>
        await store.Find(caller.Tenant, id, cancel) is { } endpoint
            ? Answer.Ok(EndpointView.Of(endpoint, clocks.Now(caller.Tenant)))
            : EndpointNotFound(caller);

    private static async Task<IResult> Update(
        string id, Caller caller, Body<UpdateEndpoint> body, EndpointActions actions, MerchantClocks clocks, CancellationToken cancel)
    {
        var updated = await actions.Update(caller, id, body.Value, cancel);
        return updated.Refusal is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(EndpointView.Of(updated.Value, clocks.Now(caller.Tenant)));
    }

    private static async Task<IResult> Delete(string id, Caller caller, EndpointActions actions, CancellationToken cancel)
    {
        var deleted = await actions.Delete(caller, id, cancel);
        return deleted.Refusal is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(new DeletedEndpointView(id, Deleted: true));
    }

    private static async Task<IResult> Test(
        string id, Caller caller, HttpRequest request, Body<TestEndpointRequest> body, TestEndpoint action, CancellationToken cancel) =>
        await action.Run(id, caller, request, body, cancel);

    private static async Task<IResult> RollSecret(
        string id, Caller caller, HttpRequest request, Body<RollSecret> body, Idempotency idempotency, EndpointActions actions,
        CancellationToken cancel) =>
        await idempotency.Run(caller, request, body, _ => actions.RollSecret(caller, id, body.Value, cancel), cancel);

    private static async Task<IResult> Deliveries(
        string id, Caller caller, HttpRequest request, EndpointStore store, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "whd", deliveryFilters);
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        if (await store.Find(caller.Tenant, id, cancel) is null)
        {
            return EndpointNotFound(caller);
        }

        return Answer.Ok(await Page(caller, endpointId: id, eventId: null, query.Value, store, cancel));
    }

    private static async Task<IResult> Delivery(
        string id, string deliveryId, Caller caller, EndpointStore store, CancellationToken cancel)
    {
        if (await store.FindDelivery(caller.Tenant, id, deliveryId, cancel) is not { } delivery)
        {
            return Answer.Of(new Refusal(Errors.NotFound), caller.RequestId);
        }

        var attempts = await store.Attempts(caller.Tenant, [delivery.Id], AttemptsInDetail, cancel);
        return Answer.Ok(DeliveryView.Of(delivery, attempts[delivery.Id]));
    }

    /// <summary>Deliveries with their latest attempts.</summary>
    internal static async Task<ListView<DeliveryView>> Page(
        Caller caller, string? endpointId, string? eventId, ListQuery query, EndpointStore store, CancellationToken cancel)
    {
        var rows = await store.Deliveries(caller.Tenant, endpointId, eventId, query, cancel);
        var attempts = await store.Attempts(caller.Tenant, [.. rows.Select(d => d.Id)], AttemptsInList, cancel);
        return query.Page(rows, d => d.Id, d => DeliveryView.Of(d, attempts[d.Id]));
    }

    private static Answer EndpointNotFound(Caller caller) => Answer.Of(new Refusal(Errors.WebhookEndpointNotFound), caller.RequestId);
}
