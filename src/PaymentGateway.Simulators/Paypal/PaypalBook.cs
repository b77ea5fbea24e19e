using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// PayPal's objects on the shelf, and the events that tell of them. A field whose name begins with an underscore is the simulator's own
/// note and is never shown to a caller.
/// </summary>
internal sealed class PaypalBook(World world)
{
    public World World => world;

    public DateTimeOffset Now => world.Clock.GetUtcNow();

    public string Origin => world.Origin;

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Time(string? written) =>
        DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>Whether the time that the object keeps under the name has come.</summary>
    public bool IsDue(JsonObject of, string name) => Time(Text(of, name)) <= Now;

    /// <summary>An id as those of orders, authorizations, captures and refunds are.</summary>
    public string NewId() => world.Ids.NextUpper(17);

    /// <summary>A payer's or merchant's account: neither 0 and 1, nor I and O.</summary>
    public string NewAccountId()
    {
        const string letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        return string.Concat(world.Ids.Next(13).Select(one => letters[one % letters.Length]));
    }

    public JsonObject Save(string kind, JsonObject made)
    {
        made["update_time"] = Time(Now);
        return world.Shelf.Put(kind, Text(made, "id")!, made);
    }

    public JsonObject? Find(string kind, string? id) => id is null ? null : world.Shelf.Find(kind, id);

    public IEnumerable<JsonObject> List(string kind) => world.Shelf.List(kind);

    public static string? Text(JsonNode? of, string name) =>
        of is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool Yes(JsonNode? of, string name) =>
        of is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;

    /// <summary>The object as a caller sees it.</summary>
    public static JsonObject Shown(JsonObject of) =>
        new(of.Where(one => !one.Key.StartsWith('_')).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));

    public JsonObject Link(string rel, string path, string method = "GET") =>
        new() { ["href"] = $"{world.Origin}{path}", ["rel"] = rel, ["method"] = method };

    /// <summary>Copies those fields that were sent.</summary>
    public static void Copy(JsonObject from, JsonObject to, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (from[name] is { } sent)
                to[name] = sent.DeepClone();
        }
    }

    /// <summary>Tells every webhook that listens, and keeps the event.</summary>
    /// <param name="resource">As the API shows it.</param>
    public void Tell(string type, string resourceType, string resourceVersion, string summary, JsonObject resource)
    {
        var id = $"WH-{world.Ids.NextUpper(17)}-{world.Ids.NextUpper(17)}";
        var made = new JsonObject
        {
            ["id"] = id,
            ["event_version"] = "1.0",
            ["create_time"] = Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["resource_type"] = resourceType,
            ["resource_version"] = resourceVersion,
            ["event_type"] = type,
            ["summary"] = summary,
            ["resource"] = resource.DeepClone(),
            ["links"] = new JsonArray(
                Link("self", $"/v1/notifications/webhooks-events/{id}"), Link("resend", $"/v1/notifications/webhooks-events/{id}/resend", "POST")),
        };
        world.Shelf.Put("event", id, made);
        foreach (var endpoint in List("webhook").Where(one => Listens(one, type)))
            Post(made, endpoint);
    }

    /// <summary>Sends an event to one webhook. What is signed is the webhook's own id: that is its secret.</summary>
    public void Post(JsonObject made, JsonObject endpoint) => world.Outbox.Post(new(
        Text(made, "id")!, Text(made, "id")!, Text(made, "event_type")!, Text(endpoint, "url")!, Text(endpoint, "id")!, Encoding.UTF8.GetBytes(made.ToJsonString())));

    private static bool Listens(JsonObject endpoint, string type) =>
        endpoint["event_types"] is JsonArray types && types.Any(one => Text(one, "name") is "*" || Text(one, "name") == type);
}
