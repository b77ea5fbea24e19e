using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.TestClocks;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Webhooks;

namespace PaymentGateway.Tests.TestClocks;

/// <summary>Two servers over one database, with all their workers; what takes an hour is an hour for them too.</summary>
public sealed class SlowReplicas : IAsyncLifetime
{
    private TestDatabase database = null!;

    internal TestGateway Left { get; private set; } = null!;

    internal TestGateway Right { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        (string, string)[] slow = [("WEBHOOK_RETRY_DELAY", "3600000"), ("SANDBOX_UPI_PENDING_SECONDS", "3600")];
        (Left, Right) = (await TestGateway.Start(database, variables: slow), await TestGateway.Start(database, variables: slow));
    }

    public async ValueTask DisposeAsync()
    {
        await Left.DisposeAsync();
        await Right.DisposeAsync();
        await database.DisposeAsync();
    }
}

/// <summary>What a merchant's advanced time brings about. One shop for each test, as a merchant's time cannot be taken back.</summary>
public sealed class AdvancedTimeTests(SlowReplicas shared) : IClassFixture<SlowReplicas>
{
    private const string Path = "/api/payments/test-clocks";

    private readonly TestGateway left = shared.Left;
    private readonly TestGateway right = shared.Right;

    [Fact]
    public async Task An_order_expires_and_its_webhook_is_sent_before_the_clock_is_ready_and_others_keep_their_time()
    {
        await using var server = await Receiver.Start();
        using var shop = left.ClientOf(left.Shops[0]);
        using var other = left.ClientOf(left.Shops[4]);
        await shop.Post("/api/payments/webhook-endpoints", new { url = server.Url });
        var orderId = await shop.CreateOrder(100m, new { expiresIn = 86_400 });
        var others = await other.CreateOrder(100m, new { expiresIn = 86_400 });
        var clock = await NewClock(shop);

        await AdvanceUntilReady(shop, clock, new { by = 90_000 });

        Assert.Equal("expired", (await shop.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal(1, server.Received.Count(request => request.Body.Contains("order.expired", StringComparison.Ordinal)));
        Assert.Equal("created", (await other.GetJson($"/api/payments/orders/{others}")).Text("status"));
        await Eventually.Holds(async () => (await shop.GetJson($"/api/payments/events?event=test_clock.ready&subjectId={clock}"))
            .GetProperty("data").GetArrayLength() == 1);
    }

    [Fact]
    public async Task A_webhook_that_would_be_sent_again_in_an_hour_comes_at_once()
    {
        await using var server = await Receiver.Start();
        server.Answers(500);
        using var shop = left.ClientOf(left.Shops[1]);
        await shop.Post("/api/payments/webhook-endpoints", new { url = server.Url, events = new[] { "order.created" } });
        await shop.CreateOrder(100m);
        await Eventually.Holds(async () => await left.Query<long>(
            "SELECT count(*) FROM webhooks.deliveries WHERE merchant_id = @MerchantId AND status = 'pending' AND attempts = 1", left.Shops[1]) == 1);
        server.Answers(200);

        await AdvanceUntilReady(shop, await NewClock(shop), new { by = 7_200 });

        Assert.Equal(2, server.Received.Count);
        Assert.Equal(1, await left.Query<long>(
            "SELECT count(*) FROM webhooks.deliveries WHERE merchant_id = @MerchantId AND status = 'delivered'", left.Shops[1]));
    }

    [Fact]
    public async Task A_pending_upi_payment_is_paid()
    {
        using var shop = left.ClientOf(left.Shops[2]);
        var orderId = await shop.CreateOrder(100m, new { expiresIn = 86_400 });
        var (_, payment, _) = await shop.Post("/api/payments", new
        {
            orderId,
            paymentMethod = "upi",
            paymentDetails = new { flow = "collect", vpa = "pending@pgtestupi" },
        });
        Assert.Equal("processing", payment.Text("status"));

        await AdvanceUntilReady(shop, await NewClock(shop), new { by = 4_000 });

        Assert.Equal("succeeded", (await shop.GetJson($"/api/payments/{payment.Text("id")}")).Text("status"));
        Assert.Equal("paid", (await shop.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        await left.AssertBookHolds();
    }

    [Fact]
    public async Task Both_replicas_live_in_the_same_time()
    {
        using var atLeft = left.ClientOf(left.Shops[3]);
        using var atRight = right.ClientOf(right.Shops[3]);
        var clock = await NewClock(atLeft);

        await AdvanceUntilReady(atLeft, clock, new { by = 31_536_000 });

        var asLeft = await CreatedAt(atLeft);
        var asRight = await CreatedAt(atRight);
        Assert.True(asLeft > TimeProvider.System.GetUtcNow().AddDays(364));
        Assert.True(asRight >= asLeft, $"{asRight} at the right is before {asLeft} at the left");
        Assert.Equal((await atLeft.GetJson($"{Path}/{clock}")).Text("advancedAt"), (await atRight.GetJson($"{Path}/{clock}")).Text("advancedAt"));
    }

    [Fact]
    public async Task What_a_replica_began_before_it_died_another_brings_to_its_end()
    {
        await using var database = await TestDatabase.Create();
        string orderId, clock;
        await using (var dying = await TestGateway.Start(database, variables: [("ROLE", "api")]))
        {
            using var shop = dying.Client();
            orderId = await shop.CreateOrder(100m, new { expiresIn = 86_400 });
            clock = await NewClock(shop);
            await shop.Post($"{Path}/{clock}/advance", new { by = 90_000 });
            Assert.Equal("advancing", (await shop.GetJson($"{Path}/{clock}")).Text("status"));
        }

        await using var next = await TestGateway.Start(database);
        using var client = next.Client();
        await UntilReady(client, clock);

        Assert.Equal("expired", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal(1, await next.EventsOf(clock, "test_clock.ready"));
    }

    [Fact]
    public async Task A_clock_waits_for_what_is_due_and_a_lease_lasts_as_long_as_it_really_does()
    {
        var time = new ManualClock();
        await using var gateway = await SandboxWorld.StartDriven(time);
        using var shop = gateway.Client();
        var (_, payment, _) = await shop.PayByCard(await shop.CreateOrder(100m), behaviour: "lost_answer");
        var clock = await NewClock(shop);
        await shop.Post($"{Path}/{clock}/advance", new { by = 3_600 });
        time.Advance(TestClockDecisions.SettleTime);
        var readiness = gateway.Get<TestClockReadiness>();
        await gateway.Execute("DELETE FROM events.outbox");
        Assert.Equal(0, await readiness.RunOnce(default));

        await gateway.Execute("UPDATE payments.charges SET claimed_until = @until", new { until = time.GetUtcNow().AddSeconds(30) });
        Assert.Equal(0, await gateway.ResolveOnce());
        Assert.Equal(0, await readiness.RunOnce(default));

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await gateway.ResolveOnce());
        Assert.Equal("succeeded", (await shop.GetJson($"/api/payments/{payment.Text("id")}")).Text("status"));
        await gateway.Execute("DELETE FROM events.outbox");
        Assert.Equal(1, await readiness.RunOnce(default));
        Assert.Equal("ready", (await shop.GetJson($"{Path}/{clock}")).Text("status"));
        Assert.Equal(0, await readiness.RunOnce(default));
    }

    [Fact]
    public async Task A_card_token_expires_in_the_merchants_time()
    {
        await using var gateway = await SandboxWorld.StartDriven(new ManualClock());
        using var shop = gateway.Client();
        var orderId = await shop.CreateOrder(100m, new { expiresIn = 86_400 });
        var cardToken = await shop.CardToken();
        var clock = await NewClock(shop);
        await shop.Post($"{Path}/{clock}/advance", new { by = (int)SandboxTokenizer.TokenTime.TotalSeconds });

        var (_, refused, _) = await shop.Post("/api/payments", new { orderId, paymentMethod = "card", paymentDetails = new { cardToken } });

        Assert.Equal("INVALID_TOKEN", refused.Code());
    }

    private static async Task<string> NewClock(HttpClient shop)
    {
        var (status, clock, _) = await shop.Post(Path, new { });
        Assert.True(status == HttpStatusCode.Created, clock.ToString());
        return clock.Text("id");
    }

    private static async Task AdvanceUntilReady(HttpClient shop, string clock, object by)
    {
        var (status, advanced, _) = await shop.Post($"{Path}/{clock}/advance", by);
        Assert.Equal((HttpStatusCode.OK, "advancing"), (status, advanced.Text("status")));
        await UntilReady(shop, clock);
    }

    private static Task UntilReady(HttpClient shop, string clock) =>
        Eventually.Holds(async () => (await shop.GetJson($"{Path}/{clock}")).Text("status") == "ready");

    private static async Task<DateTimeOffset> CreatedAt(HttpClient shop) =>
        (await shop.GetJson($"/api/payments/orders/{await shop.CreateOrder()}")).GetProperty("createdAt").GetDateTimeOffset();
}
