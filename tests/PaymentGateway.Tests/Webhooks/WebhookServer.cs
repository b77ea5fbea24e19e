using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Settings;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Webhooks;

/// <summary>The API of events and webhooks on a real server, with the keys of the shop and of a stranger.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient client;

    private WebhookServer(WebhookWorld world, WebApplication app, CreatedMerchant shop, CreatedMerchant stranger)
    {
        World = world;
        this.app = app;
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Shop = shop;
        Stranger = stranger;
    }

    internal WebhookWorld World { get; }

    internal CreatedMerchant Shop { get; }

    internal CreatedMerchant Stranger { get; }

    internal IEnumerable<RouteEndpoint> Routes =>
        app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    internal static async Task<WebhookServer> Start()
    {
        var world = await WebhookWorld.Create();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebhookWorld.Register(builder.Services, world);
        builder.Services.AddSingleton(ServerSettings.Read(new Dictionary<string, string?>()).Settings!);
        builder.Services.AddHttp().AddIdentity(new KeyRing([new EncryptionKey("test", new byte[EncryptionKey.Length])])).AddMerchants();
        foreach (var loop in builder.Services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)
            && s.ImplementationType?.Namespace == "PaymentGateway.Webhooks").ToList())
        {
            builder.Services.Remove(loop); // a test turns the handle
        }

        var app = builder.Build();
        app.UseErrorEdge();
        app.UseRouting();
        app.UseIdentity();
        app.MapEvents();
        app.MapWebhooks();
        await app.StartAsync();
        var merchants = app.Services.GetRequiredService<CreateMerchant>();
        return new(world, app, await Create(merchants, WebhookWorld.Shop.MerchantId), await Create(merchants, "MERCH_TG_002"));
    }

    internal Task<(int Status, JsonNode Json)> Get(string path, MerchantAccess? caller = null) => Send(HttpMethod.Get, path, caller, null);

    internal Task<(int Status, JsonNode Json)> Post(
        string path, string json = "{}", MerchantAccess? caller = null, string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, caller, json, idempotencyKey);

    internal async Task<(int Status, JsonNode Json)> Send(
        HttpMethod method, string path, MerchantAccess? caller, string? json, string? idempotencyKey = null)
    {
        var keys = (caller ?? Shop.Test).Keys;
        using var request = new HttpRequestMessage(method, "/api/payments/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{keys.ApiKey}:{keys.ApiSecret}")));
        if (idempotencyKey is not null)
        {
            request.Headers.Add(Idempotency.Header, idempotencyKey);
        }

        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    internal static string? CodeOf(JsonNode json) => json["error"]?["code"]?.GetValue<string>();

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        await World.DisposeAsync();
    }

    private static async Task<CreatedMerchant> Create(CreateMerchant merchants, string id) =>
        (await merchants.Run(new(id, "A shop", "IN", Currency.INR, new("#0a7d4f", null), ["card"], FeePercent: 2, FeeTaxPercent: 18), default)).Value;
}
