using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>Every way to pay, over HTTP as a shop and its customer do it.</summary>
public sealed class WaysToPayTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string ChallengeCard = "4000002500003155";

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Three_d_secure_is_approved_at_the_bank()
    {
        var orderId = await client.CreateOrder(100m);
        var (status, payment, _) = await client.PayByCard(orderId, ChallengeCard);
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("requires_action", payment.Text("status"));
        Assert.Equal("three_d_secure", payment.GetProperty("nextAction").Text("type"));

        Assert.Equal(HttpStatusCode.SeeOther, await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve"));

        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Fact]
    public async Task Three_d_secure_is_refused_at_the_bank_and_another_card_pays()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, ChallengeCard);

        await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "refuse");

        var refused = await AssertStatus(orderId, payment, "requires_payment_method", "attempted");
        Assert.Equal("AUTHENTICATION_ABANDONED", refused.Text("failureCode"));
        Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(orderId)).Status);
        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Fact]
    public async Task Three_d_secure_with_a_wrong_password_fails_after_three_tries()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, ChallengeCard);
        var page = payment.GetProperty("nextAction").Text("url");

        await SandboxWorld.AnswerAtBank(page, "approve", otp: "0000");
        await SandboxWorld.AnswerAtBank(page, "approve", otp: "0000");
        await AssertStatus(orderId, payment, "requires_action", "attempted");
        await SandboxWorld.AnswerAtBank(page, "approve", otp: "0000");

        await AssertStatus(orderId, payment, "requires_payment_method", "attempted");
    }

    [Fact]
    public async Task Three_d_secure_before_a_hold_leads_to_a_hold()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        var (_, payment, _) = await client.PayByCard(orderId, ChallengeCard);

        await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve");

        await AssertStatus(orderId, payment, "requires_capture", "attempted");
        await client.Post($"/api/payments/payment-intents/{payment.Text("id")}/capture", new { });
        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Fact]
    public async Task Upi_succeeds_at_once()
    {
        var orderId = await client.CreateOrder(100m);
        var (status, payment, _) = await Pay(orderId, "upi", new { vpa = "success@pgtestupi" });
        Assert.Equal(HttpStatusCode.Created, status);
        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Fact]
    public async Task Upi_is_declined()
    {
        var orderId = await client.CreateOrder(100m);
        var (status, error, _) = await Pay(orderId, "upi", new { vpa = "failure@pgtestupi" });
        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        Assert.Equal("UPI_DECLINED", error.Code());
        await AssertStatus(orderId, error.GetProperty("error").GetProperty("details").GetProperty("payment"), "requires_payment_method", "attempted");
    }

    [Fact]
    public async Task Upi_that_is_pending_succeeds_after_a_while()
    {
        var orderId = await client.CreateOrder(100m);
        var (status, payment, _) = await Pay(orderId, "upi", new { vpa = "pending@pgtestupi" });
        Assert.Equal(HttpStatusCode.Accepted, status);

        shared.Clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();

        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Theory]
    [InlineData("collect", "upi_collect")]
    [InlineData("intent", "upi_intent")]
    [InlineData("qr", "qr_code")]
    public async Task Upi_is_approved_in_the_app(string flow, string type)
    {
        var orderId = await client.CreateOrder(123.45m);
        var (_, payment, _) = flow == "collect"
            ? await Pay(orderId, "upi", new { vpa = "someone@somebank" })
            : await Pay(orderId, "upi", new { flow });
        var action = payment.GetProperty("nextAction");
        Assert.Equal(type, action.Text("type"));
        if (flow != "collect")
        {
            Assert.StartsWith("upi://pay?", action.Text("url"), StringComparison.Ordinal);
            Assert.Contains("am=123.45", action.Text("qr"), StringComparison.Ordinal);
        }

        await SandboxWorld.AnswerAtBank(action.Text("testUrl"), "approve");

        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Fact]
    public async Task Upi_that_nobody_approves_times_out()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await Pay(orderId, "upi", new { flow = "qr" });

        shared.Clock.Advance(TimeSpan.FromMinutes(6));
        await gateway.NotifyOnce();

        var failed = await AssertStatus(orderId, payment, "requires_payment_method", "attempted");
        Assert.Equal("UPI_TIMEOUT", failed.Text("failureCode"));
    }

    [Fact]
    public async Task Upi_takes_rupees_only()
    {
        var (_, order, _) = await client.Post("/api/payments/orders", new { amount = 10, currency = "USD" });
        var (status, error, _) = await Pay(order.Text("id"), "upi", new { flow = "qr" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("UNSUPPORTED_CURRENCY", error.Code());
    }

    [Theory]
    [InlineData("netbanking", "approve", "succeeded", "paid")]
    [InlineData("netbanking", "refuse", "requires_payment_method", "attempted")]
    [InlineData("wallet", "approve", "succeeded", "paid")]
    [InlineData("wallet", "refuse", "requires_payment_method", "attempted")]
    public async Task A_bank_or_a_wallet_is_asked_by_redirect(string method, string answer, string paymentStatus, string orderStatus)
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await Pay(orderId, method, method == "wallet" ? new { wallet = "paytm" } : new { bankCode = "HDFC" });
        Assert.Equal("redirect_to_url", payment.GetProperty("nextAction").Text("type"));

        await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), answer);

        await AssertStatus(orderId, payment, paymentStatus, orderStatus);
    }

    [Fact]
    public async Task A_waiting_attempt_is_given_up_and_another_way_pays()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, payment, _) = await client.PayByCard(orderId, ChallengeCard);
        Assert.Equal("INVALID_STATE", (await client.PayByCard(orderId)).Body.Code());

        var (status, abandoned, _) = await client.Post($"/api/payments/orders/{orderId}/abandon", new { });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("requires_payment_method", abandoned.Text("status"));
        await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), "approve");
        Assert.Equal(0, (await gateway.AtProcessor(orderId)).Captured);
        Assert.Equal(HttpStatusCode.Created, (await Pay(orderId, "upi", new { vpa = "success@pgtestupi" })).Status);
        await AssertStatus(orderId, payment, "succeeded", "paid");
        Assert.Equal(10000, (await gateway.AtProcessor(orderId)).Captured);
    }

    [Fact]
    public async Task A_payment_that_failed_ten_times_cannot_be_tried_again()
    {
        var orderId = await client.CreateOrder(100m);
        (HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response) last = default;
        for (var attempt = 0; attempt < 11; attempt++)
        {
            last = await client.PayByCard(orderId, "4000000000000002");
        }

        Assert.Equal(HttpStatusCode.Conflict, last.Status);
        Assert.Equal(10, (await gateway.AtProcessor(orderId)).Charges);
        Assert.Equal(HttpStatusCode.OK, (await client.Post($"/api/payments/orders/{orderId}/cancel", new { })).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_order_whose_time_is_over_is_expired_and_tells_so(bool waitsForCustomer)
    {
        var orderId = await client.CreateOrder(100m, new { expiresIn = 60 });
        if (waitsForCustomer)
        {
            await client.PayByCard(orderId, ChallengeCard);
        }

        shared.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("ORDER_EXPIRED", (await Pay(orderId, "upi", new { vpa = "success@pgtestupi" })).Body.Code());
        await gateway.ExpireOnce();
        await gateway.ExpireOnce();

        Assert.Equal("expired", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.expired"));
        var (status, error, _) = await Pay(orderId, "upi", new { vpa = "success@pgtestupi" });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("ORDER_EXPIRED", error.Code());
    }

    [Fact]
    public async Task An_order_that_is_held_does_not_expire()
    {
        var orderId = await client.CreateOrder(100m, new { expiresIn = 60, captureMethod = "manual" });
        var (_, payment, _) = await client.PayByCard(orderId);
        shared.Clock.Advance(TimeSpan.FromHours(1));
        await gateway.ExpireOnce();
        Assert.Equal("requires_capture", (await client.GetJson($"/api/payments/{payment.Text("id")}")).Text("status"));
        Assert.Equal(HttpStatusCode.OK, (await client.Post($"/api/payments/payment-intents/{payment.Text("id")}/capture", new { })).Status);
        await AssertStatus(orderId, payment, "succeeded", "paid");
    }

    [Fact]
    public async Task An_expired_card_token_is_refused()
    {
        var orderId = await client.CreateOrder(100m, new { expiresIn = 7200 });
        var cardToken = await client.CardToken();
        shared.Clock.Advance(TimeSpan.FromMinutes(61));

        var (status, error, _) = await Pay(orderId, "card", new { cardToken });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("INVALID_TOKEN", error.Code());
    }

    [Fact]
    public async Task A_page_pays_with_the_publishable_key_and_the_client_secret_and_sees_no_more_than_it_must()
    {
        var (_, order, _) = await client.Post("/api/payments/orders",
            new { amount = 100, currency = "INR", customerEmail = "a@example.com", metadata = new { secretMargin = 40 } });
        using var page = new HttpClient { BaseAddress = gateway.Address };
        page.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Shop.ApiKey);
        var (id, clientSecret) = (order.Text("id"), order.Text("clientSecret"));

        var seen = await page.GetJson($"/api/payments/orders/{id}?clientSecret={clientSecret}");
        var (status, payment, response) = await page.Post($"/api/payments/orders/{id}/pay",
            new { clientSecret, paymentMethod = "card", paymentDetails = new { cardToken = await page.CardToken() } });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.All(new[] { seen, payment, payment.GetProperty("charges")[0] }, view =>
        {
            Assert.All((string[])["metadata", "customerEmail", "clientSecret", "fee", "connector", "reference"],
                hidden => Assert.False(view.TryGetProperty(hidden, out _), hidden));
        });
        Assert.True(response.Headers.Contains("X-RateLimit-Limit"));
        Assert.True(response.Headers.Contains("X-RateLimit-Remaining"));
        Assert.True(response.Headers.Contains("X-RateLimit-Reset"));
        await AssertStatus(id, payment, "succeeded", "paid");
    }

    private Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Pay(string orderId, string paymentMethod, object paymentDetails) =>
        client.Post("/api/payments", new { orderId, paymentMethod, paymentDetails });

    private async Task<JsonElement> AssertStatus(string orderId, JsonElement payment, string paymentStatus, string orderStatus)
    {
        var now = await client.GetJson($"/api/payments/{payment.Text("id")}");
        Assert.Equal(paymentStatus, now.Text("status"));
        Assert.Equal(orderStatus, (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        return now;
    }
}
