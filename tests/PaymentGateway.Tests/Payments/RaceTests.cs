using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

public sealed class RaceFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        Client = Gateway.Client();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Gateway.DisposeAsync();
    }
}

/// <summary>Many callers at once. Who wins is open; what is left behind is not.</summary>
public sealed class RaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private const int Rounds = 8;

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Fifty_clients_pay_one_order_and_one_of_them_succeeds()
    {
        var orderId = await client.CreateOrder(2716.67m);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.CardToken()));

        var answers = await Task.WhenAll(tokens.Select((token, i) => Pay(orderId, token, i % 2 == 0, $"{orderId}-{i}")));

        Assert.Single(answers, answer => answer.Status is HttpStatusCode.OK or HttpStatusCode.Created);
        Assert.All(answers.Where(answer => (int)answer.Status >= 300), answer =>
        {
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Contains(answer.Body.Code(), (string[])["INVALID_STATE", "IDEMPOTENCY_IN_PROGRESS"]);
        });
        Assert.Equal((1, 271667), await gateway.AtProcessor(orderId));
        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_hold_that_thirty_two_callers_capture_is_captured_once()
    {
        var (orderId, paymentId) = await Held();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            client.Post($"/api/payments/payment-intents/{paymentId}/capture", new { }, i % 2 == 0 ? null : $"{paymentId}-{i}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("INVALID_STATE", answer.Body.Code()));
        Assert.Equal((1, 10000), await gateway.AtProcessor(orderId));
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.captured"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_callers_capture_parts_of_one_hold_and_ten_of_them_fit()
    {
        var (orderId, paymentId) = await Held();

        var taken = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => TakePart(paymentId)));

        Assert.Equal(10, taken.Count(took => took));
        Assert.Equal(("succeeded", 100m, 100m, 0m), await client.AmountsOf(paymentId));
        Assert.Equal((1, 10000), await gateway.AtProcessor(orderId));
        Assert.Equal((10, 1), (await gateway.EventsOf(paymentId, "payment.captured"), await gateway.EventsOf(paymentId, "payment.success")));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Captures_and_increments_of_one_hold_take_turns()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var paymentId = await client.Hold(100m);

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i + round) % 2 == 0
                ? client.Follow(paymentId, "increment", new { amount = 150 + i })
                : client.Follow(paymentId, "capture", new { amountToCapture = 90 })));

            Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.OK
                || answer.Body.Code() is "INVALID_STATE" or "INVALID_AMOUNT", answer.Body.ToString()));
            var (status, authorized, captured, _) = await client.AmountsOf(paymentId);
            var (_, amount, taken) = await gateway.HoldAtProcessor(paymentId);
            Assert.Equal(captured, taken / 100m);
            Assert.True(status == "succeeded" ? authorized == 90m : authorized == amount / 100m);
        }

        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Capture_and_cancel_of_one_hold_end_in_one_of_both()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (orderId, paymentId) = await Held();

            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
                client.Post($"/api/payments/payment-intents/{paymentId}/{((i + round) % 2 == 0 ? "capture" : "cancel")}", new { })));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            var payment = await client.GetJson($"/api/payments/{paymentId}");
            var (status, captured) = (payment.Text("status"), (await gateway.AtProcessor(orderId)).Captured);
            Assert.Contains((status, captured), ((string, long)[])[("succeeded", 10000), ("canceled", 0)]);
        }

        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Payment_and_cancel_of_one_order_end_in_one_of_both()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var orderId = await client.CreateOrder(100m);
            var tokens = await Task.WhenAll(client.CardToken(), client.CardToken());

            await Task.WhenAll(
                Pay(orderId, tokens[0], true, null), client.Post($"/api/payments/orders/{orderId}/cancel", new { }),
                Pay(orderId, tokens[1], false, null), client.Post($"/api/payments/orders/{orderId}/cancel", new { }));

            var status = (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status");
            Assert.Contains((status, (await gateway.AtProcessor(orderId)).Captured), ((string, long)[])[("paid", 10000), ("canceled", 0)]);
        }

        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Payment_and_expiry_of_one_order_end_in_one_of_both()
    {
        var clock = new ManualClock();
        await using var driven = await SandboxWorld.StartDriven(clock);
        using var shop = driven.Client();
        for (var round = 0; round < Rounds; round++)
        {
            var orderId = await shop.CreateOrder(100m, new { expiresIn = 60 });
            var token = await shop.CardToken(round % 2 == 0 ? "4111111111111111" : "4000002500003155");
            clock.Advance(TimeSpan.FromSeconds(59.9));

            var paying = shop.Post("/api/payments", new { orderId, paymentMethod = "card", paymentDetails = new { cardToken = token } });
            if (round > 1)
            {
                await Task.Yield();
                clock.Advance(TimeSpan.FromSeconds(0.2));
            }

            await Task.WhenAll(paying, driven.ExpireOnce());
            for (var later = 0; later < 5; later++)
            {
                clock.Advance(TimeSpan.FromSeconds(90));
                await driven.ResolveOnce();
                await driven.ExpireOnce();
            }

            var status = (await shop.GetJson($"/api/payments/orders/{orderId}")).Text("status");
            Assert.Contains((status, (await driven.AtProcessor(orderId)).Captured), ((string, long)[])[("paid", 10000), ("expired", 0)]);
            Assert.Equal(status == "expired" ? 1 : 0, await driven.EventsOf(orderId, "order.expired"));
        }

        await driven.AssertBookHolds();
    }

    /// <summary>A tenth of the hold, asked for again while another capture is under way.</summary>
    private async Task<bool> TakePart(string paymentId)
    {
        while (true)
        {
            var (status, body, _) = await client.Follow(paymentId, "capture", new { amountToCapture = 10, finalCapture = false });
            if (status == HttpStatusCode.OK)
            {
                return true;
            }

            Assert.Equal("INVALID_STATE", body.Code());
            if (body.GetProperty("error").GetProperty("details").Text("state") == "succeeded")
            {
                return false;
            }
        }
    }

    private async Task<(string OrderId, string PaymentId)> Held()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        var (_, payment, _) = await client.PayByCard(orderId);
        Assert.Equal("requires_capture", payment.Text("status"));
        return (orderId, payment.Text("id"));
    }

    private Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Pay(
        string orderId, string cardToken, bool onTheOrder, string? key) => onTheOrder
        ? client.Post($"/api/payments/orders/{orderId}/pay", new { paymentMethod = "card", paymentDetails = new { cardToken } }, key)
        : client.Post("/api/payments", new { orderId, paymentMethod = "card", paymentDetails = new { cardToken } }, key);
}
