using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Events;

/// <summary>The events of a merchant, to look at. Sending them again is part of Webhooks.</summary>
public static class EventsApi
{
    public static IServiceCollection AddEvents(this IServiceCollection services) =>
        services.AddSingleton<EventConsumers>().AddSingleton<EventStore>();

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/api/payments/events").WithTags("Events").WithMetadata(new RequiresKey(KeyKind.Secret));
        events.MapGet("", List)
            .WithName("listEvents").WithSummary("List events")
            .WithDescription("Newest first. Filters: event, subjectId, createdFrom, createdTo.")
            .Produces<ListView<EventView>>()
            .Filters("event", "subjectId", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(EventExamples.Event))
            .Errors();
        events.MapGet("{id}", Get)
            .WithName("getEvent").WithSummary("Get an event")
            .WithDescription("The event as it is sent to webhook endpoints, with the object it belongs to.")
            .Produces<EventView>()
            .Example(EventExamples.Event)
            .Errors(Errors.EventNotFound);
        return routes;
    }

    private static async Task<IResult> List(Caller caller, HttpRequest request, EventStore store, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "evt", "event", "subjectId", "createdFrom", "createdTo");
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var rows = await store.List(caller.Tenant, query.Value, cancel);
        return Answer.Ok(query.Value.Page(rows, e => e.Id, EventView.Of));
    }

    private static async Task<IResult> Get(string id, Caller caller, EventStore store, CancellationToken cancel) =>
        await store.Find(caller.Tenant, id, cancel) is { } found
            ? Answer.Ok(EventView.Of(found))
            : Answer.Of(new Refusal(Errors.EventNotFound), caller.RequestId);
}

/// <param name="Event">What happened: <c>noun.verb</c>, see <c>/docs/events</c>.</param>
/// <param name="Data">The object as it was then.</param>
/// <param name="SubjectId">The object whose events are delivered in order.</param>
/// <param name="RequestId">The API request that caused it.</param>
public sealed record EventView(
    string Id, string Event, DateTimeOffset Timestamp, string ApiVersion, JsonElement Data, string SubjectId, string? RequestId)
{
    internal static EventView Of(StoredEvent stored)
    {
        using var body = JsonDocument.Parse(stored.Body);
        var apiVersion = body.RootElement.GetProperty("apiVersion").GetString()!;
        return new(stored.Id, stored.Name, stored.CreatedAt, apiVersion, body.RootElement.GetProperty("data").Clone(), stored.SubjectId,
            stored.RequestId);
    }
}
