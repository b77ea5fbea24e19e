using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Webhook subscriptions. Each has a key of its own, and its address is a part of what is signed.</summary>
internal sealed class WebhookSubscriptions(SquareBook book, SquareLists lists)
{
    public const string Kind = "webhook_subscription";

    private static readonly string[] eventTypes =
    [
        "card.created", "card.disabled", "customer.created", "customer.deleted", "customer.updated", "dispute.created", "dispute.evidence.created",
        "dispute.state.updated", "oauth.authorization.revoked", "payment.created", "payment.updated", "payout.failed", "payout.paid", "payout.sent",
        "refund.created", "refund.updated",
    ];

    public static Reply ListTypes() => new(200, new JsonObject
    {
        ["event_types"] = new JsonArray([.. eventTypes.Select(one => JsonValue.Create(one))]),
        ["metadata"] = new JsonArray([.. eventTypes.Select(one => (JsonNode)new JsonObject
        {
            ["event_type"] = one,
            ["api_version_introduced"] = "2020-02-26",
            ["release_status"] = "PUBLIC",
        })]),
    });

    public Reply Create(Call call)
    {
        var sent = (JsonObject)call.Fields["subscription"]!;
        foreach (var name in (string[])["name", "event_types", "notification_url"])
        {
            if (sent[name] is null)
                return SquareErrors.Missing($"subscription.{name}");
        }
        var made = new JsonObject { ["id"] = $"wbhk_{book.World.Ids.Next(32)}", ["created_at"] = book.NowText, ["enabled"] = true, ["api_version"] = ApiVersion };
        made["signature_key"] = NewKey();
        return Change(made, sent);
    }

    private string NewKey() => book.World.Ids.Next(22);

    private Reply Change(JsonObject subscription, JsonObject sent)
    {
        if (Text(sent, "notification_url") is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _))
            return SquareErrors.Invalid("INVALID_VALUE", "This is not an address.", "subscription.notification_url");
        if (sent["event_types"] is JsonArray { Count: 0 })
            return SquareErrors.Invalid("ARRAY_EMPTY", "At least one type is needed.", "subscription.event_types");
        if ((sent["event_types"] as JsonArray ?? []).Select(one => one!.GetValue<string>()).FirstOrDefault(one => !eventTypes.Contains(one, StringComparer.Ordinal)) is { } unknown)
            return SquareErrors.Invalid("INVALID_ARRAY_VALUE", $"`{unknown}` is not an event type.", "subscription.event_types");
        Copy(sent, subscription, "name", "enabled", "event_types", "notification_url", "api_version");
        book.Update(Kind, subscription);
        return Answer(subscription);
    }

    public Reply Get(Call call) => With(call, Answer);

    public Reply Update(Call call) => With(call, found => Change(found, call.Fields["subscription"] as JsonObject ?? []));

    public Reply Delete(Call call) => With(call, _ =>
    {
        book.World.Shelf.Remove(Kind, call["subscription_id"]);
        return new(200, new JsonObject());
    });

    public Reply List(Call call)
    {
        var disabled = Text(call.Query, "include_disabled") == "true";
        return lists.Page(call, "subscriptions", book.List(Kind).Where(one => disabled || Flag(one, "enabled", otherwise: true)), ascending: true);
    }

    /// <summary>A new key; the old one signs nothing any more.</summary>
    public Reply RotateKey(Call call) => With(call, found =>
    {
        found["signature_key"] = NewKey();
        book.Update(Kind, found);
        return new(200, new JsonObject { ["signature_key"] = Text(found, "signature_key") });
    });

    /// <summary>Sends an example. Its answer is not waited for, so no status code stands in the result.</summary>
    public Reply Test(Call call) => With(call, found =>
    {
        var type = Text(call.Fields, "event_type") ?? found["event_types"]![0]!.GetValue<string>();
        if (!(found["event_types"] as JsonArray ?? []).Any(one => one!.GetValue<string>() == type))
            return SquareErrors.Invalid("INVALID_VALUE", $"The subscription does not listen to `{type}`.", "event_type");
        var name = type.Split('.')[0];
        var payload = book.Send(found, type, book.Event(type, name, new() { ["id"] = book.World.Ids.Next(22), ["created_at"] = book.NowText }));
        return new(200, new JsonObject
        {
            ["subscription_test_result"] = new JsonObject { ["id"] = book.World.Ids.NextUuid(), ["payload"] = payload, ["created_at"] = book.NowText, ["updated_at"] = book.NowText },
        });
    });

    private static Reply Answer(JsonObject subscription) => new(200, new JsonObject { ["subscription"] = subscription.DeepClone() });

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["subscription_id"]) is { } found ? work(found) : SquareErrors.NotFound("Webhook subscription", call["subscription_id"], "subscription_id");
}
