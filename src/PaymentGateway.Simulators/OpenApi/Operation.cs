using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.OpenApi;

/// <summary>One operation of a description, found for a method and a path.</summary>
/// <param name="Template">The path as the description writes it: <c>/v1/refunds/{refund}</c>.</param>
/// <param name="PathValues">What stands in the braces.</param>
internal sealed record Operation(
    string Method, string Template, IReadOnlyDictionary<string, string> PathValues, JsonObject Described, JsonObject PathItem, JsonObject Components)
{
    public const string Json = "application/json";
    public const string Form = "application/x-www-form-urlencoded";
    public const string Multipart = "multipart/form-data";

    /// <summary>As in the description; a name for people where it has none.</summary>
    public string Name => Described["operationId"]?.GetValue<string>() ?? $"{Method} {Template}";

    /// <summary>The content types that it takes; none: it takes no body.</summary>
    public IReadOnlyList<string> ContentTypes => [.. Contents.Select(one => one.Key)];

    private JsonObject Contents => Resolved(Described["requestBody"], "requestBodies")?["content"] as JsonObject ?? [];

    /// <summary>How a request disagrees with the description: its body, and the parameters in its query.</summary>
    /// <param name="contentType">Without parameters, null when there is no body.</param>
    public IReadOnlyList<Violation> CheckRequest(string? contentType, JsonNode? body, IEnumerable<KeyValuePair<string, JsonNode?>> query) =>
        [.. CheckBody(contentType, body), .. CheckQuery(query)];

    private IReadOnlyList<Violation> CheckBody(string? contentType, JsonNode? body)
    {
        if (contentType is null || body is null)
        {
            return Resolved(Described["requestBody"], "requestBodies")?["required"]?.GetValue<bool>() == true && contentType != Form
                ? [new(ViolationKind.Missing, "", "a body is required")]
                : [];
        }
        if (Contents[contentType] is not JsonObject content)
            return Contents.Count == 0 ? [] : [new(ViolationKind.ContentType, "", $"the content type must be {string.Join(" or ", ContentTypes)}, not {contentType}")];
        return new Schema(Components, open: false, text: contentType == Form).Check(content["schema"], body);
    }

    private IEnumerable<Violation> CheckQuery(IEnumerable<KeyValuePair<string, JsonNode?>> query)
    {
        var sent = query.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);
        var schema = new Schema(Components, open: false, text: true);
        foreach (var parameter in Parameters("query"))
        {
            var name = parameter["name"]!.GetValue<string>();
            if (sent.Remove(name, out var value))
            {
                foreach (var violation in schema.Check(parameter["schema"], value))
                    yield return violation with { Path = violation.Path.Length == 0 ? name : $"{name}.{violation.Path}" };
            }
            else if (parameter["required"]?.GetValue<bool>() == true)
                yield return new(ViolationKind.Missing, name, "is required in the query");
        }
        foreach (var name in sent.Keys)
            yield return new(ViolationKind.Unknown, name, "is not a parameter of this operation");
    }

    /// <summary>Names of the headers that the description demands.</summary>
    public IEnumerable<string> RequiredHeaders =>
        Parameters("header").Where(one => one["required"]?.GetValue<bool>() == true).Select(one => one["name"]!.GetValue<string>());

    /// <summary>How an answer of ours disagrees with the description. Fields that it does not know are allowed: processors add some.</summary>
    public IReadOnlyList<Violation> CheckAnswer(int status, JsonNode? body)
    {
        var responses = Described["responses"] as JsonObject ?? [];
        var response = Resolved(responses[$"{status}"] ?? responses[$"{status / 100}XX"] ?? responses["default"], "responses");
        if (response is null)
            return status >= 400 ? [] : [new(ViolationKind.Enum, "", $"{status} is not an answer of {Name}")];
        return body is null || response["content"]?[Json]?["schema"] is not { } schema
            ? []
            : new Schema(Components, open: true, text: false).Check(schema, body);
    }

    private IEnumerable<JsonObject> Parameters(string place) =>
        ((PathItem["parameters"] as JsonArray ?? []).Concat(Described["parameters"] as JsonArray ?? []))
            .Select(one => Resolved(one, "parameters")).OfType<JsonObject>()
            .Where(one => one["in"]?.GetValue<string>() == place);

    private JsonObject? Resolved(JsonNode? node, string kind) => node?["$ref"] is JsonValue reference
        ? Components[kind]?[reference.GetValue<string>().Split('/')[^1]] as JsonObject
        : node as JsonObject;
}
