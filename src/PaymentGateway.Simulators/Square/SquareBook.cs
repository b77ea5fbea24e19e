using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Square;

/// <summary>Square's objects on the shelf, what is due later, and the events that tell of a change.</summary>
internal sealed class SquareBook(World world)
{
    /// <summary>The version whose shapes the answers have.</summary>
    public const string ApiVersion = "2025-08-20";

    /// <summary>The one seller of this simulator.</summary>
    public const string MerchantId = "ML8M1AQ1GQG2K";

    private const string Due = "_due";

    public World World => world;

    public DateTimeOffset Now => world.Clock.GetUtcNow();

    public string NowText => Written(Now);

    public static string Written(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public JsonObject Save(string kind, JsonObject made) => world.Shelf.Put(kind, Text(made, "id")!, made);

    /// <summary>Keeps a changed object with the time of the change.</summary>
    public JsonObject Update(string kind, JsonObject changed)
    {
        changed["updated_at"] = NowText;
        return Save(kind, changed);
    }

    public JsonObject? Find(string kind, string? id) => id is null ? null : world.Shelf.Find(kind, id);

    public IEnumerable<JsonObject> List(string kind) => world.Shelf.List(kind);

    public static string? Text(JsonObject of, string name) => of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool Flag(JsonObject of, string name, bool otherwise) =>
        of[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    /// <summary>The count of minor units in a field that holds money; none: 0.</summary>
    public static long Amount(JsonObject of, string name) => of[name] is JsonObject money ? money["amount"]?.GetValue<long>() ?? 0 : 0;

    public static string? CurrencyOf(JsonObject of, string name) => of[name] is JsonObject money ? Text(money, "currency") : null;

    public static JsonObject Money(long amount, string currency) => new() { ["amount"] = amount, ["currency"] = currency };

    /// <summary>Copies those fields of a request that are kept as they were sent.</summary>
    public static void Copy(JsonObject fields, JsonObject to, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields[name] is { } sent)
                to[name] = sent.DeepClone();
        }
    }

    /// <summary>Something to do with an object when its time has come; the same again takes the place of the first.</summary>
    public void Later(TimeSpan after, string what, string id) =>
        world.Shelf.Put(Due, $"{what}/{id}", new() { ["at"] = (Now + after).ToUnixTimeMilliseconds(), ["what"] = what, ["id"] = id });

    /// <summary>What is due by now, earliest first, each once.</summary>
    public IReadOnlyList<(string What, string Id)> TakeDue()
    {
        var now = Now.ToUnixTimeMilliseconds();
        var due = world.Shelf.List(Due).Where(one => one["at"]!.GetValue<long>() <= now).OrderBy(one => one["at"]!.GetValue<long>())
            .Select(one => (What: Text(one, "what")!, Id: Text(one, "id")!)).ToList();
        foreach (var (what, id) in due)
            world.Shelf.Remove(Due, $"{what}/{id}");
        return due;
    }

    /// <summary>Tells every subscription that listens.</summary>
    /// <param name="name">Of the object, in <c>data.type</c> and <c>data.object</c>.</param>
    public void Tell(string type, string name, JsonObject of)
    {
        foreach (var subscription in world.Shelf.List(WebhookSubscriptions.Kind).Where(one => Listens(one, type)))
            Send(subscription, type, Event(type, name, of));
    }

    public JsonObject Event(string type, string name, JsonObject of) => new()
    {
        ["merchant_id"] = MerchantId,
        ["type"] = type,
        ["event_id"] = world.Ids.NextUuid(),
        ["created_at"] = NowText,
        ["data"] = new JsonObject { ["type"] = name, ["id"] = Text(of, "id"), ["object"] = new JsonObject { [name] = of.DeepClone() } },
    };

    /// <summary>Puts an event on its way to one subscription; the body as it is sent.</summary>
    public string Send(JsonObject subscription, string type, JsonObject made)
    {
        var body = made.ToJsonString();
        world.Outbox.Post(new(
            world.Ids.NextUuid(), Text(made, "event_id")!, type, Text(subscription, "notification_url")!,
            Text(subscription, "signature_key")!, Encoding.UTF8.GetBytes(body)));
        return body;
    }

    private static bool Listens(JsonObject subscription, string type) =>
        Flag(subscription, "enabled", otherwise: true)
        && subscription["event_types"] is JsonArray types && types.Any(one => one!.GetValue<string>() == type);
}
