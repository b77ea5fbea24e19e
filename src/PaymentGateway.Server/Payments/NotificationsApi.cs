using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>Where processors send their messages. A message is answered 200 only when what it says is committed.</summary>
internal sealed class NotificationsApi(PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, TimeProvider clock)
{
    private const int BytesMax = 256 * 1024;

    public static void Map(IEndpointRouteBuilder routes, NotificationsApi api) =>
        routes.MapPost("/api/payments/webhooks/{connector}", api.Receive).WithTags("Processors").WithName("receiveProcessorMessage")
            .WithSummary("Message of a processor").WithDescription("Signed by the processor in its own way; repeats and old news are harmless.")
            .Produces<ReceivedView>()
            .Example("""{ "received": true }""")
            .Errors(Errors.NotFound, Errors.BodyTooLarge, Errors.SignatureVerificationFailed, Errors.ChargeNotFound);

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
        return known.ReadNotification(headers, body.AsMemory(0, length)) is { } news
            ? await Record(news, requestId, cancel)
            : Answer.Of(new Refusal(Errors.SignatureVerificationFailed), requestId);
    }

    /// <summary>A contradiction is taken note of in the log and answered as received: sending it again would not make it fit.</summary>
    private async Task<Answer> Record(ConnectorNotification news, string requestId, CancellationToken cancel)
    {
        if (await store.OwnerOfCharge(news.ChargeKey, cancel) is not { } owner || owner.Tenant != news.Tenant)
        {
            return Answer.Of(new Refusal(Errors.ChargeNotFound), requestId);
        }

        await moves.Tell(owner.Tenant, owner.PaymentId, new(news.ChargeKey, news.Outcome, news.OperationKey), new MoveContext(requestId), cancel);
        return Answer.Ok(new ReceivedView());
    }
}

/// <summary>The message is committed.</summary>
public sealed record ReceivedView
{
    public bool Received => true;
}
