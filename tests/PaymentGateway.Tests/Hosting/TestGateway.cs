using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Database;
using PaymentGateway.Hosting;
using PaymentGateway.Identity;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;
using PaymentGateway.People;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Hosting;

/// <summary>A whole server on a free port, over a database of its own or one shared with other replicas.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    /// <summary>All replicas of the tests share one key, as replicas of one installation do.</summary>
    private static readonly KeyRing keys = new([new EncryptionKey("test", [.. Enumerable.Range(1, EncryptionKey.Length).Select(i => (byte)i)])]);

    /// <summary>Passwords are slow to hash on purpose, and tests sign in by the hundred.</summary>
    private const int PasswordRounds = 1000;

    private readonly GatewayServer server;
    private readonly TestDatabase? owned;

    private TestGateway(GatewayServer server, TestDatabase database, TestDatabase? owned, IReadOnlyList<DemoMerchant> shops) =>
        (this.server, Database, this.owned, Shops) = (server, database, owned, shops);

    public TestDatabase Database { get; }

    public Db Db => Database.Db;

    public Uri Address => server.Address;

    public IServiceProvider Services => server.Services;

    public IReadOnlyList<DemoMerchant> Shops { get; }

    /// <summary>FashionHub, in sandbox mode.</summary>
    public DemoMerchant Shop => Shops[0];

    /// <param name="database">Shared with other replicas; null: one of its own.</param>
    /// <param name="clock">Null: the real one.</param>
    /// <param name="variables">Settings, by the names of their variables.</param>
    public static Task<TestGateway> Start(
        TestDatabase? database = null, TimeProvider? clock = null, params (string Name, string Value)[] variables) =>
        Start(database, clock, replace: null, variables);

    /// <summary>A server over a database of its own, some parts of which are the test's.</summary>
    public static Task<TestGateway> StartWith(
        Action<IServiceCollection> replace, TimeProvider clock, params (string Name, string Value)[] variables) =>
        Start(database: null, clock, replace, variables);

    /// <summary>As the other; the database goes with the server.</summary>
    public static Task<TestGateway> StartWith(
        Action<IServiceCollection> replace, TimeProvider clock, TestDatabase owned, params (string Name, string Value)[] variables) =>
        Start(owned, clock, replace, variables, isOwned: true);

    /// <summary>One of several servers over a database, some parts of which are the test's.</summary>
    public static Task<TestGateway> StartWith(Action<IServiceCollection> replace, TimeProvider clock, TestDatabase database) =>
        Start(database, clock, replace, [("ROLE", "api")]);

    /// <summary>A server under other keys than the rest.</summary>
    public static Task<TestGateway> StartUnder(KeyRing ring, TestDatabase database) => Start(database, clock: null, replace: null, [], ring);

    private static async Task<TestGateway> Start(
        TestDatabase? database, TimeProvider? clock, Action<IServiceCollection>? replace, (string Name, string Value)[] variables, KeyRing? ring = null,
        bool isOwned = false)
    {
        var used = database ?? await TestDatabase.Create();
        var owned = database is null || isOwned ? used : null;
        var environment = new Dictionary<string, string?> { ["PORT"] = FreePort().ToString(CultureInfo.InvariantCulture), ["LOG_LEVEL"] = "error" };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        var (settings, faults) = ServerSettings.Read(environment);
        Assert.Empty(faults);
        var server = await GatewayServer.Start(
            settings!, used.Db, ring ?? keys, clock ?? TimeProvider.System, CancellationToken.None, replace: services =>
            {
                services.AddSingleton(new Passwords(PasswordRounds));
                replace?.Invoke(services);
            });
        return new TestGateway(server, used, owned, await DemoShops(server, settings!.BaseUrl));
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A client with the secret key of a shop.</summary>
    public HttpClient ClientOf(DemoMerchant shop)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{shop.ApiKey}:{shop.ApiSecret}")));
        return client;
    }

    /// <inheritdoc cref="ClientOf"/>
    public HttpClient Client() => ClientOf(Shop);

    /// <summary>The whole book, with every check of every area.</summary>
    public async Task AssertBookHolds()
    {
        var report = await Get<BookVerifier>().Verify(CancellationToken.None);
        Assert.All(report.Checks, check => Assert.True(check.Broken.Count == 0, $"{check.Name}: {string.Join("; ", check.Broken)}"));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (owned is not null)
        {
            await owned.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<DemoMerchant>> DemoShops(GatewayServer server, string baseUrl)
    {
        var folder = TestFolder.Create();
        var demo = await server.Services.GetRequiredService<DemoMerchants>().EnsureCreated(folder, baseUrl, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
        return demo.Merchants;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The calls that most tests make.</summary>
public static class GatewayCalls
{
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Call(
        this HttpClient client, HttpMethod method, string path, object? body = null, string? idempotencyKey = null, string? behaviour = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (behaviour is not null)
        {
            request.Headers.Add("X-Sandbox-Behaviour", behaviour);
        }

        var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone(), response);
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Post(
        this HttpClient client, string path, object body, string? idempotencyKey = null, string? behaviour = null) =>
        client.Call(HttpMethod.Post, path, body, idempotencyKey, behaviour);

    public static async Task<JsonElement> GetJson(this HttpClient client, string path)
    {
        var (status, body, _) = await client.Call(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, status);
        return body;
    }

    public static async Task<string> CreateOrder(this HttpClient client, decimal amount = 499.50m, object? more = null)
    {
        var fields = new Dictionary<string, object?> { ["amount"] = amount, ["currency"] = "INR" };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            fields[property.Name] = property.GetValue(more);
        }

        var (status, body, _) = await client.Post("/api/payments/orders", fields);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.GetProperty("orderId").GetString()!;
    }

    public static async Task<string> CardToken(this HttpClient client, string number = "4111111111111111")
    {
        var (status, body, _) = await client.Post("/api/payments/tokens", new { card = new { number, cvv = "123", expiry = "12/25", name = "Test User" } });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.GetProperty("cardToken").GetString()!;
    }

    /// <summary>Pays an order by card over <c>POST /api/payments</c>.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PayByCard(
        this HttpClient client, string orderId, string number = "4111111111111111", string? idempotencyKey = null, string? behaviour = null) =>
        await client.Post("/api/payments",
            new { orderId, paymentMethod = "card", paymentDetails = new { cardToken = await client.CardToken(number) } }, idempotencyKey, behaviour);
}
