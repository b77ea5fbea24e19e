using System.Text.Json.Nodes;

namespace PaymentGateway.Tests.Webhooks;

public sealed class RedeliveryTests
{
    [Fact]
    public async Task An_event_is_sent_again_with_the_same_id_and_bytes()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        await server.World.Endpoint(shop.Url);
        var fact = await server.World.EmitAndFanOut(webhookUrl: shop.Url + "/own");
        await server.World.Dispatcher.RunOnce(default);
        var (status, answer) = await server.Post($"events/{fact.Id}/redeliver", idempotencyKey: "again");
        await server.Post($"events/{fact.Id}/redeliver", idempotencyKey: "again");
        Assert.Equal((202, 2), (status, answer["scheduled"]!.GetValue<int>()));
        await server.World.Dispatcher.RunOnce(default);
        Assert.Equal(0, await server.World.Dispatcher.RunOnce(default));

        Assert.Equal(4, shop.Received.Count);
        Assert.All(shop.Received, request => Assert.Equal((fact.Id, fact.Body), (request.EventId, request.Body)));
        var (_, list) = await server.Get($"events/{fact.Id}/deliveries");
        Assert.Equal(2, list["data"]!.AsArray().Count);
        Assert.All(list["data"]!.AsArray(), d => Assert.Equal(2, d!["attempts"]!.AsArray().Count));
    }

    [Fact]
    public async Task An_endpoint_that_was_created_later_can_be_told_of_the_past()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        var from = server.World.Clock.GetUtcNow();
        await server.World.EmitAndFanOut("payment.created");
        await server.World.EmitAndFanOut("payment.success");
        server.World.Clock.Advance(TimeSpan.FromHours(1));
        var to = server.World.Clock.GetUtcNow();
        await server.World.EmitAndFanOut("payment.captured");
        var (endpoint, _) = await server.World.Endpoint(shop.Url);

        var (_, answer) = await server.Post("events/redeliver", Range(from, to, endpoint));
        Assert.Equal(2, answer["scheduled"]!.GetValue<int>());
        while (await server.World.Dispatcher.RunOnce(default) > 0)
        {
        }

        Assert.Equal(["payment.created", "payment.success"], shop.Received.Select(r => (string)JsonNode.Parse(r.Body)!["event"]!));
    }

    [Fact]
    public async Task Only_what_failed_can_be_asked_for()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        await using var gone = await Receiver.Start();
        gone.Answers(410);
        var from = server.World.Clock.GetUtcNow();
        await server.World.Endpoint(shop.Url);
        var (lost, _) = await server.World.Endpoint(gone.Url);
        await server.World.EmitAndFanOut();
        await server.World.Dispatcher.RunOnce(default);
        await server.Send(HttpMethod.Patch, $"webhook-endpoints/{lost}", null, """{ "status": "enabled" }""");

        var (_, answer) = await server.Post("events/redeliver", Range(from, server.World.Clock.GetUtcNow().AddSeconds(1), onlyFailed: true));
        Assert.Equal(1, answer["scheduled"]!.GetValue<int>());
        gone.Answers(200);
        await server.World.Dispatcher.RunOnce(default);
        Assert.Equal((1, 2), (shop.Received.Count, gone.Received.Count));
    }

    [Fact]
    public async Task A_range_is_taken_in_bounded_calls()
    {
        await using var server = await WebhookServer.Start();
        var from = server.World.Clock.GetUtcNow();
        await server.World.Endpoint("http://127.0.0.1:9999/a");
        await server.World.Endpoint("http://127.0.0.1:9999/b");
        await server.World.Endpoint("http://127.0.0.1:9999/c");
        for (var i = 0; i < 340; i++)
        {
            await server.World.Emit(subject: $"pay_{i}");
        }

        var range = Range(from, server.World.Clock.GetUtcNow().AddSeconds(1));
        var (_, first) = await server.Post("events/redeliver", range);
        Assert.Equal((999, true), (first["scheduled"]!.GetValue<int>(), first["hasMore"]!.GetValue<bool>()));
        var next = JsonNode.Parse(range)!.AsObject();
        next["cursor"] = first["nextCursor"]!.GetValue<string>();
        var (_, second) = await server.Post("events/redeliver", next.ToJsonString());
        Assert.Equal((21, false), (second["scheduled"]!.GetValue<int>(), second["hasMore"]!.GetValue<bool>()));
        Assert.Equal(1020, await server.World.Count("webhooks.deliveries"));
    }

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "from": "2026-11-01T00:00:00Z" }""")]
    [InlineData("""{ "from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z" }""")]
    [InlineData("""{ "from": "2026-10-01T00:00:00Z", "to": "2026-11-02T00:00:00Z" }""")]
    [InlineData("""{ "from": "yesterday", "to": "2026-11-02T00:00:00Z" }""")]
    [InlineData("""{ "from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "cursor": "whd_1" }""")]
    [InlineData("""{ "from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "all": true }""")]
    public async Task A_faulty_range_is_refused(string json)
    {
        await using var server = await WebhookServer.Start();
        Assert.Equal(400, (await server.Post("events/redeliver", json)).Status);
    }

    [Fact]
    public async Task Anothers_event_cannot_be_sent_again()
    {
        await using var server = await WebhookServer.Start();
        var fact = await server.World.Emit();
        foreach (var caller in new[] { server.Stranger.Test, server.Shop.Live })
        {
            var (status, answer) = await server.Post($"events/{fact.Id}/redeliver", caller: caller);
            Assert.Equal((404, "EVENT_NOT_FOUND"), (status, WebhookServer.CodeOf(answer)));
            Assert.Equal(404, (await server.Get($"events/{fact.Id}/deliveries", caller)).Status);
        }

        var (_, unknown) = await server.Post($"events/{fact.Id}/redeliver", """{ "endpointId": "we_1" }""");
        Assert.Equal("WEBHOOK_ENDPOINT_NOT_FOUND", WebhookServer.CodeOf(unknown));
    }

    private static string Range(DateTimeOffset from, DateTimeOffset to, string? endpointId = null, bool onlyFailed = false) => new JsonObject
    {
        ["from"] = from.ToString("o"),
        ["to"] = to.ToString("o"),
        ["endpointId"] = endpointId,
        ["onlyFailed"] = onlyFailed,
    }.ToJsonString();
}
