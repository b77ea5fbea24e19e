using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// Errors in PayPal's shape: <c>{ "name", "message", "debug_id", "details": [{ "issue", "description" }], "links" }</c>. Which issue
/// has which status and description stands in the descriptions themselves.
/// </summary>
internal sealed class PaypalErrors(Identifiers ids)
{
    private sealed record Known(int Status, string Description);

    private static readonly Dictionary<string, Known> issues = ReadIssues("paypal-orders-v2.json", "paypal-payments-v2.json");

    // Issues that PayPal's reference names and that are newer than the descriptions, or stand in those of other APIs.
    private static readonly Dictionary<string, Known> more = new(StringComparer.Ordinal)
    {
        ["INVALID_TOKEN"] = new(401, "Token signature verification failed."),
        ["CURRENCY_NOT_SUPPORTED"] = new(422, "The currency code is not supported."),
        ["AUTHORIZATION_AMOUNT_EXCEEDED"] = new(422, "The authorization amount is more than is allowed."),
        ["REAUTHORIZATION_TOO_SOON"] = new(422, "A reauthorization is only allowed once the honor period of the authorization is over."),
        ["TOKEN_NOT_APPROVED"] = new(422, "The setup token was not approved by the payer."),
        ["INVALID_DISPUTE_STATE"] = new(422, "The action cannot be done in the dispute's current state."),
        ["WEBHOOK_URL_ALREADY_EXISTS"] = new(400, "Webhook URL already exists."),
        ["INVALID_DATE_RANGE"] = new(400, "The date range is greater than 31 days."),
        ["UNKNOWN_EVENT_TYPE"] = new(400, "The event type is not known."),
        ["DUPLICATE_REQUEST_ID"] = new(422, "The value of PayPal-Request-Id header has already been used with another request."),
        ["PREVIOUS_REQUEST_IN_PROGRESS"] = new(409, "A previous request on this resource is currently in progress."),
    };

    private static Dictionary<string, Known> ReadIssues(params IReadOnlyList<string> files)
    {
        var found = new Dictionary<string, Known>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var (name, schema) in (JsonObject)ApiDescription.Read(file)["components"]!["schemas"]!)
            {
                if (int.TryParse(name.Split('-')[^1], out var status) && status is >= 400 and < 500)
                    Collect(schema, status, found);
            }
        }
        return found;
    }

    private static void Collect(JsonNode? node, int status, Dictionary<string, Known> found)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Collect(item, status, found);
        }
        if (node is not JsonObject fields)
            return;
        if (fields["properties"] is JsonObject properties && properties["issue"]?["enum"] is JsonArray { Count: > 0 } issue)
            found.TryAdd($"{issue[0]}", new(status, $"{properties["description"]?["enum"]?[0] ?? issue[0]}"));
        foreach (var (_, value) in fields)
            Collect(value, status, found);
    }

    private static Known? Find(string issue) => issues.GetValueOrDefault(issue) ?? more.GetValueOrDefault(issue);

    /// <summary>Whether PayPal has such an issue.</summary>
    public static bool Knows(string issue) => Find(issue) is not null;

    /// <summary>A refusal by its issue.</summary>
    /// <param name="field">Where in the request, as <c>/purchase_units/0/amount/value</c>.</param>
    public Reply Issue(string issue, string? field = null, JsonNode? value = null, params ReadOnlySpan<JsonObject> links)
    {
        var known = Find(issue) ?? new(422, issue);
        var detail = new JsonObject();
        if (field is not null)
        {
            detail["field"] = field;
            detail["location"] = "body";
        }
        if (value is JsonValue written)
            detail["value"] = written.ToString();
        detail["issue"] = issue;
        detail["description"] = known.Description;
        return Error(known.Status, [detail], [.. links, Manual(issue)]);
    }

    private static JsonObject Manual(string issue) => new()
    {
        ["href"] = $"https://developer.paypal.com/api/rest/reference/orders/v2/errors/#{issue}",
        ["rel"] = "information_link",
        ["method"] = "GET",
    };

    public Reply Missing(string id) => Error(404,
        [new JsonObject { ["issue"] = "INVALID_RESOURCE_ID", ["description"] = "Specified resource ID does not exist. Please check the resource ID and try again.", ["value"] = id }],
        [Manual("INVALID_RESOURCE_ID")]);

    /// <summary>How it says that it does not have something, is busy or broken.</summary>
    public Reply Plain(int status, params ReadOnlySpan<string> descriptions)
    {
        var details = new JsonArray();
        foreach (var description in descriptions)
            details.Add(new JsonObject { ["issue"] = names[status].Name, ["description"] = description });
        return Error(status, details, []);
    }

    private Reply Error(int status, JsonArray details, JsonArray links)
    {
        var debug = ids.Next(13, letters: 16).ToLowerInvariant();
        var body = new JsonObject { ["name"] = names[status].Name, ["message"] = names[status].Message, ["debug_id"] = debug };
        if (details.Count > 0)
            body["details"] = details;
        if (links.Count > 0)
            body["links"] = links;
        // PayPal keeps what a request did, not that it was refused.
        return new Reply(status, body) { Keep = false }.With("paypal-debug-id", debug);
    }

    private static readonly Dictionary<int, (string Name, string Message)> names = new()
    {
        [400] = ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema."),
        [401] = ("AUTHENTICATION_FAILURE", "Authentication failed due to missing authorization header, or invalid authentication credentials."),
        [403] = ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
        [404] = ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
        [405] = ("METHOD_NOT_SUPPORTED", "The server does not implement the requested HTTP method."),
        [409] = ("RESOURCE_CONFLICT", "The server has detected a conflict while processing this request."),
        [415] = ("UNSUPPORTED_MEDIA_TYPE", "The server does not support the request payload's media type."),
        [422] = ("UNPROCESSABLE_ENTITY", "The requested action could not be performed, semantically incorrect, or failed business validation."),
        [429] = ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
        [500] = ("INTERNAL_SERVER_ERROR", "An internal server error occurred."),
        [501] = ("NOT_IMPLEMENTED", "This simulator does not do that."),
        [502] = ("BAD_GATEWAY", "The server returned an invalid response."),
        [503] = ("SERVICE_UNAVAILABLE", "Service Unavailable."),
        [504] = ("GATEWAY_TIMEOUT", "Gateway Timeout."),
    };

    /// <summary>The nearest status that PayPal has words for.</summary>
    public Reply Fail(int status) => Plain(names.ContainsKey(status) ? status : status < 500 ? 400 : 500);
}
