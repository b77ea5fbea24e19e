using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Stripe's objects on the shelf, made from its own examples, and the events that tell of them.</summary>
internal sealed class StripeBook(World world)
{
    /// <summary>The version whose shapes the examples have.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    private static readonly JsonObject examples = (JsonObject)ApiDescription.Read("stripe-fixtures.json")["resources"]!;
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public World World => world;

    public long Now => world.Clock.UnixSeconds;

    public string Origin => world.Origin;

    /// <summary>A browser's key opens only the object whose secret it was given.</summary>
    public static bool MayUse(Call call, JsonObject intent) =>
        !StripeKeys.IsPublishable(call)
        || (Text(call.Fields, "client_secret") ?? call.Query["client_secret"]?.ToString()) == Text(intent, "client_secret");

    /// <summary>A new object of a kind as Stripe shows it, with an id of its own; what the example has as an illustration is emptied.</summary>
    public JsonObject New(string kind, string prefix, IEnumerable<string> emptied)
    {
        var made = (JsonObject)examples[kind]!.DeepClone();
        foreach (var name in emptied)
            made[name] = null;
        made["id"] = $"{prefix}_{world.Ids.Next(24)}";
        made["created"] = Now;
        if (made.ContainsKey("metadata"))
            made["metadata"] = new JsonObject();
        return made;
    }

    public string Secret(string id) => $"{id}_secret_{world.Ids.Next(25)}";

    public JsonObject Save(JsonObject made) => world.Shelf.Put(Text(made, "object")!, Text(made, "id")!, made);

    public JsonObject? Find(string kind, string? id) => id is null ? null : world.Shelf.Find(kind, id);

    /// <summary>What is deleted is still found by its id, as a stub that says so.</summary>
    public JsonObject? FindUndeleted(string kind, string? id) => Find(kind, id) is { } found && found["deleted"] is null ? found : null;

    /// <summary>What sends the payer to their bank: by a page of the merchant's, or by Stripe's own library.</summary>
    public JsonObject ToBank(JsonObject intent, string? returnUrl)
    {
        var page = $"{Origin}/3d-secure/{Text(intent, "id")}?client_secret={Text(intent, "client_secret")}";
        return returnUrl is null
            ? new() { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect", ["stripe_js"] = page } }
            : new() { ["type"] = "redirect_to_url", ["redirect_to_url"] = new JsonObject { ["url"] = page, ["return_url"] = returnUrl } };
    }

    /// <summary>What 3-D Secure said, once the bank has asked.</summary>
    public static JsonObject Authentication(bool passed) => new()
    {
        ["authentication_flow"] = "challenge",
        ["electronic_commerce_indicator"] = passed ? "05" : null,
        ["exemption_indicator"] = null,
        ["result"] = passed ? "authenticated" : "failed",
        ["result_reason"] = passed ? null : "rejected",
        ["transaction_id"] = null,
        ["version"] = "2.2.0",
    };

    public IEnumerable<JsonObject> List(string kind) => world.Shelf.List(kind);

    public static string? Text(JsonObject of, string name) => of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long Whole(JsonObject of, string name) => of[name]?.GetValue<long>() ?? 0;

    /// <summary>Tells every endpoint that listens, and keeps the event.</summary>
    public void Tell(string type, JsonObject of, string? request = null, string? key = null)
    {
        var listening = world.Shelf.List("webhook_endpoint").Where(one => Listens(one, type)).ToList();
        var made = New("event", "evt", []);
        made["api_version"] = ApiVersion;
        made["type"] = type;
        made["data"] = new JsonObject { ["object"] = of.DeepClone() };
        made["pending_webhooks"] = listening.Count;
        made["request"] = new JsonObject { ["id"] = request, ["idempotency_key"] = key };
        Save(made);
        var body = Encoding.UTF8.GetBytes(made.ToJsonString(indented));
        foreach (var endpoint in listening)
        {
            var id = Text(made, "id")!;
            world.Outbox.Post(new(id, id, type, Text(endpoint, "url")!, Text(world.Shelf.Find("_secret", Text(endpoint, "id")!)!, "secret")!, body));
        }
    }

    private static bool Listens(JsonObject endpoint, string type) =>
        Text(endpoint, "status") == "enabled"
        && endpoint["enabled_events"] is JsonArray events && events.Any(one => one!.GetValue<string>() is "*" || one.GetValue<string>() == type);

    /// <summary>A page of a list: newest first, after or before an id.</summary>
    public static Reply Page(Call call, string url, IEnumerable<JsonObject> all)
    {
        var limit = int.TryParse(call.Query["limit"]?.ToString(), out var asked) ? Math.Clamp(asked, 1, 100) : 10;
        var items = all.ToList();
        if (call.Query["starting_after"]?.ToString() is { } after)
            items = [.. items.SkipWhile(one => Text(one, "id") != after).Skip(1)];
        if (call.Query["ending_before"]?.ToString() is { } before)
            items = [.. items.TakeWhile(one => Text(one, "id") != before).TakeLast(limit)];
        var page = items.Take(limit).ToArray();
        return new(200, new JsonObject
        {
            ["object"] = "list",
            ["url"] = url,
            ["has_more"] = items.Count > page.Length,
            ["data"] = new JsonArray([.. page]),
        });
    }

    /// <summary>Whether a list's filter takes an object: each named field equal, and <c>created</c> within its bounds.</summary>
    public static bool Fits(Call call, JsonObject one, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (call.Query[name]?.ToString() is { } wanted && Text(one, name) != wanted)
                return false;
        }
        return FitsCreated(call.Query["created"], Whole(one, "created"));
    }

    private static bool FitsCreated(JsonNode? filter, long created) => filter switch
    {
        null => true,
        JsonObject bounds => bounds.All(bound => long.Parse(bound.Value!.ToString()) is var at && bound.Key switch
        {
            "gt" => created > at,
            "gte" => created >= at,
            "lt" => created < at,
            "lte" => created <= at,
            _ => true,
        }),
        _ => created == long.Parse(filter.ToString()),
    };

    /// <summary>Copies metadata of a request: an empty value takes a key away.</summary>
    public static void Annotate(JsonObject of, JsonObject fields)
    {
        if (fields["metadata"] is not JsonObject sent)
            return;
        var metadata = of["metadata"] as JsonObject ?? [];
        of["metadata"] = metadata;
        foreach (var (name, value) in sent)
        {
            if (value?.ToString() is { Length: > 0 } text)
                metadata[name] = text;
            else
                metadata.Remove(name);
        }
    }

    /// <summary>Copies those fields of a request that are kept as they were sent.</summary>
    public static void Copy(JsonObject fields, JsonObject to, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields[name] is { } sent)
                to[name] = sent.ToString() is "" ? null : sent.DeepClone();
        }
    }
}
