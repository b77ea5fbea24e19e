using System.Text.Json.Nodes;
using PaymentGateway.Events;
using PaymentGateway.Tests.Webhooks;

namespace PaymentGateway.Tests.Events;

public sealed class EventsApiTests
{
    [Fact]
    public async Task An_event_is_shown_as_it_was_sent_and_whose_it_is()
    {
        await using var server = await WebhookServer.Start();
        var fact = await server.World.Emit("payment.failed", "pay_7");
        var (status, shown) = await server.Get($"events/{fact.Id}");
        Assert.Equal(200, status);
        Assert.Equal("pay_7", (string)shown["subjectId"]!);
        var sent = JsonNode.Parse(fact.Body)!;
        foreach (var field in new[] { "id", "event", "timestamp", "apiVersion", "data" })
        {
            Assert.Equal(sent[field]!.ToJsonString(), shown[field]!.ToJsonString());
        }
    }

    [Fact]
    public async Task Events_are_listed_newest_first_and_filtered()
    {
        await using var server = await WebhookServer.Start();
        var created = await server.World.Emit("payment.created", "pay_1");
        var success = await server.World.Emit("payment.success", "pay_1");
        var other = await server.World.Emit("payment.success", "pay_2");

        Assert.Equal([other.Id, success.Id, created.Id], await Ids("events"));
        Assert.Equal([other.Id, success.Id], await Ids("events?event=payment.success"));
        Assert.Equal([other.Id, success.Id], await Ids("events?event=payment.completed")); // the same fact
        Assert.Equal([success.Id, created.Id], await Ids("events?subjectId=pay_1"));
        Assert.Equal([success.Id, created.Id], await Ids($"events?cursor={other.Id}"));
        Assert.Empty(await Ids("events?createdTo=2026-10-31T00:00:00Z"));
        Assert.Equal(400, (await server.Get("events?cursor=pay_1")).Status);
        Assert.Equal(400, (await server.Get("events?limit=0")).Status);
        Assert.Equal(400, (await server.Get("events?name=x")).Status);

        async Task<IEnumerable<string>> Ids(string path) =>
            (await server.Get(path)).Json["data"]!.AsArray().Select(e => (string)e!["id"]!);
    }

    [Fact]
    public async Task Anothers_events_are_not_there()
    {
        await using var server = await WebhookServer.Start();
        var fact = await server.World.Emit();
        foreach (var caller in new[] { server.Stranger.Test, server.Shop.Live })
        {
            var (status, answer) = await server.Get($"events/{fact.Id}", caller);
            Assert.Equal((404, "EVENT_NOT_FOUND"), (status, WebhookServer.CodeOf(answer)));
            Assert.Empty((await server.Get("events", caller)).Json["data"]!.AsArray());
        }
    }

    [Fact]
    public void Every_kind_has_a_sentence_a_schema_and_a_sample_that_fits_it()
    {
        Assert.Equal(74, EventCatalogue.All.Count);
        Assert.All(EventCatalogue.All, kind =>
        {
            Assert.EndsWith(".", kind.Sentence, StringComparison.Ordinal);
            var schema = kind.Schema();
            var sample = kind.Sample("evt_01kaf5w3v8e7x9qh2m4n6p8r0t", new DateTimeOffset(2026, 11, 1, 9, 0, 0, TimeSpan.Zero));
            Assert.Equal(kind.Name, (string)sample["event"]!);
            Assert.Equal(kind.Name, (string)schema["properties"]!["event"]!["const"]!);
            Fits(schema, sample);
            Fits(schema["properties"]!["data"]!.AsObject(), sample["data"]!.AsObject());
        });
    }

    [Fact]
    public void An_alias_is_of_an_event_that_is_in_the_catalogue()
    {
        var alias = Assert.Single(EventCatalogue.All, kind => kind.AliasOf is not null);
        Assert.Equal((EventCatalogue.PaymentCompleted, EventCatalogue.PaymentSuccess), (alias.Name, alias.AliasOf));
        Assert.Equal(EventCatalogue.PaymentSuccess, EventCatalogue.StoredNameOf(EventCatalogue.PaymentCompleted));
    }

    /// <summary>Each required field is there, and each field is known and of its type.</summary>
    private static void Fits(JsonObject schema, JsonObject value)
    {
        Assert.All(schema["required"]!.AsArray(), name => Assert.True(value.ContainsKey((string)name!)));
        Assert.All(value, field =>
        {
            var type = schema["properties"]![field.Key]!["type"];
            var allowed = type is JsonArray several ? several.Select(t => (string)t!) : type is null ? [] : [(string)type!];
            Assert.True(type is null || allowed.Contains(field.Value!.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.Number => "number",
                System.Text.Json.JsonValueKind.String => "string",
                System.Text.Json.JsonValueKind.Array => "array",
                _ => "object",
            }), $"{field.Key} is not {type}");
        });
    }
}
