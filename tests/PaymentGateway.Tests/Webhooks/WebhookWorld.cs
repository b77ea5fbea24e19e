using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Database;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Webhooks;

/// <summary>A database of its own, a clock that stands, and the area's parts without their loops: a test turns the handle.</summary>
internal sealed class WebhookWorld : IAsyncDisposable
{
    internal const string MerchantSecret = "whsec_test_merchant";

    internal static readonly WebhookSettings DefaultSettings =
        new(RetryAttempts: 5, TimeSpan.FromSeconds(1), AllowPrivateInTest: true, RunsWorkers: true);

    internal static readonly Tenant Shop = new("MERCH_FH_001", Mode.Test);

    private readonly TestDatabase database;
    private readonly ServiceProvider services;

    private WebhookWorld(TestDatabase database, WebhookSettings settings)
    {
        this.database = database;
        Settings = settings;
        var all = new ServiceCollection();
        Register(all, this);
        services = all.BuildServiceProvider();
        Dispatcher = NewDispatcher();
        FanOut = ActivatorUtilities.CreateInstance<FanOut>(services);
    }

    internal ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 9, 0, 0, TimeSpan.Zero));

    internal WebhookSettings Settings { get; }

    internal Db Db => database.Db;

    internal Dispatcher Dispatcher { get; }

    internal FanOut FanOut { get; }

    internal IServiceProvider Services => services;

    internal static async Task<WebhookWorld> Create(WebhookSettings? settings = null) =>
        new(await TestDatabase.Create(), settings ?? DefaultSettings);

    internal static void Register(IServiceCollection all, WebhookWorld world)
    {
        all.AddSingleton<TimeProvider>(world.Clock);
        all.AddSingleton(world.Db);
        all.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        all.AddSingleton<MerchantClocks>();
        all.AddSingleton<Committer>();
        all.AddSingleton<Idempotency>();
        all.AddEvents();
        all.AddSingleton(new KeyRing([new EncryptionKey("test", new byte[EncryptionKey.Length])]));
        all.AddSingleton<SecretVault>();
        all.AddWebhooks(world.Settings);
        all.AddSingleton<MerchantWebhookSecret>(_ => ValueTask.FromResult(MerchantSecret));
        all.AddSingleton<Chance>(() => 0.5); // no jitter
    }

    /// <summary>Another replica's.</summary>
    internal Dispatcher NewDispatcher() => ActivatorUtilities.CreateInstance<Dispatcher>(services);

    internal T Get<T>() where T : notnull => services.GetRequiredService<T>();

    internal async Task<(string Id, string Secret)> Endpoint(string url, params string[] events)
    {
        var now = Clock.GetUtcNow();
        var id = Id.New("we", Clock);
        var secret = SigningSecrets.NewSecret(Mode.Test);
        var endpoint = new WebhookEndpoint
        {
            Id = id,
            MerchantId = Shop.MerchantId,
            Mode = Shop.Mode,
            Url = url,
            Events = events.Length > 0 ? events : ["*"],
            Secret = Get<WebhookSecrets>().Seal(Shop, id, secret),
            Status = EndpointStatus.Enabled,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await Commit(new Change().Write(EndpointRows.Insert, endpoint));
        return (endpoint.Id, secret);
    }

    /// <summary>Commits an event as a payment would.</summary>
    internal async Task<Event> Emit(
        string name = "payment.success", string subject = "pay_1", string? webhookUrl = null, Tenant? tenant = null, JsonObject? data = null)
    {
        Clock.Advance(TimeSpan.FromTicks(10_000)); // ids of one instant would not sort
        data ??= new JsonObject { ["paymentId"] = subject, ["amount"] = 2716.67m };
        var fact = Event.Of(name, tenant ?? Shop, subject, data, requestId: null, webhookUrl, Get<MerchantClocks>());
        var change = new Change();
        Get<EventConsumers>().Write(change, fact);
        await Commit(change);
        return fact;
    }

    internal async Task<Event> EmitAndFanOut(string name = "payment.success", string subject = "pay_1", string? webhookUrl = null)
    {
        var fact = await Emit(name, subject, webhookUrl);
        await FanOut.RunOnce(default);
        return fact;
    }

    internal async Task Commit(Change change) => Assert.IsType<CommitOutcome.Committed>(await Get<Committer>().Commit(change, default));

    internal async Task<IReadOnlyList<DeliveryRow>> Deliveries()
    {
        await using var connection = await Db.OpenSystem(default);
        return (await connection.QueryAsync<DeliveryRow>(
            """
            SELECT id, event_id, endpoint_id, event_name, status, attempts, claim, next_attempt_at, last_status, last_error
            FROM webhooks.deliveries
            ORDER BY event_id, id
            """)).AsList();
    }

    internal async Task<DeliveryRow> Delivery() => Assert.Single(await Deliveries());

    internal async Task<int> Count(string from)
    {
        await using var connection = await Db.OpenSystem(default);
        return await connection.ExecuteScalarAsync<int>($"SELECT count(*) FROM {from}");
    }

    internal async Task<(string Status, string? Reason, DateTimeOffset? FailingSince)> EndpointState(string id)
    {
        await using var connection = await Db.OpenSystem(default);
        var row = await connection.QuerySingleAsync<EndpointRow>(
            "SELECT status, disabled_reason, failing_since FROM webhooks.endpoints WHERE id = @id", new { id });
        return (row.Status, row.DisabledReason, row.FailingSince);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    internal sealed record DeliveryRow
    {
        public required string Id { get; init; }
        public required string EventId { get; init; }
        public string? EndpointId { get; init; }
        public required string EventName { get; init; }
        public required string Status { get; init; }
        public required int Attempts { get; init; }
        public required int Claim { get; init; }
        public required DateTimeOffset NextAttemptAt { get; init; }
        public int? LastStatus { get; init; }
        public string? LastError { get; init; }
    }

    private sealed record EndpointRow
    {
        public required string Status { get; init; }
        public string? DisabledReason { get; init; }
        public DateTimeOffset? FailingSince { get; init; }
    }
}
