using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Inbox;

/// <summary>Where processors send their messages. A message is answered 200 once it is stored: from then on it is ours to act on.</summary>
internal sealed class InboxApi(ReceiveMessage receive, ConnectorRegistry connectors, PublicAddress address, TimeProvider clock)
{
    private const int BytesMax = 256 * 1024;

    public static void Map(IEndpointRouteBuilder routes, InboxApi api)
    {
        Describe(routes.MapPost("/api/payments/webhooks/{connector}", (string connector, HttpContext http, CancellationToken cancel) =>
            api.Receive(connector, null, http, cancel)), "receiveProcessorMessage")
            .WithSummary("Message of a processor").WithDescription("Signed by the processor in its own way; repeats and old news are harmless.");
        Describe(routes.MapPost("/api/payments/webhooks/{connector}/{accountId}", api.Receive), "receiveProcessorMessageOfAccount")
            .WithSummary("Message of a processor for one merchant's account")
            .WithDescription("The address that GET processors shows for the account. Signed by the processor in its own way; repeats and old news are harmless.");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string name) => route.WithTags("Processors").WithName(name)
        .WithMetadata(new TakesEveryCall())
        .Produces<ReceivedView>()
        .Example("""{ "received": true }""")
        .Errors(Errors.NotFound, Errors.BodyTooLarge, Errors.SignatureVerificationFailed, Errors.InvalidJson);

    private async Task<Answer> Receive(string connector, string? accountId, HttpContext http, CancellationToken cancel)
    {
        var requestId = RequestId.Of(http, clock);
        if (connectors.Find(connector) is not { WritesMessages: true } known)
        {
            return Answer.Of(new Refusal(Errors.NotFound), requestId);
        }

        var body = new byte[BytesMax + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancel);
        if (length > BytesMax)
        {
            return Answer.Of(new Refusal(Errors.BodyTooLarge), requestId);
        }

        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var origin = Origin.Of(http, "processor:" + connector, clock);
        var incoming = new IncomingMessage(headers, body.AsMemory(0, length), clock.GetUtcNow(), address.Link(http.Request.Path));
        return await receive.Run(known, accountId, incoming, origin, cancel) is { } refusal
            ? Answer.Of(refusal, requestId)
            : Answer.Ok(new ReceivedView());
    }
}

/// <summary>The message is stored.</summary>
public sealed record ReceivedView
{
    public bool Received => true;
}
