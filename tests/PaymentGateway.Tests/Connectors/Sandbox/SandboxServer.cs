using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Connectors.Sandbox;

/// <summary>The sandbox on a real database and a real port, with a receiver for its notifications and a clock in the test's hand.</summary>
public sealed class SandboxServer : IAsyncLifetime
{
    public const string PublishableKey = "pk_test_MERCH_FH_001";

    private readonly ConcurrentQueue<ConnectorNotification> received = new();
    private TestDatabase? database;
    private WebApplication? app;
    private int keysMade;

    internal ManualClock Clock { get; } = new();
    internal LogLines Log { get; } = new();

    /// <summary>What the messages of a charge are answered with, one after the other; then, as all others, with 200.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> answers = new();

    internal static Tenant Shop { get; } = new("MERCH_FH_001", Mode.Test);
    internal Db Db => database!.Db;
    internal SandboxConnector Connector => app!.Services.GetServices<IConnector>().OfType<SandboxConnector>().Single();
    internal GuardedConnector Guarded => Service<ConnectorRegistry>().Find("sandbox")!;
    internal SandboxNotifier Notifier => Service<SandboxNotifier>();
    internal HttpClient Browser { get; private set; } = null!;

    /// <summary>Whose key the API calls carry.</summary>
    internal Tenant Caller { get; set; } = Shop;

    internal T Service<T>() where T : notnull => app!.Services.GetRequiredService<T>();

    internal string NewKey() => $"ch_{Interlocked.Increment(ref keysMade)}";

    /// <summary>What was told about a charge, with the ids of the messages.</summary>
    internal IReadOnlyList<(string Id, Tenant Tenant, ConnectorOutcome Outcome)> Received(string key) =>
        [.. received.Where(n => n.News.Key == key).Select(n => (n.Id, n.Tenant, ((ConnectorNews.OfCharge)n.News).Outcome))];

    internal async Task<string> Token(string number, Tenant? tenant = null)
    {
        var outcome = await Service<SandboxTokenizer>().Tokenize(
            tenant ?? Shop, new TypedCard(number, "12/25", "123", "Test User"), CancellationToken.None);
        return outcome.Value.Id;
    }

    internal AuthorizeCall Call(
        Instrument instrument, string? key = null, decimal amount = 500, bool capture = true, string? behaviour = null,
        string? returnUrl = "/checkout/order_1/return", Currency? currency = null) =>
        new(Shop, key ?? NewKey(), "pay_1", Money.FromMajor(amount, currency ?? Currency.INR), capture, instrument, "Order 1", returnUrl,
            behaviour,
            "FashionHub");

    internal async Task<AuthorizeCall> CardCall(
        string number, decimal amount = 500, bool capture = true, string? behaviour = null) =>
        Call(new Instrument.Card(await Token(number)), amount: amount, capture: capture, behaviour: behaviour);

    internal Task<ConnectorOutcome> Authorize(AuthorizeCall call) => Connector.Authorize(call, CancellationToken.None);

    internal Task<ConnectorOutcome> Status(string key) => Connector.Status(new StatusCall(Shop, key, null), CancellationToken.None);

    internal static FollowUpCall FollowUp(AuthorizeCall call, decimal? amount = null, string? behaviour = null) =>
        new(call.Tenant, call.Key + "_2", call.Key, null, amount is { } other ? Money.FromMajor(other, call.Amount.Currency) : call.Amount,
            behaviour);

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Clock).AddDatabase(database.Db).AddClocks();
        builder.Services.AddSingleton<FindTenantOfPublishableKey>(
            (key, _) => Task.FromResult(key == PublishableKey ? Shop : null));
        builder.Services.AddSingleton<IProcessorAccounts>(new TestAccounts());
        builder.Services.AddConnectors(new ConnectorSettings(), new SandboxSettings
        {
            Secret = "only for tests, thirty-two bytes"u8.ToArray(),
            BaseUrl = () => new Uri(app!.Urls.First()),
        });
        app = builder.Build();
        app.UseErrorEdge();
        app.Use((http, next) =>
        {
            http.Features.Set(new Caller(Caller, KeyKind.Publishable, PublishableKey, IPAddress.Loopback, "req_1"));
            return next(http);
        });
        app.MapSandbox();
        app.MapPost(SandboxNotifier.Path, (Delegate)Receive);
        await app.StartAsync();
        Browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await app!.DisposeAsync();
        await database!.DisposeAsync();
    }

    internal void AnswerWith(string chargeKey, params IEnumerable<int> statuses) => answers[chargeKey] = new(statuses);

    private async Task<IResult> Receive(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString());
        var message = new IncomingMessage(headers, body.ToArray(), Clock.GetUtcNow());
        if (await Connector.Verify(message, [], http.RequestAborted) is not { } verified)
        {
            return Results.StatusCode(400);
        }

        foreach (var news in await Connector.Read(verified.Tenant, message, http.RequestAborted))
        {
            received.Enqueue(new(verified.Id, verified.Tenant, news));
        }

        return Results.StatusCode(
            answers.TryGetValue(verified.Subject, out var queue) && queue.TryDequeue(out var next) ? next : 200);
    }
}
