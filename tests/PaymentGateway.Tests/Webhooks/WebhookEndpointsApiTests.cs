using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace PaymentGateway.Tests.Webhooks;

public sealed class WebhookEndpointsApiTests
{
    private const string Some = "we_01kaf5w3v8e7x9qh2m4n6p8r0t";

    [Fact]
    public async Task The_secret_is_shown_once_and_stored_encrypted()
    {
        await using var server = await WebhookServer.Start();
        var (status, created) = await server.Post("webhook-endpoints", """{ "url": "http://localhost:3000/webhook" }""");
        Assert.Equal(201, status);
        var secret = Text(created, "secret");
        Assert.StartsWith("whsec_test_", secret, StringComparison.Ordinal);
        Assert.Equal("enabled", Text(created, "status"));
        Assert.Equal("""["*"]""", created["events"]!.ToJsonString());

        var (_, got) = await server.Get($"webhook-endpoints/{Text(created, "id")}");
        Assert.Null(got["secret"]);
        await using var connection = await server.World.Db.OpenSystem(default);
        Assert.DoesNotContain(secret, await connection.ExecuteScalarAsync<string>("SELECT secret FROM webhooks.endpoints"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ }""", "VALIDATION_FAILED", "url")]
    [InlineData("""{ "url": 5 }""", "VALIDATION_FAILED", "url")]
    [InlineData("""{ "url": null }""", "VALIDATION_FAILED", "url")]
    [InlineData("""{ "url": "nonsense" }""", "WEBHOOK_URL_REFUSED", "url")]
    [InlineData("""{ "url": "http://169.254.169.254/latest" }""", "WEBHOOK_URL_REFUSED", "url")]
    [InlineData("""{ "url": "http://a.example/", "events": [] }""", "VALIDATION_FAILED", "events")]
    [InlineData("""{ "url": "http://a.example/", "events": ["*", "order.paid"] }""", "VALIDATION_FAILED", "events")]
    [InlineData("""{ "url": "http://a.example/", "events": ["payment.succeeded"] }""", "VALIDATION_FAILED", "events")]
    [InlineData("""{ "url": "http://a.example/", "events": "order.paid" }""", "VALIDATION_FAILED", "events")]
    [InlineData("""{ "url": "http://a.example/", "events": [null] }""", "VALIDATION_FAILED", "events")]
    [InlineData("""{ "url": "http://a.example/", "secret": "mine" }""", "UNKNOWN_FIELD", "secret")]
    public async Task A_faulty_endpoint_is_refused_by_field(string json, string code, string field)
    {
        await using var server = await WebhookServer.Start();
        var (status, answer) = await server.Post("webhook-endpoints", json);
        Assert.Equal((400, code), (status, WebhookServer.CodeOf(answer)));
        Assert.StartsWith(field, answer["error"]!["details"]!["fields"]!.AsObject().Single().Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_endpoint_must_be_public_and_https()
    {
        await using var server = await WebhookServer.Start();
        foreach (var url in new[] { "http://a.example/", "https://localhost/", "https://10.0.0.1/" })
        {
            var (_, answer) = await server.Post("webhook-endpoints", $$"""{ "url": "{{url}}" }""", server.Shop.Live);
            Assert.Equal("WEBHOOK_URL_REFUSED", WebhookServer.CodeOf(answer));
        }

        var (status, created) = await server.Post("webhook-endpoints", """{ "url": "https://a.example/" }""", server.Shop.Live);
        Assert.Equal(201, status);
        Assert.StartsWith("whsec_live_", Text(created, "secret"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_creation_with_one_key_answers_the_same_endpoint_and_secret()
    {
        await using var server = await WebhookServer.Start();
        const string json = """{ "url": "http://a.example/" }""";
        var (_, first) = await server.Post("webhook-endpoints", json, idempotencyKey: "key-1");
        var (status, second) = await server.Post("webhook-endpoints", json, idempotencyKey: "key-1");
        Assert.Equal(201, status);
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal(1, await server.World.Count("webhooks.endpoints"));
    }

    [Fact]
    public async Task A_merchant_can_have_a_limited_number_of_endpoints()
    {
        await using var server = await WebhookServer.Start();
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(201, (await server.Post("webhook-endpoints", """{ "url": "http://a.example/" }""")).Status);
        }

        var (status, answer) = await server.Post("webhook-endpoints", """{ "url": "http://a.example/" }""");
        Assert.Equal((409, "INVALID_STATE"), (status, WebhookServer.CodeOf(answer)));
    }

    [Fact]
    public async Task Endpoints_are_listed_newest_first_page_by_page()
    {
        await using var server = await WebhookServer.Start();
        for (var i = 0; i < 3; i++)
        {
            server.World.Clock.Advance(TimeSpan.FromSeconds(1));
            await server.Post("webhook-endpoints", $$"""{ "url": "http://a.example/{{i}}" }""");
        }

        var (_, first) = await server.Get("webhook-endpoints?limit=2");
        Assert.Equal(["http://a.example/2", "http://a.example/1"], first["data"]!.AsArray().Select(e => Text(e!, "url")));
        var (_, second) = await server.Get($"webhook-endpoints?limit=2&cursor={Text(first, "nextCursor")}");
        Assert.Equal(["http://a.example/0"], second["data"]!.AsArray().Select(e => Text(e!, "url")));
        Assert.False(second["hasMore"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_update_changes_the_fields_that_are_sent()
    {
        await using var server = await WebhookServer.Start();
        var id = await Create(server, "http://a.example/");
        var (status, changed) = await server.Send(HttpMethod.Patch, $"webhook-endpoints/{id}", null,
            """{ "events": ["order.paid", "order.paid"], "description": "the till" }""");
        Assert.Equal(200, status);
        Assert.Equal(("http://a.example/", """["order.paid"]""", "the till"),
            (Text(changed, "url"), changed["events"]!.ToJsonString(), Text(changed, "description")));
        (_, changed) = await server.Send(HttpMethod.Patch, $"webhook-endpoints/{id}", null, """{ "description": "" }""");
        Assert.Null(changed["description"]);
        var (_, refused) = await server.Send(HttpMethod.Patch, $"webhook-endpoints/{id}", null, """{ "status": "deleted" }""");
        Assert.Equal("VALIDATION_FAILED", WebhookServer.CodeOf(refused));
    }

    [Fact]
    public async Task A_disabled_endpoint_loses_what_waits_and_gets_it_by_redelivery_once_it_is_back()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        var id = await Create(server, shop.Url);
        var fact = await server.World.EmitAndFanOut();
        var (_, disabled) = await server.Send(HttpMethod.Patch, $"webhook-endpoints/{id}", null, """{ "status": "disabled" }""");
        Assert.Equal(("disabled", "Switched off by the merchant."), (Text(disabled, "status"), Text(disabled, "disabledReason")));
        Assert.Equal("failed", (await server.World.Delivery()).Status);
        Assert.Equal("INVALID_STATE", WebhookServer.CodeOf((await server.Post($"events/{fact.Id}/redeliver", $$"""{ "endpointId": "{{id}}" }""")).Json));

        await server.Send(HttpMethod.Patch, $"webhook-endpoints/{id}", null, """{ "status": "enabled" }""");
        var (status, again) = await server.Post($"events/{fact.Id}/redeliver");
        Assert.Equal((202, 1), (status, again["scheduled"]!.GetValue<int>()));
        await server.World.Dispatcher.RunOnce(default);
        Assert.Single(shop.Received);
    }

    [Fact]
    public async Task A_deleted_endpoint_is_gone_and_gets_nothing_that_waited()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        var id = await Create(server, shop.Url);
        await server.World.EmitAndFanOut();
        var (status, deleted) = await server.Send(HttpMethod.Delete, $"webhook-endpoints/{id}", null, null);
        Assert.Equal((200, true), (status, deleted["deleted"]!.GetValue<bool>()));
        await server.World.Dispatcher.RunOnce(default);
        Assert.Empty(shop.Received);
        Assert.Equal(404, (await server.Get($"webhook-endpoints/{id}")).Status);
        Assert.Empty((await server.Get("webhook-endpoints")).Json["data"]!.AsArray());
        Assert.Equal(404, (await server.Send(HttpMethod.Delete, $"webhook-endpoints/{id}", null, null)).Status);
    }

    [Fact]
    public async Task During_an_overlap_a_receiver_may_check_with_either_secret()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        var (_, created) = await server.Post("webhook-endpoints", $$"""{ "url": "{{shop.Url}}" }""");
        var (_, rolled) = await server.Post($"webhook-endpoints/{Text(created, "id")}/roll-secret", """{ "overlapHours": 2 }""");
        Assert.NotEqual(Text(created, "secret"), Text(rolled, "secret"));
        Assert.NotNull(rolled["previousSecretExpiresAt"]);

        await server.World.EmitAndFanOut();
        await server.World.Dispatcher.RunOnce(default);
        var during = Assert.Single(shop.Received);
        Assert.Equal([Standard(rolled, during), Standard(created, during)], during.Headers["webhook-signature"].Split(' '));
        Assert.Equal(Plain(rolled, during), during.Signature);

        server.World.Clock.Advance(TimeSpan.FromHours(2));
        await server.World.EmitAndFanOut(subject: "pay_2");
        await server.World.Dispatcher.RunOnce(default);
        Assert.Equal(Standard(rolled, shop.Received[1]), shop.Received[1].Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData("""{ "overlapHours": -1 }""")]
    [InlineData("""{ "overlapHours": 169 }""")]
    [InlineData("""{ "overlapHours": 1.5 }""")]
    public async Task An_overlap_has_limits(string json)
    {
        await using var server = await WebhookServer.Start();
        var id = await Create(server, "http://a.example/");
        Assert.Equal(400, (await server.Post($"webhook-endpoints/{id}/roll-secret", json)).Status);
    }

    [Fact]
    public async Task A_test_sends_a_signed_sample_and_answers_what_came_back()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        shop.Answer = (http, _) =>
        {
            http.Response.StatusCode = 418;
            return http.Response.WriteAsync("short and stout");
        };
        var (_, created) = await server.Post("webhook-endpoints", $$"""{ "url": "{{shop.Url}}" }""");
        var path = $"webhook-endpoints/{Text(created, "id")}/test";
        var (status, result) = await server.Post(path, """{ "event": "payment.failed" }""", idempotencyKey: "once");
        Assert.Equal((200, false, 418, "short and stout"),
            (status, result["delivered"]!.GetValue<bool>(), result["status"]!.GetValue<int>(), Text(result, "response")));
        var request = Assert.Single(shop.Received);
        Assert.Equal(Plain(created, request), request.Signature);
        Assert.Equal("payment.failed", Text(JsonNode.Parse(request.Body)!, "event"));

        var (_, replayed) = await server.Post(path, """{ "event": "payment.failed" }""", idempotencyKey: "once");
        Assert.Equal(result.ToJsonString(), replayed.ToJsonString());
        Assert.Single(shop.Received);
        Assert.Equal(400, (await server.Post(path, """{ "event": "payment.exploded" }""")).Status);
        Assert.Equal(200, (await server.Post(path)).Status);
        Assert.Equal(2, shop.Received.Count);
    }

    [Fact]
    public async Task Deliveries_are_listed_with_their_attempts_and_filtered()
    {
        await using var server = await WebhookServer.Start();
        await using var shop = await Receiver.Start();
        shop.Answer = (http, _) =>
        {
            http.Response.StatusCode = 500;
            return http.Response.WriteAsync("out of order");
        };
        var id = await Create(server, shop.Url);
        var fact = await server.World.EmitAndFanOut();
        await server.World.Dispatcher.RunOnce(default);

        var (_, list) = await server.Get($"webhook-endpoints/{id}/deliveries?status=pending&event=payment.success&createdFrom=2026-11-01T00:00:00Z");
        var delivery = Assert.Single(list["data"]!.AsArray())!;
        Assert.Equal((fact.Id, "payment.success", "pending", 1, 500),
            (Text(delivery, "eventId"), Text(delivery, "event"), Text(delivery, "status"), delivery["attemptCount"]!.GetValue<int>(),
                delivery["lastStatus"]!.GetValue<int>()));
        var attempt = Assert.Single(delivery["attempts"]!.AsArray())!;
        Assert.Equal(("Answered 500.", "out of order"), (Text(attempt, "error"), Text(attempt, "response")));
        Assert.Empty((await server.Get($"webhook-endpoints/{id}/deliveries?status=delivered")).Json["data"]!.AsArray());
        Assert.Equal(200, (await server.Get($"webhook-endpoints/{id}/deliveries/{Text(delivery, "id")}")).Status);
        Assert.Equal(400, (await server.Get($"webhook-endpoints/{id}/deliveries?colour=red")).Status);
    }

    [Theory]
    [InlineData("GET", "webhook-endpoints/ID")]
    [InlineData("PATCH", "webhook-endpoints/ID")]
    [InlineData("DELETE", "webhook-endpoints/ID")]
    [InlineData("POST", "webhook-endpoints/ID/test")]
    [InlineData("POST", "webhook-endpoints/ID/roll-secret")]
    [InlineData("GET", "webhook-endpoints/ID/deliveries")]
    public async Task Anothers_endpoint_and_another_modes_are_not_there(string method, string path)
    {
        await using var server = await WebhookServer.Start();
        var id = await Create(server, "http://127.0.0.1:9999/");
        foreach (var caller in new[] { server.Stranger.Test, server.Shop.Live })
        {
            var (status, answer) = await server.Send(new(method), path.Replace("ID", id, StringComparison.Ordinal), caller, method == "GET" ? null : "{}");
            Assert.Equal((404, "WEBHOOK_ENDPOINT_NOT_FOUND"), (status, WebhookServer.CodeOf(answer)));
        }

        var (missing, _) = await server.Send(new(method), path.Replace("ID", Some, StringComparison.Ordinal), null, method == "GET" ? null : "{}");
        Assert.Equal(404, missing);
        Assert.Empty((await server.Get("webhook-endpoints", server.Stranger.Test)).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Every_route_is_described()
    {
        await using var server = await WebhookServer.Start();
        var routes = server.Routes.ToList();
        Assert.Equal(14, routes.Count);
        Assert.All(routes, route =>
        {
            Assert.NotNull(route.Metadata.GetMetadata<IEndpointNameMetadata>());
            Assert.NotNull(route.Metadata.GetMetadata<IEndpointSummaryMetadata>());
            Assert.NotNull(route.Metadata.GetMetadata<IEndpointDescriptionMetadata>());
            Assert.NotNull(route.Metadata.GetMetadata<PaymentGateway.Http.RequiresKey>());
            Assert.Contains(route.Metadata.OfType<IProducesResponseTypeMetadata>(), produced => produced.Type is { } type && type != typeof(void));
        });
    }

    private static async Task<string> Create(WebhookServer server, string url)
    {
        var (status, created) = await server.Post("webhook-endpoints", $$"""{ "url": "{{url}}" }""");
        Assert.Equal(201, status);
        return Text(created, "id");
    }

    private static string Plain(JsonNode endpoint, ReceivedRequest request) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Text(endpoint, "secret")), Encoding.UTF8.GetBytes(request.Body)));

    private static string Standard(JsonNode endpoint, ReceivedRequest request) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(Text(endpoint, "secret")),
        Encoding.UTF8.GetBytes($"{request.EventId}.{request.Headers["webhook-timestamp"]}.{request.Body}")));

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();
}
