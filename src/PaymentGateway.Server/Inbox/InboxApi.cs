using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Inbox;

/// <summary>Where processors send their messages. A message is answered 200 once it is stored: from then on it is ours to act on.</summary>
internal sealed class InboxApi(ReceiveMessage receive, ConnectorRegistry connectors, TimeProvider clock)
{
    private const int BytesMax = 256 * 1024;

    public static void Map(IEndpointRouteBuilder routes, InboxApi api) =>
        routes.MapPost("/api/payments/webhooks/{connector}", api.Receive).WithTags("Processors").WithName("receiveProcessorMessage")
            .WithSummary("Message of a processor").WithDescription("Signed by the processor in its own way; repeats and old news are harmless.")
            .Produces<ReceivedView>()
            .Example("""{ "received": true }""")
            .Errors(Errors.NotFound, Errors.BodyTooLarge, Errors.SignatureVerificationFailed, Errors.InvalidJson);

    private async Task<Answer> Receive(string connector, HttpContext http, CancellationToken cancel)
    {
        var requestId = RequestId.Of(http, clock);
        if (connectors.Find(connector) is not { } known)
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
        return await receive.Run(known, headers, body.AsMemory(0, length), origin, cancel) is { } refusal
            ? Answer.Of(refusal, requestId)
            : Answer.Ok(new ReceivedView());
    }
}

/// <summary>The message is stored.</summary>
public sealed record ReceivedView
{
    public bool Received => true;
}
