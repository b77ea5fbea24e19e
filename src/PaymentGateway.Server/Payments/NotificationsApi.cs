using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>Where processors send their messages. A message is answered 200 only when what it says is committed.</summary>
internal sealed class NotificationsApi(NewsDispatcher dispatcher, ConnectorRegistry connectors, TimeProvider clock)
{
    private const int BytesMax = 256 * 1024;

    public static void Map(IEndpointRouteBuilder routes, NotificationsApi api) =>
        routes.MapPost("/api/payments/webhooks/{connector}", api.Receive).WithTags("Processors").WithName("receiveProcessorMessage")
            .WithSummary("Message of a processor").WithDescription("Signed by the processor in its own way; repeats and old news are harmless.")
            .Produces<ReceivedView>()
            .Example("""{ "received": true }""")
            .Errors(Errors.NotFound, Errors.BodyTooLarge, Errors.SignatureVerificationFailed, Errors.ChargeNotFound, Errors.QrCodeNotFound, Errors.RefundNotFound,
                Errors.InvalidState);

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
        if (known.ReadNotification(headers, body.AsMemory(0, length)) is not { } message)
        {
            return Answer.Of(new Refusal(Errors.SignatureVerificationFailed), requestId);
        }

        return await dispatcher.Read(known.Name, message, Origin.Of(http, "processor:" + connector, clock), cancel) is { } refusal
            ? Answer.Of(refusal, requestId)
            : Answer.Ok(new ReceivedView());
    }
}

/// <summary>The message is committed.</summary>
public sealed record ReceivedView
{
    public bool Received => true;
}
