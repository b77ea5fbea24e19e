using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>Where processors send their messages. A message is answered 200 only when what it says is committed.</summary>
internal sealed class NotificationsApi(PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, TakeQrCredit takeCredit, TimeProvider clock)
{
    private const int BytesMax = 256 * 1024;

    public static void Map(IEndpointRouteBuilder routes, NotificationsApi api) =>
        routes.MapPost("/api/payments/webhooks/{connector}", api.Receive).WithTags("Processors").WithName("receiveProcessorMessage")
            .WithSummary("Message of a processor").WithDescription("Signed by the processor in its own way; repeats and old news are harmless.")
            .Produces<ReceivedView>()
            .Example("""{ "received": true }""")
            .Errors(Errors.NotFound, Errors.BodyTooLarge, Errors.SignatureVerificationFailed, Errors.ChargeNotFound, Errors.QrCodeNotFound);

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
        return known.ReadNotification(headers, body.AsMemory(0, length)) switch
        {
            null => Answer.Of(new Refusal(Errors.SignatureVerificationFailed), requestId),
            { Credit: { } credit, Tenant: var tenant } => await takeCredit(tenant, known.Name, credit, origin, cancel) is { } refusal
                ? Answer.Of(refusal, requestId)
                : Answer.Ok(new ReceivedView()),
            var news => await Record(news, origin, cancel),
        };
    }

    /// <summary>A contradiction is taken note of in the log and answered as received: sending it again would not make it fit.</summary>
    private async Task<Answer> Record(ConnectorNotification news, Origin origin, CancellationToken cancel)
    {
        if (await store.OwnerOfCharge(news.ChargeKey, cancel) is not { } owner || owner.Tenant != news.Tenant)
        {
            return Answer.Of(new Refusal(Errors.ChargeNotFound), origin.RequestId!);
        }

        await moves.Tell(owner.Tenant, owner.PaymentId, news.ChargeKey, news.Outcome, new MoveContext(origin), cancel);
        return Answer.Ok(new ReceivedView());
    }
}

/// <summary>
/// Takes note of money that came in by a QR code, once for each reference of the processor. Registered by whoever keeps the codes.
/// </summary>
/// <returns>Null when it is committed, now or before.</returns>
public delegate Task<Refusal?> TakeQrCredit(Tenant tenant, string connector, QrCredit credit, Origin origin, CancellationToken cancel);

/// <summary>The message is committed.</summary>
public sealed record ReceivedView
{
    public bool Received => true;
}
