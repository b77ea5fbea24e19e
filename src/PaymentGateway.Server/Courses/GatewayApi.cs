using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Connectors;
using PaymentGateway.Courses.Pages;
using PaymentGateway.Http;
using PaymentGateway.Inbox;

namespace PaymentGateway.Courses;

/// <summary>Where the gateway sends the student's browser, and where it writes by itself. The signature is looked at before anything else.</summary>
internal sealed class GatewayApi(
    GatewayMessages messages, SessionExpiry expiry, PaymentPages pages, ReceiveMessage receive, ConnectorRegistry connectors, PublicAddress address, TimeProvider clock)
{
    private const int BytesMax = 256 * 1024;
    private const int FormBytesMax = 16 * 1024;
    private const int FieldsMax = 50;

    public static void Map(IEndpointRouteBuilder routes, GatewayApi api)
    {
        Describe(routes.MapGet(CourseGateway.CallbackPath, api.Callback)).WithName("returnFromGateway");
        Describe(routes.MapPost(CourseGateway.CallbackPath, api.Callback)).WithName("returnFromGatewayByForm")
            .WithMetadata(new RequestSizeLimitAttribute(FormBytesMax));
        routes.MapPost(CourseGateway.WebhookPath, api.Webhook).WithTags("Course payments").WithName("receiveCourseWebhook")
            .WithSummary("Message of SmartGateway")
            .WithDescription("With the user and password of the merchant's account there; 401 otherwise. 200 once it is stored: repeats and old "
                + "news are harmless.")
            .Produces<ReceivedView>()
            .Example("""{ "received": true }""")
            .Errors(Errors.BodyTooLarge, Errors.WebhookNotAuthentic, Errors.InvalidJson);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route.WithTags("Course payments")
        .WithSummary("Come back from the gateway")
        .WithDescription("Where the gateway sends the student's browser, with fields that it signs. A page says what became of the payment; where the "
            + "signature does not fit, a page with status 400, and nothing is changed.")
        .Produces<string>(StatusCodes.Status200OK, "text/html")
        .Example("\"the page\"")
        .Errors();

    private async Task<IResult> Callback(HttpContext http, CancellationToken cancel)
    {
        var origin = Origin.Of(http, "checkout", clock);
        var fields = await ReadFields(http.Request, cancel);
        if (await messages.Verify(fields, origin, cancel) is not { } named)
        {
            return pages.ShowForged(http);
        }

        await messages.Keep(named, MessageKind.Callback, Json.Write(fields), cancel);
        return await pages.ShowReturn(http, await expiry.Expire(named, origin, cancel), cancel);
    }

    /// <summary>As messages of any processor; also kept beside the payment that it is about.</summary>
    private async Task<Answer> Webhook(HttpContext http, CancellationToken cancel)
    {
        var origin = Origin.Of(http, $"processor:{CourseGateway.Connector}", clock);
        var body = new byte[BytesMax + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancel);
        if (length > BytesMax)
        {
            return Answer.Of(new Refusal(Errors.BodyTooLarge), origin.RequestId!);
        }

        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var incoming = new IncomingMessage(headers, body.AsMemory(0, length), clock.GetUtcNow(), address.Link(http.Request.Path));
        var refusal = await receive.Run(connectors.Find(CourseGateway.Connector)!, accountId: null, incoming, origin, cancel);
        var named = await messages.Named(incoming.Body, cancel);
        if (refusal?.Kind == Errors.SignatureVerificationFailed)
        {
            await messages.Alert(named, MessageKind.Webhook, origin, cancel);
            return Answer.Of(new Refusal(Errors.WebhookNotAuthentic), origin.RequestId!);
        }

        if (refusal is null && named is not null)
        {
            await messages.Keep(named, MessageKind.Webhook, incoming.Body, cancel);
        }

        return refusal is null ? Answer.Ok(new ReceivedView()) : Answer.Of(refusal, origin.RequestId!);
    }

    /// <summary>Of the query, or of a form; nothing where there is more than a gateway sends, or no form.</summary>
    private static async Task<IReadOnlyList<KeyValuePair<string, string>>> ReadFields(HttpRequest request, CancellationToken cancel)
    {
        if (HttpMethods.IsPost(request.Method) && !request.HasFormContentType)
        {
            return [];
        }

        var fields = HttpMethods.IsPost(request.Method)
            ? (IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>>)await request.ReadFormAsync(cancel)
            : request.Query;
        var all = fields.SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? "")).Take(FieldsMax + 1).ToList();
        return all.Count > FieldsMax ? [] : all;
    }
}
