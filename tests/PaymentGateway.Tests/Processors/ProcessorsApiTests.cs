using System.Net;
using System.Text.Json;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Processors;

/// <summary>A server beside the simulator of Stripe: accounts, and payments through them from the merchant's call to the webhook.</summary>
public sealed class ProcessorsApiTests : IAsyncLifetime
{
    private const string Account = "/api/payments/processors/stripe/account";
    private const string Secret = "sk_test_of_the_merchant_4242";

    private RunningSimulator stripe = null!;
    private TestGateway gateway = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stripe = await RunningSimulator.Start("stripe");
        gateway = await TestGateway.Start(variables: [("STRIPE_API_URL", stripe.Address), ("ROLE", "api")]);
        client = gateway.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await gateway.DisposeAsync();
        await stripe.DisposeAsync();
    }

    [Fact]
    public async Task A_processor_says_what_an_account_there_is_made_of()
    {
        var stripeView = (await client.GetJson("/api/payments/processors")).GetProperty("data").EnumerateArray()
            .Single(one => one.Text("processor") == "stripe");
        Assert.True(stripeView.GetProperty("needsAccount").GetBoolean());
        Assert.Contains(stripeView.GetProperty("accountFields").EnumerateArray(), field =>
            field.Text("name") == "secretKey" && field.GetProperty("secret").GetBoolean() && field.GetProperty("required").GetBoolean());
        Assert.False(stripeView.TryGetProperty("account", out _));
        var (unknown, body, _) = await client.Call(HttpMethod.Get, "/api/payments/processors/nobody");
        Assert.Equal((HttpStatusCode.NotFound, "PROCESSOR_NOT_FOUND"), (unknown, body.Code()));
    }

    [Fact]
    public async Task Keys_are_never_shown_again_and_stand_in_no_row_in_the_clear()
    {
        var account = await Connect();
        Assert.Equal("***4242", account.GetProperty("fields").Text("secretKey"));
        Assert.Equal("pk_test_mine", account.GetProperty("fields").Text("publishableKey"));
        Assert.Equal($"{gateway.Address}api/payments/webhooks/stripe/{account.Text("id")}", account.Text("webhookUrl"));

        var everything = await client.GetStringAsync("/api/payments/audit-logs", Cancel)
            + await gateway.Query<string>("SELECT coalesce(string_agg(a::text, ' '), '') FROM processors.accounts a")
            + await gateway.Query<string>("SELECT coalesce(string_agg(k::text, ' '), '') FROM http.idempotency_keys k");
        Assert.Contains("processor_account.create", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"fields":{"secretKey":"sk_live_x"}}""", "secretKey", "must begin with sk_test_ or rk_test_")]
    [InlineData("""{"fields":{"webhookSecret":"whsec_x"}}""", "secretKey", "is required")]
    [InlineData("""{"fields":{"secretKey":"sk_test_x","colour":"red"}}""", "colour", "is not known: secretKey")]
    [InlineData("""{"fields":{"secretKey":"sk_test_x\nHost: evil"}}""", "secretKey", "must begin with")]
    public async Task A_wrong_field_is_named(string json, string field, string sentence)
    {
        var (status, body, _) = await client.Call(HttpMethod.Put, Account, JsonDocument.Parse(json).RootElement);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var said = body.GetProperty("error").GetProperty("details").GetProperty("fields").GetProperty($"fields.{field}")[0].GetString();
        Assert.StartsWith(sentence, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_out_stays_and_an_empty_text_removes_a_field()
    {
        var first = await Connect();
        var (_, second, _) = await client.Call(HttpMethod.Put, Account, new { priority = 7, fields = new { publishableKey = "" } });
        Assert.Equal((first.Text("id"), 7), (second.Text("id"), second.GetProperty("priority").GetInt32()));
        Assert.Equal("***4242", second.GetProperty("fields").Text("secretKey"));
        Assert.False(second.GetProperty("fields").TryGetProperty("publishableKey", out _));
    }

    [Fact]
    public async Task The_sandbox_needs_no_account_and_another_merchant_has_none_of_ours()
    {
        await Connect();
        var (status, body, _) = await client.Call(HttpMethod.Put, "/api/payments/processors/sandbox/account", new { });
        Assert.Equal((HttpStatusCode.BadRequest, "NOT_SUPPORTED"), (status, body.Code()));
        using var other = gateway.ClientOf(gateway.Shops[1]);
        Assert.False((await other.GetJson("/api/payments/processors/stripe")).TryGetProperty("account", out _));
        var (missing, refused, _) = await other.Call(HttpMethod.Post, $"{Account}/test");
        Assert.Equal((HttpStatusCode.NotFound, "PROCESSOR_ACCOUNT_NOT_FOUND"), (missing, refused.Code()));
    }

    [Fact]
    public async Task Thirty_two_at_once_make_one_account()
    {
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.Call(HttpMethod.Put, Account, new { priority = i, fields = new { secretKey = Secret } })));
        Assert.Equal((1L, 32L), await gateway.Query<(long, long)>("SELECT count(*), max(version)::bigint FROM processors.accounts"));
    }

    [Fact]
    public async Task A_connection_is_tested_and_an_account_forgotten()
    {
        await Connect();
        Assert.True((await client.Call(HttpMethod.Post, $"{Account}/test")).Body.GetProperty("ok").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await client.Call(HttpMethod.Delete, Account)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.Call(HttpMethod.Delete, Account)).Status);
        Assert.Equal("INVALID_TOKEN", (await Pay("pm_card_visa")).Code());
    }

    [Fact]
    public async Task A_payment_goes_through_stripe_is_captured_and_refunded_and_the_books_hold()
    {
        await Connect();
        var payment = await Pay("pm_card_visa", capture: "manual");
        Assert.Equal(("requires_capture", "stripe"), (payment.Text("status"), await ConnectorOf(payment)));
        var id = payment.Text("id");
        var (_, captured, _) = await client.Call(HttpMethod.Post, $"/api/payments/payment-intents/{id}/capture", new { amountToCapture = 60 });
        Assert.Equal("succeeded", captured.Text("status"));
        var (_, refund, _) = await client.Call(HttpMethod.Post, "/api/payments/refunds", new { paymentId = id, amount = 20 });
        Assert.Equal("succeeded", refund.Text("status"));
        await gateway.AssertBookHolds();
        Assert.Equal(0, (int)(await stripe.Look())["requestViolations"]!);
    }

    [Fact]
    public async Task The_page_keeps_its_card_form_when_a_processor_without_one_comes_first()
    {
        await Connect();
        await client.Call(HttpMethod.Put, Account, new { fields = new { publishableKey = "" } });
        var (_, order, _) = await client.Call(HttpMethod.Post, "/api/payments/orders", new { amount = 100, currency = "USD" });
        var page = await client.GetStringAsync($"/checkout/{order.Text("orderId")}", Cancel);
        Assert.Contains("/sandbox/tokenizer", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pm_card_visa_chargeDeclined", "CARD_DECLINED")]
    [InlineData("pm_card_chargeDeclinedProcessingError", "PROCESSING_ERROR")]
    [InlineData("pm_unknown", "PROCESSOR_REJECTED")]
    public async Task A_decline_is_said_in_our_words(string token, string code)
    {
        await Connect();
        var payment = await Pay(token);
        Assert.Equal(code, payment.Text("failureCode"));
    }

    [Fact]
    public async Task A_customer_who_comes_back_from_the_bank_is_believed_only_when_stripe_says_so()
    {
        await Connect();
        var payment = await Pay("pm_card_threeDSecure2Required", expected: "requires_action");
        var url = payment.GetProperty("nextAction").Text("url");
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["outcome"] = "complete",
            ["client_secret"] = new Uri(url).Query.Split("client_secret=")[1],
        });
        using var answered = await browser.PostAsync(new Uri(url), form, Cancel);
        await gateway.Execute("UPDATE payments.charges SET check_at = now() - interval '1 minute' WHERE check_at IS NOT NULL");
        await gateway.ResolveOnce();
        Assert.Equal("succeeded", (await client.GetJson($"/api/payments/{payment.Text("id")}")).Text("status"));
    }

    private async Task<JsonElement> Connect()
    {
        var (status, body, _) = await client.Call(
            HttpMethod.Put, Account, new { fields = new { secretKey = Secret, publishableKey = "pk_test_mine" } }, idempotencyKey: Id.New("key", TimeProvider.System));
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body;
    }

    private async Task<JsonElement> Pay(string token, string capture = "automatic", string? expected = null)
    {
        var (_, body, _) = await client.Call(HttpMethod.Post, "/api/payments/payment-intents", new
        {
            amount = 100,
            currency = "USD",
            captureMethod = capture,
            paymentMethod = "card",
            paymentDetails = new { cardToken = token },
            returnUrl = "https://shop.example/return",
            confirm = true,
        });
        var payment = body.TryGetProperty("error", out var error) && error.TryGetProperty("details", out var details) && details.TryGetProperty("payment", out var declined)
            ? declined
            : body;
        Assert.True(expected is null || payment.Text("status") == expected, body.ToString());
        return payment;
    }

    private async Task<string> ConnectorOf(JsonElement payment) => await gateway.Query<string>(
        "SELECT connector FROM payments.charges WHERE payment_id = @id ORDER BY id DESC LIMIT 1", new { id = payment.Text("id") });
}
