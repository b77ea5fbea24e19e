using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>
/// The seller's locations. A seller of Square has one country, and with it one currency; this one has a location for each currency
/// that Square settles, so that one simulator serves every test.
/// </summary>
internal sealed class Locations(SquareBook book)
{
    private const string Kind = "location";
    private const string Main = "LMAINUSD00001";

    private static readonly (string Id, string Country, string Currency, string Zone)[] all =
    [
        (Main, "US", "USD", "America/New_York"), ("LCAD000000001", "CA", "CAD", "America/Toronto"), ("LGBP000000001", "GB", "GBP", "Europe/London"),
        ("LEUR000000001", "IE", "EUR", "Europe/Dublin"), ("LJPY000000001", "JP", "JPY", "Asia/Tokyo"), ("LAUD000000001", "AU", "AUD", "Australia/Sydney"),
    ];

    private IEnumerable<JsonObject> Known
    {
        get
        {
            if (book.Find(Kind, Main) is null)
            {
                foreach (var (id, country, currency, zone) in all)
                    book.Save(Kind, New(id, $"{country} shop", country, currency, zone));
            }
            return book.List(Kind);
        }
    }

    private JsonObject New(string id, string name, string country, string currency, string zone) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["timezone"] = zone,
        ["capabilities"] = new JsonArray("CREDIT_CARD_PROCESSING", "AUTOMATIC_TRANSFERS"),
        ["status"] = "ACTIVE",
        ["created_at"] = book.NowText,
        ["merchant_id"] = MerchantId,
        ["country"] = country,
        ["language_code"] = "en-US",
        ["currency"] = currency,
        ["business_name"] = "Simulated seller",
        ["type"] = "PHYSICAL",
        ["mcc"] = "7299",
    };

    /// <summary>By id; no id, or <c>main</c>, is the main one.</summary>
    public JsonObject? Find(string? id) => Known.FirstOrDefault(one => Text(one, "id") == (id is null or "main" ? Main : id));

    public Reply List() => new(200, new JsonObject { ["locations"] = new JsonArray([.. Known.Reverse()]) });

    public Reply Get(Call call) => With(call, found => new(200, new JsonObject { [Kind] = found }));

    public Reply Create(Call call)
    {
        var sent = call.Fields[Kind] as JsonObject ?? [];
        if (Text(sent, "name") is not { Length: > 0 } name)
            return SquareErrors.Missing("location.name");
        if (Known.Any(one => Text(one, "name") == name))
            return SquareErrors.Invalid("BAD_REQUEST", "A location with this name exists already.", "location.name");
        var main = Find(null)!;
        var made = New(book.World.Ids.NextUpper(13), name, Text(main, "country")!, Text(main, "currency")!, Text(main, "timezone")!);
        return Change(made, sent);
    }

    public Reply Update(Call call) => With(call, found => Change(found, call.Fields[Kind] as JsonObject ?? []));

    private Reply Change(JsonObject location, JsonObject sent)
    {
        Copy(sent, location, "name", "address", "timezone", "language_code", "phone_number", "business_name", "type", "website_url", "business_email", "description", "status");
        return new(200, new JsonObject { [Kind] = book.Save(Kind, location).DeepClone() });
    }

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        Find(call["location_id"]) is { } found ? work(found) : SquareErrors.NotFound("Location", call["location_id"]);
}
