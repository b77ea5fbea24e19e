using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Settings;

namespace PaymentGateway.Tests.Identity;

/// <summary>A small real server: who may call, merchants, and three addresses that tell who called.</summary>
internal sealed class Replica : IAsyncDisposable
{
    public static readonly KeyRing Ring = new([new EncryptionKey("test", RandomNumberGenerator.GetBytes(EncryptionKey.Length))]);

    private readonly WebApplication app;

    private Replica(WebApplication app, HttpClient client) => (this.app, Client) = (app, client);

    public HttpClient Client { get; }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<Replica> Start(Db db, TimeProvider clock, params (string Name, string Value)[] environment)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDatabase(db).AddSingleton(clock).AddSingleton<Committer>().AddSingleton(SettingsOf(environment));
        builder.Services.AddHttp().AddIdentity(Ring).AddMerchants();
        var app = builder.Build();
        app.UseErrorEdge();
        app.UseRouting();
        app.UseIdentity();
        app.MapGet("/secret", Who).WithMetadata(new RequiresKey(KeyKind.Secret));
        app.MapGet("/page", Who).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable));
        app.MapGet("/open", () => "open");
        app.MapIdentity();
        app.MapMerchants();
        await app.StartAsync();
        return new(app, new HttpClient { BaseAddress = new(app.Urls.Single()) });
    }

    public static ServerSettings SettingsOf(params (string Name, string Value)[] environment) =>
        ServerSettings.Read(environment.ToDictionary(e => e.Name, e => (string?)e.Value)).Settings
        ?? throw new InvalidOperationException("The test's own settings are wrong.");

    public static AuthenticationHeaderValue Basic(ApiKeyPair keys) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{keys.ApiKey}:{keys.ApiSecret}")));

    public static NewMerchant Shop(string? id = null) =>
        new(id, "A shop", "IN", Currency.INR, new("#0a7d4f", null), ["card", "upi"], FeePercent: 2, FeeTaxPercent: 18);

    public async Task<CreatedMerchant> CreateMerchant(string? id = null) =>
        (await Get<CreateMerchant>().Run(Shop(id), CancellationToken.None)).Value;

    public async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, ApiKeyPair? keys = null, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = keys is null ? null : Basic(keys);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> Send(string path, ApiKeyPair? keys = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, keys, json: null, headers);

    /// <summary>The status, and the error's code when it is one.</summary>
    public async Task<string> Outcome(string path, ApiKeyPair? keys = null, params (string Name, string Value)[] headers)
    {
        using var response = await Send(path, keys, headers);
        return await OutcomeOf(response);
    }

    public static async Task<string> OutcomeOf(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return $"{(int)response.StatusCode}";
        }

        return $"{(int)response.StatusCode} {(await JsonOf(response))["error"]!["code"]}";
    }

    public static async Task<JsonNode> JsonOf(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private static Answer Who(Caller caller) => Answer.Ok(new
    {
        merchant = caller.Tenant.MerchantId,
        mode = caller.Tenant.Mode.ToSql(),
        kind = caller.Kind,
        key = caller.KeyId,
        address = caller.Address?.ToString(),
    });
}
