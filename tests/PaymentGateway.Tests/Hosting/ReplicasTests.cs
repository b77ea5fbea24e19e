using System.Net;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Webhooks;

namespace PaymentGateway.Tests.Hosting;

/// <summary>Two servers over one database, with all their workers, as behind a load balancer.</summary>
public sealed class Replicas : IAsyncLifetime
{
    private TestDatabase database = null!;

    public TestGateway Left { get; private set; } = null!;

    public TestGateway Right { get; private set; } = null!;

    /// <summary>The same shop's client of each.</summary>
    public HttpClient[] Clients { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        (Left, Right) = (await TestGateway.Start(database), await TestGateway.Start(database));
        Clients = [Left.Client(), Right.Client()];
    }

    public async ValueTask DisposeAsync()
    {
        Array.ForEach(Clients, client => client.Dispose());
        await Left.DisposeAsync();
        await Right.DisposeAsync();
        await database.DisposeAsync();
    }
}

public sealed class ReplicasTests(Replicas shared) : IClassFixture<Replicas>
{
    private readonly TestGateway left = shared.Left;
    private readonly TestGateway right = shared.Right;
    private readonly HttpClient[] clients = shared.Clients;

    [Fact]
    public async Task What_one_replica_begins_the_other_finishes_and_every_webhook_comes_once()
    {
        await using var shop = await Receiver.Start();
        using var atLeft = left.ClientOf(left.Shops[1]);
        using var atRight = right.ClientOf(right.Shops[1]);
        await atLeft.Post("/api/payments/webhook-endpoints", new { url = shop.Url });

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            var (one, other) = i % 2 == 0 ? (atLeft, atRight) : (atRight, atLeft);
            var orderId = await one.CreateOrder(100m + i, new { captureMethod = i % 4 == 0 ? "manual" : "automatic" });
            var (_, payment, _) = await other.PayByCard(orderId, i % 3 == 0 ? "4000002500003155" : "4111111111111111");
            if (payment.Text("status") == "requires_action")
            {
                await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve");
            }

            if (i % 4 == 0)
            {
                await one.Post($"/api/payments/payment-intents/{payment.Text("id")}/capture", new { });
            }

            Assert.Equal("paid", (await other.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        }));

        var events = await left.Query<string[]>("SELECT array_agg(id) FROM events.events WHERE merchant_id = @MerchantId", left.Shops[1]);
        await Eventually.Holds(() => shop.Received.Select(request => request.EventId).Distinct().Count() == events.Length);
        Assert.Equal(events.Order(StringComparer.Ordinal), shop.Received.Select(request => request.EventId).Order(StringComparer.Ordinal));
        await left.AssertBookHolds();
    }

    [Fact]
    public async Task One_order_that_both_replicas_pay_is_paid_once()
    {
        var orderId = await clients[0].CreateOrder(100m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => clients[i % 2].PayByCard(orderId)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("INVALID_STATE", answer.Body.Code()));
        Assert.Equal((1, 10000), await left.AtProcessor(orderId));
        await right.AssertBookHolds();
    }

    [Fact]
    public async Task One_key_at_both_replicas_has_one_effect_and_one_answer()
    {
        var orderId = await clients[0].CreateOrder(100m);
        var body = new { orderId, paymentMethod = "card", paymentDetails = new { cardToken = await clients[0].CardToken() } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => clients[i % 2].Post("/api/payments", body, "over-both")));

        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("IDEMPOTENCY_IN_PROGRESS", answer.Body.Code()));
        var replays = await Task.WhenAll(clients.Select(client => client.Post("/api/payments", body, "over-both")));
        Assert.All(replays, replay => Assert.Equal("true", replay.Response.Headers.GetValues("Idempotent-Replayed").Single()));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Created).Concat(replays).Select(answer => answer.Body.ToString()).Distinct());
        Assert.Equal((1, 10000), await left.AtProcessor(orderId));
        await left.AssertBookHolds();
    }

    [Fact]
    public async Task The_resolvers_of_both_find_a_lost_payment_once()
    {
        var orderId = await clients[0].CreateOrder(100m);
        var (status, payment, _) = await clients[1].PayByCard(orderId, behaviour: "lost_answer");
        Assert.Equal(HttpStatusCode.Accepted, status);

        await Eventually.Holds(async () => (await clients[0].GetJson($"/api/payments/{payment.Text("id")}")).Text("status") == "succeeded");

        Assert.Equal(1, await left.EventsOf(payment.Text("id"), "payment.success"));
        Assert.Equal((1, 10000), await left.AtProcessor(orderId));
        await left.AssertBookHolds();
    }
}
