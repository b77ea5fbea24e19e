using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>The processor's answer is lost, late, doubled or forged. Time passes only when a test says so.</summary>
public sealed class LostAnswerTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Money_that_moved_before_the_answer_was_lost_is_found_once()
    {
        var orderId = await client.CreateOrder(499.50m);

        var (status, payment, _) = await client.PayByCard(orderId, behaviour: "lost_answer");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("processing", payment.Text("status"));
        await gateway.ResolveOnce();
        Assert.Equal("processing", await StatusOf(payment.Text("id")));
        clock.Advance(TimeSpan.FromSeconds(3));
        await gateway.ResolveOnce();
        Assert.Equal("succeeded", await StatusOf(payment.Text("id")));
        clock.Advance(TimeSpan.FromHours(2));
        await gateway.ResolveOnce();
        await AssertPaidOnce(orderId, payment.Text("id"), 49950);
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.processing"));
    }

    [Fact]
    public async Task While_the_outcome_is_unknown_nobody_can_pay_again_or_cancel()
    {
        var orderId = await client.CreateOrder(499.50m);
        var (_, payment, _) = await client.PayByCard(orderId, behaviour: "lost_answer");

        Assert.Equal("INVALID_STATE", (await client.PayByCard(orderId)).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/orders/{orderId}/cancel", new { })).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/orders/{orderId}/abandon", new { })).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/payment-intents/{payment.Text("id")}/capture", new { })).Body.Code());
        clock.Advance(TimeSpan.FromDays(1));
        await gateway.ExpireOnce();
        await gateway.ResolveOnce();
        await AssertPaidOnce(orderId, payment.Text("id"), 49950);
    }

    [Theory]
    [InlineData("never_arrives")]
    [InlineData("error_500")]
    public async Task A_call_that_never_arrived_fails_when_that_is_certain_and_cannot_take_money_later(string behaviour)
    {
        var orderId = await client.CreateOrder(499.50m);
        var token = await client.CardToken();
        var (status, payment, _) = await client.Post(
            "/api/payments", new { orderId, paymentMethod = "card", paymentDetails = new { cardToken = token } }, behaviour: behaviour);
        Assert.Equal(HttpStatusCode.Accepted, status);

        clock.Advance(TimeSpan.FromSeconds(3));
        await gateway.ResolveOnce();
        Assert.Equal("processing", await StatusOf(payment.Text("id")));
        clock.Advance(TimeSpan.FromSeconds(70));
        await gateway.ResolveOnce();

        var failed = await client.GetJson($"/api/payments/{payment.Text("id")}");
        Assert.Equal("requires_payment_method", failed.Text("status"));
        Assert.Equal("GATEWAY_TIMEOUT", failed.Text("failureCode"));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.failed"));
        await ArriveLate(payment, token);
        Assert.Equal(0, (await gateway.AtProcessor(orderId)).Captured);

        Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(orderId)).Status);
        Assert.Equal(49950, (await gateway.AtProcessor(orderId)).Captured);
    }

    [Fact]
    public async Task A_lost_answer_to_a_capture_is_found_and_booked_once()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        var (_, payment, _) = await client.PayByCard(orderId);
        await gateway.Execute("UPDATE payments.charges SET behaviour = 'lost_answer' WHERE payment_id = @id", new { id = payment.Text("id") });

        var (status, _, _) = await client.Post($"/api/payments/payment-intents/{payment.Text("id")}/capture", new { });

        Assert.Equal(HttpStatusCode.Accepted, status);
        clock.Advance(TimeSpan.FromSeconds(3));
        await gateway.ResolveOnce();
        await AssertPaidOnce(orderId, payment.Text("id"), 10000);
    }

    [Fact]
    public async Task A_message_that_comes_twice_counts_once()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, behaviour: "duplicate_notification");

        for (var round = 0; round < 4; round++)
        {
            await gateway.NotifyOnce();
            clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(0, await gateway.Query<long>("SELECT count(*) FROM sandbox.notifications WHERE copies > 0 AND due_at IS NOT NULL"));
        await AssertPaidOnce(orderId, payment.Text("id"), 10000);
    }

    [Fact]
    public async Task A_late_message_is_believed_when_it_comes()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, "4000002500003155", behaviour: "late_notification");
        await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve");
        Assert.Equal("requires_action", await StatusOf(payment.Text("id")));

        clock.Advance(TimeSpan.FromSeconds(11));
        await gateway.NotifyOnce();

        await AssertPaidOnce(orderId, payment.Text("id"), 10000);
    }

    [Fact]
    public async Task An_order_that_was_paid_while_it_was_canceled_is_not_called_canceled()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, "4000002500003155", behaviour: "late_notification");
        await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve");

        var (status, refused, _) = await client.Post($"/api/payments/orders/{orderId}/cancel", new { });

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("INVALID_STATE", refused.Code());
        await AssertPaidOnce(orderId, payment.Text("id"), 10000);
    }

    [Fact]
    public async Task That_money_was_held_is_no_news_once_it_was_released()
    {
        var (_, payment, _) = await client.Post("/api/payments/payment-intents", new
        {
            amount = 100,
            currency = "INR",
            captureMethod = "manual",
            confirm = true,
            paymentMethod = "card",
            paymentDetails = new { cardToken = await client.CardToken() },
        }, behaviour: "late_notification");
        var paymentId = payment.Text("id");
        Assert.Equal("requires_capture", payment.Text("status"));
        await client.Post($"/api/payments/payment-intents/{paymentId}/cancel", new { });

        clock.Advance(TimeSpan.FromSeconds(11));
        await gateway.NotifyOnce();

        Assert.Equal("canceled", await StatusOf(paymentId));
        Assert.Equal("handled", await gateway.Query<string>($"SELECT state FROM inbox.messages WHERE subject = '{ChargeOf(payment)}'"));
        Assert.Equal(0, await gateway.Query<long>($"SELECT count(*) FROM payments.payments WHERE metadata LIKE '%{paymentId}%'"));
    }

    [Fact]
    public async Task A_forged_message_changes_nothing()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, "4000002500003155");
        var message = Message(payment, gateway.Shop.MerchantId, "captured");

        Assert.Equal(HttpStatusCode.BadRequest, await Send(message, signature: new string('a', 64)));
        Assert.Equal(HttpStatusCode.BadRequest, await Send(message + " ", Sign(message)));
        Assert.Equal("requires_action", await StatusOf(payment.Text("id")));
    }

    [Fact]
    public async Task A_message_in_another_merchants_name_changes_nothing()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, "4000002500003155");
        var message = Message(payment, gateway.Shops[1].MerchantId, "captured");

        Assert.Equal(HttpStatusCode.OK, await Send(message, Sign(message)));

        Assert.Equal("requires_action", await StatusOf(payment.Text("id")));
    }

    [Theory]
    [InlineData("voided")]
    [InlineData("declined")]
    [InlineData("authorized")]
    [InlineData("pending")]
    public async Task Old_and_contradicting_news_of_a_paid_payment_change_nothing(string state)
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId);
        var message = Message(payment, gateway.Shop.MerchantId, state);

        Assert.Equal(HttpStatusCode.OK, await Send(message, Sign(message)));

        await AssertPaidOnce(orderId, payment.Text("id"), 10000);
    }

    [Fact]
    public async Task Resolver_and_message_at_the_same_instant_count_once()
    {
        var payments = new List<(string OrderId, string PaymentId)>();
        for (var i = 0; i < 20; i++)
        {
            var orderId = await client.CreateOrder(100m);
            var (_, payment, _) = await client.Post(
                "/api/payments", new { orderId, paymentMethod = "wallet", paymentDetails = new { wallet = "paytm" } }, behaviour: "late_notification");
            await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve");
            payments.Add((orderId, payment.Text("id")));
        }

        clock.Advance(TimeSpan.FromSeconds(11));
        await Task.WhenAll(gateway.ResolveOnce(), gateway.NotifyOnce(), gateway.ResolveOnce());

        foreach (var (orderId, paymentId) in payments)
        {
            await AssertPaidOnce(orderId, paymentId, 10000);
        }
    }

    /// <summary>The first call reaches the processor after all, long after everybody gave it up.</summary>
    private async Task ArriveLate(JsonElement payment, string token)
    {
        var outcome = await gateway.Get<ConnectorRegistry>().Find("sandbox")!.Authorize(
            new AuthorizeCall(
                new Tenant(gateway.Shop.MerchantId, Mode.Test), ChargeOf(payment), payment.Text("id"), Money.FromMinor(49950, Currency.INR),
                Capture: true, new Instrument.Card(token), null, null, Behaviour: null),
            CancellationToken.None);
        Assert.IsType<ConnectorOutcome.Voided>(outcome);
    }

    private async Task AssertPaidOnce(string orderId, string paymentId, long minor)
    {
        Assert.Equal("succeeded", await StatusOf(paymentId));
        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal(minor, (await gateway.AtProcessor(orderId)).Captured);
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.success"));
    }

    private async Task<string> StatusOf(string paymentId) => (await client.GetJson($"/api/payments/{paymentId}")).Text("status");

    private static string ChargeOf(JsonElement payment) => payment.GetProperty("charges")[0].Text("id");

    private static string Message(JsonElement payment, string merchantId, string state) => JsonSerializer.Serialize(new
    {
        id = Id.New("sbxmsg", TimeProvider.System),
        merchantId,
        mode = "test",
        chargeKey = ChargeOf(payment),
        reference = "sbx_test",
        state,
        summary = new { method = "card" },
        decline = state == "declined" ? new { code = "CARD_DECLINED", sentence = "No.", processorCode = "x" } : null,
    });

    private string Sign(string message) => gateway.Services.GetRequiredService<SandboxKeys>().Sign(Encoding.UTF8.GetBytes(message));

    private async Task<HttpStatusCode> Send(string message, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/api/payments/webhooks/sandbox"));
        request.Content = new StringContent(message, Encoding.UTF8, "application/json");
        request.Headers.Add(SandboxKeys.SignatureHeader, signature);
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
