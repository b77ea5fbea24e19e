using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Webhook endpoints and the events that they are told.</summary>
internal sealed class WebhookEndpoints(StripeBook book)
{
    private const string Kind = "webhook_endpoint";

    public Reply Create(Call call)
    {
        var made = book.New(Kind, "we", ["description"]);
        Describe(made, call.Fields);
        var secret = $"whsec_{book.World.Ids.Next(32)}";
        book.World.Shelf.Put("_secret", Text(made, "id")!, new() { ["secret"] = secret });
        book.Save(made);
        var answer = (JsonObject)made.DeepClone();
        // Only the answer to its creation shows it.
        answer["secret"] = secret;
        return new(200, answer);
    }

    private static void Describe(JsonObject endpoint, JsonObject fields)
    {
        Copy(fields, endpoint, "url", "description", "enabled_events", "api_version");
        if (Text(fields, "disabled") is { } disabled)
            endpoint["status"] = disabled == "true" ? "disabled" : "enabled";
        Annotate(endpoint, fields);
    }

    public Reply Get(Call call) => With(call, found => new(200, found));

    public Reply Update(Call call) => With(call, found =>
    {
        Describe(found, call.Fields);
        return new(200, book.Save(found));
    });

    public Reply Delete(Call call) => With(call, found =>
    {
        book.World.Shelf.Remove(Kind, call[Kind]);
        return new(200, new JsonObject { ["id"] = Text(found, "id"), ["object"] = Kind, ["deleted"] = true });
    });

    public Reply List(Call call) => Page(call, "/v1/webhook_endpoints", book.List(Kind));

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call[Kind]) is { } found ? work(found) : StripeErrors.Missing("webhook endpoint", call[Kind]);

    public Reply GetEvent(Call call) => book.Find("event", call["id"]) is { } found ? new(200, found) : StripeErrors.Missing("event", call["id"]);

    public Reply ListEvents(Call call)
    {
        var types = call.Query["types"] is JsonArray list ? list.Select(one => one!.ToString()).ToHashSet(StringComparer.Ordinal) : null;
        return Page(call, "/v1/events", book.List("event").Where(one => Fits(call, one, "type") && types?.Contains(Text(one, "type")!) != false));
    }
}
