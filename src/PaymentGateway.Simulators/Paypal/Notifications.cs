using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>Webhooks v1: who is told, what was told, and whether a message was PayPal's.</summary>
internal sealed class Notifications(PaypalBook book, PaypalErrors errors, Signer signer)
{
    private const string Kind = "webhook";

    /// <summary>What this simulator tells.</summary>
    private static readonly string[] types =
    [
        "CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED", "PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED", "PAYMENT.CAPTURE.COMPLETED",
        "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.DECLINED", "PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REVERSED", "PAYMENT.REFUND.FAILED",
        "CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.RESOLVED", "VAULT.PAYMENT-TOKEN.CREATED", "VAULT.PAYMENT-TOKEN.DELETED",
    ];

    public Reply Create(Call call)
    {
        var url = Text(call.Fields, "url")!;
        if (book.List(Kind).Any(one => Text(one, "url") == url))
            return errors.Issue("WEBHOOK_URL_ALREADY_EXISTS", "url", url);
        if (UnknownType(call.Fields["event_types"]) is { } unknown)
            return errors.Issue("UNKNOWN_EVENT_TYPE", "event_types", unknown);
        signer.Prepare();
        var id = book.World.Ids.NextUpper(17);
        var made = new JsonObject
        {
            ["id"] = id,
            ["url"] = url,
            ["event_types"] = call.Fields["event_types"]!.DeepClone(),
            ["links"] = new JsonArray(
                book.Link("self", $"/v1/notifications/webhooks/{id}"), book.Link("update", $"/v1/notifications/webhooks/{id}", "PATCH"),
                book.Link("delete", $"/v1/notifications/webhooks/{id}", "DELETE")),
        };
        book.World.Shelf.Put(Kind, id, made);
        return new(201, made);
    }

    private static string? UnknownType(JsonNode? wanted) =>
        (wanted as JsonArray ?? []).Select(one => Text(one, "name")).FirstOrDefault(name => name is not "*" && !types.Contains(name));

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["webhook_id"]) is { } found ? work(found) : errors.Missing(call["webhook_id"]);

    public Reply Get(Call call) => With(call, found => new(200, found));

    public Reply List(Call call) => new(200, new JsonObject { ["webhooks"] = new JsonArray([.. book.List(Kind)]) });

    public Reply Delete(Call call) => With(call, _ =>
    {
        book.World.Shelf.Remove(Kind, call["webhook_id"]);
        return new(204);
    });

    public Reply Patch(Call call) => With(call, found =>
    {
        foreach (var operation in (call.Body as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(operation, "op") != "replace" || Text(operation, "path") is not ("/url" or "/event_types") || operation["value"] is null)
                return errors.Issue("INVALID_PATCH_OPERATION", Text(operation, "path"));
            if (Text(operation, "path") == "/event_types" && UnknownType(operation["value"]) is { } unknown)
                return errors.Issue("UNKNOWN_EVENT_TYPE", "event_types", unknown);
            found[Text(operation, "path")![1..]] = operation["value"]!.DeepClone();
        }
        book.World.Shelf.Put(Kind, call["webhook_id"], found);
        return new(200, found);
    });

    public Reply TypesOf(Call call) => With(call, found => new(200, new JsonObject { ["event_types"] = found["event_types"]!.DeepClone() }));

    public static Reply Types(Call call) => new(200, new JsonObject
    {
        ["event_types"] = new JsonArray([.. types.Select(one => (JsonNode)new JsonObject { ["name"] = one, ["status"] = "ENABLED" })]),
    });

    public Reply Events(Call call)
    {
        var size = int.TryParse(call.Query["page_size"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 300) : 10;
        var found = book.List("event").Where(one => Fits(call, one)).Take(size).ToArray();
        return new(200, new JsonObject { ["events"] = new JsonArray([.. found]), ["count"] = found.Length, ["links"] = new JsonArray(book.Link("self", call.Path)) });
    }

    private static bool Fits(Call call, JsonObject one) =>
        (call.Query["event_type"]?.ToString() is not { } type || Text(one, "event_type") == type)
        && (call.Query["transaction_id"]?.ToString() is not { } id || Text(one["resource"], "id") == id)
        && (Time(call.Query["start_time"]?.ToString()) is not { } start || Time(Text(one, "create_time")) >= start)
        && (Time(call.Query["end_time"]?.ToString()) is not { } end || Time(Text(one, "create_time")) <= end);

    public Reply GetEvent(Call call) => book.Find("event", call["event_id"]) is { } found ? new(200, found) : errors.Missing(call["event_id"]);

    public Reply Resend(Call call)
    {
        if (book.Find("event", call["event_id"]) is not { } found)
            return errors.Missing(call["event_id"]);
        var wanted = (call.Fields["webhook_ids"] as JsonArray ?? []).Select(one => one!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var endpoint in book.List(Kind).Where(one => wanted.Count == 0 || wanted.Contains(Text(one, "id")!)))
            book.Post(found, endpoint);
        return new(202, found);
    }

    /// <summary>A made-up event. It is signed for a webhook whose id is the word <c>WEBHOOK_ID</c>, so nobody can verify it as their own.</summary>
    public Reply Simulate(Call call)
    {
        var type = Text(call.Fields, "event_type")!;
        if (!types.Contains(type))
            return errors.Issue("UNKNOWN_EVENT_TYPE", "event_type", type);
        var url = book.Find(Kind, Text(call.Fields, "webhook_id")) is { } known ? Text(known, "url") : Text(call.Fields, "url");
        if (url is null)
            return errors.Issue("MISSING_REQUIRED_PARAMETER", "url");
        var made = new JsonObject
        {
            ["id"] = $"WH-{book.World.Ids.NextUpper(17)}-{book.World.Ids.NextUpper(17)}",
            ["event_version"] = "1.0",
            ["create_time"] = Time(book.Now),
            ["resource_type"] = "capture",
            ["resource_version"] = "2.0",
            ["event_type"] = type,
            ["summary"] = "A simulated event",
            ["resource"] = new JsonObject { ["id"] = book.NewId(), ["status"] = "COMPLETED", ["amount"] = new PaypalMoney("USD", 100).ToJson() },
        };
        signer.Prepare();
        book.Post(made, new() { ["id"] = "WEBHOOK_ID", ["url"] = url });
        return new(202, made);
    }

    public Reply Verify(Call call)
    {
        var fits = book.Find(Kind, Text(call.Fields, "webhook_id")) is not null && signer.Fits(call.Fields, RawEvent(call.Raw.Span));
        return new(200, new JsonObject { ["verification_status"] = fits ? "SUCCESS" : "FAILURE" });
    }

    // As PayPal does: what counts is how the event was written, not what it says.
    private static ReadOnlySpan<byte> RawEvent(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("webhook_event"))
                continue;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return body[start..(int)reader.BytesConsumed];
        }
        return [];
    }
}
