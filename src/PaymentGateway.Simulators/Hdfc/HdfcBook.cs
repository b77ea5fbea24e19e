using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>
/// SmartGateway's objects on the shelf, and the events that tell of them. A field whose name begins with an underscore is the simulator's
/// own note and is never shown to a caller.
/// </summary>
internal sealed class HdfcBook(World world, Dashboard dashboard)
{
    public const string Order = "order";

    public World World => world;

    public DateTimeOffset Now => world.Clock.GetUtcNow();

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public bool IsOver(JsonNode of, string name) =>
        Text(of, name) is { } written && DateTimeOffset.Parse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) <= Now;

    public static string? Text(JsonNode? of, string name) => of is JsonObject fields ? Text(fields[name]) : null;

    /// <summary>A text, or a number as it is written: forms have texts alone, and amounts come as either in JSON.</summary>
    public static string? Text(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    };

    /// <summary>Rupees with two decimals at most, as every amount here is written.</summary>
    public static decimal? Amount(JsonNode? of, string name) =>
        decimal.TryParse(Text(of, name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount is > 0 and <= 100_000_000m && decimal.Round(amount, 2) == amount ? amount : null;

    /// <summary>The object as a caller sees it.</summary>
    public static JsonObject Shown(JsonObject of) =>
        new(of.Where(one => !one.Key.StartsWith('_')).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));

    /// <summary>Upper and lower case are the same in an order id.</summary>
    private static string KeyOf(string merchant, string orderId) => $"{merchant}/{orderId.ToUpperInvariant()}";

    public JsonObject? Find(string merchant, string? orderId) => orderId is null ? null : world.Shelf.Find(Order, KeyOf(merchant, orderId));

    /// <summary>By the id that SmartGateway gave it, which stands in the address of its page.</summary>
    public JsonObject? FindById(string id) => world.Shelf.List(Order).FirstOrDefault(one => Text(one, "id") == id);

    public JsonObject? FindByTxn(string uuid) => world.Shelf.List(Order).FirstOrDefault(one => Text(one, "txn_uuid") == uuid);

    public JsonObject Save(JsonObject order) => world.Shelf.Put(Order, KeyOf(Text(order, "_merchant")!, Text(order, "order_id")!), order);

    public IEnumerable<JsonObject> All => world.Shelf.List(Order);

    /// <summary>Tells the merchant's webhook, when it has one.</summary>
    public void Tell(string name, JsonObject order)
    {
        var merchant = dashboard.Of(Text(order, "_merchant")!);
        if (Text(merchant, "webhookUrl") is not { } url)
            return;
        var id = $"evt_V2_{world.Ids.Next(32)}";
        var body = new JsonObject
        {
            ["id"] = id,
            ["date_created"] = Time(Now),
            ["event_name"] = name,
            ["content"] = new JsonObject { ["order"] = Shown(order) },
        };
        var secret = $"{Text(merchant, "webhookUser")}:{Text(merchant, "webhookPassword")}";
        world.Outbox.Post(new(id, id, name, url, secret, Encoding.UTF8.GetBytes(body.ToJsonString())));
    }
}
