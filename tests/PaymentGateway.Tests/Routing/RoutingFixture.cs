using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Routing;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Routing;

/// <summary>A server with three more processors, on a clock that stands; when all tests of a class are done, the book must hold.</summary>
public sealed class RoutingFixture : IAsyncLifetime
{
    internal FakeProcessor Alpha { get; } = new("alpha");

    internal FakeProcessor Beta { get; } = new("beta");

    internal FakeProcessor Gamma { get; } = new("gamma");

    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.StartWith(
            services =>
            {
                services.AddSingleton<IConnector>(Alpha);
                services.AddSingleton<IConnector>(Beta);
                services.AddSingleton<IConnector>(Gamma);
            },
            Clock, ("ROLE", "api"));
        Client = Gateway.Client();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            await Gateway.AssertBookHolds();
        }
        finally
        {
            await Gateway.DisposeAsync();
        }
    }

    /// <summary>The processors are well again and without a past, and the merchant has no rules.</summary>
    internal async Task Begin()
    {
        foreach (var processor in (FakeProcessor[])[Alpha, Beta, Gamma])
        {
            processor.Reset();
        }

        Clock.Advance(ProcessorHealth.Window);
        if ((await Client.GetJson("/api/admin/routing")).GetProperty("version").GetInt32() > 0)
        {
            await Client.SetRules(new { });
        }
    }
}

/// <summary>The calls of the tests of this area.</summary>
internal static class RoutingCalls
{
    public static async Task<JsonElement> SetRules(this HttpClient client, object rules)
    {
        var (status, body) = await client.PutRules(rules, (await client.GetJson("/api/admin/routing")).GetProperty("version").GetInt32());
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body;
    }

    public static async Task<(HttpStatusCode Status, JsonElement Body)> PutRules(this HttpClient client, object rules, int? version)
    {
        var document = JsonSerializer.SerializeToNode(rules)!.AsObject();
        if (version is not null)
        {
            document["version"] = version;
        }

        var (status, body, _) = await client.Call(HttpMethod.Put, "/api/admin/routing", document);
        return (status, body);
    }

    /// <summary>One card, known to all three.</summary>
    public static object Everywhere { get; } = Tokens("alpha", "beta", "gamma");

    public static object Tokens(params string[] processors) =>
        new { cardTokens = processors.ToDictionary(name => name, name => $"{name}_4242") };

    public static async Task<(HttpStatusCode Status, JsonElement Payment)> Pay(
        this HttpClient client, object details, string? orderId = null, string? idempotencyKey = null, object? order = null, decimal amount = 100m)
    {
        orderId ??= await client.CreateOrder(amount, order);
        var (status, body, _) = await client.Post("/api/payments", new { orderId, paymentMethod = "card", paymentDetails = details }, idempotencyKey);
        return (status, body);
    }

    /// <summary>All attempts at paying, the oldest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> Attempts(this HttpClient client, JsonElement payment)
    {
        var id = payment.TryGetProperty("error", out var error)
            ? error.GetProperty("details").GetProperty("payment").Text("id")
            : payment.Text("id");
        return [.. (await client.GetJson($"/api/payments/{id}")).GetProperty("charges").EnumerateArray().Reverse()];
    }

    public static IReadOnlyList<(string Connector, string Status)> Ends(this IReadOnlyList<JsonElement> attempts) =>
        [.. attempts.Select(charge => (charge.Text("connector"), charge.Text("status")))];

    public static IReadOnlyList<string> Names(this JsonElement list) => [.. list.EnumerateArray().Select(one => one.Text("connector"))];
}
