using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Hosting;

/// <summary>What the demo's merchant has at a processor's simulator, and what its customer pays with there.</summary>
/// <param name="CardToken">As the processor's own library in a browser would give it; null: the customer pays at the processor's own page.</param>
/// <param name="Currency">One that the processor takes.</param>
/// <param name="Wallet">What that page is called; null: it is paid by card.</param>
internal sealed record DemoAccount(IReadOnlyDictionary<string, string> Fields, string? CardToken, string Currency, string? Wallet = null);

/// <summary>
/// Plays what a merchant does in a processor's own dashboard, at its simulator: makes keys and a webhook, and has a card tokenized. It
/// talks to the simulator only, by the addresses of test mode.
/// </summary>
internal sealed class DemoProcessors(ConnectorSettings settings)
{
    public static IReadOnlyList<string> Known { get; } = ["sandbox", "stripe", "paypal", "square", "hdfc"];

    /// <param name="webhookUrl">Where the processor is to send its messages.</param>
    public Task<DemoAccount> Open(string processor, string webhookUrl, CancellationToken cancel) => processor switch
    {
        "stripe" => OpenStripe(webhookUrl, cancel),
        "paypal" => OpenPaypal(webhookUrl, cancel),
        "square" => OpenSquare(webhookUrl, cancel),
        "hdfc" => OpenHdfc(webhookUrl, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(processor), processor, "Not a processor with accounts."),
    };

    private async Task<DemoAccount> OpenStripe(string webhookUrl, CancellationToken cancel)
    {
        using var endpoint = new FormUrlEncodedContent(new Dictionary<string, string> { ["url"] = webhookUrl, ["enabled_events[0]"] = "*" });
        var made = await Send(HttpMethod.Post, settings.Stripe, "/v1/webhook_endpoints", new("Bearer", "sk_test_demo"), endpoint, cancel);
        return new(
            new Dictionary<string, string> { ["secretKey"] = "sk_test_demo", ["webhookSecret"] = made.Needed("secret") }, "pm_card_visa", "USD");
    }

    private async Task<DemoAccount> OpenPaypal(string webhookUrl, CancellationToken cancel)
    {
        using var endpoint = Json(new { url = webhookUrl, event_types = new[] { new { name = "*" } } });
        var webhook = await Send(HttpMethod.Post, settings.Paypal, "/v1/notifications/webhooks", await PaypalToken(cancel), endpoint, cancel);
        return new(
            new Dictionary<string, string> { ["clientId"] = "demo", ["clientSecret"] = "demosecret", ["webhookId"] = webhook.Needed("id") },
            await PaypalCard(cancel), "USD");
    }

    /// <summary>A card as PayPal's own fields in a browser would hand it over, for one payment.</summary>
    public async Task<string> PaypalCard(CancellationToken cancel)
    {
        using var card = Json(new { payment_source = new { card = new { number = "4111111111111111", expiry = "2030-12", security_code = "123", name = "Test User" } } });
        return (await Send(HttpMethod.Post, settings.Paypal, "/v3/vault/setup-tokens", await PaypalToken(cancel), card, cancel)).Needed("id");
    }

    private async Task<AuthenticationHeaderValue> PaypalToken(CancellationToken cancel)
    {
        using var grant = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" });
        var keys = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("demo:demosecret"u8));
        return new("Bearer", (await Send(HttpMethod.Post, settings.Paypal, "/v1/oauth2/token", keys, grant, cancel)).Needed("access_token"));
    }

    private async Task<DemoAccount> OpenSquare(string webhookUrl, CancellationToken cancel)
    {
        var token = new AuthenticationHeaderValue("Bearer", "EAAAdemo");
        using var subscription = Json(new
        {
            idempotency_key = Id.New("demo", TimeProvider.System),
            subscription = new { name = "demo", enabled = true, event_types = new[] { "payment.updated", "refund.updated" }, notification_url = webhookUrl },
        });
        var made = await Send(HttpMethod.Post, settings.Square, "/v2/webhooks/subscriptions", token, subscription, cancel);
        var locations = await Send(HttpMethod.Get, settings.Square, "/v2/locations", token, null, cancel);
        var location = locations.Items("locations").First(one => one.Text("currency") == "USD");
        return new(
            new Dictionary<string, string>
            {
                ["accessToken"] = "EAAAdemo",
                ["locationId"] = location.Needed("id"),
                ["webhookSignatureKey"] = made.Needed("subscription", "signature_key"),
            }, "cnon:card-nonce-ok", "USD");
    }

    /// <summary>What a merchant sets in the bank's dashboard, which has no API: the simulator takes it as a command.</summary>
    private async Task<DemoAccount> OpenHdfc(string webhookUrl, CancellationToken cancel)
    {
        using var dashboard = Json(new { @do = "dashboard", merchant = "demo", webhookUrl, webhookUser = "demo", webhookPassword = "demopassword" });
        var set = await Send(HttpMethod.Post, settings.Hdfc, "/_control", new("Basic", ""), dashboard, cancel);
        return new(
            new Dictionary<string, string>
            {
                ["merchantId"] = "demo",
                ["apiKey"] = "demokey",
                ["paymentPageClientId"] = "hdfcmaster",
                ["responseKey"] = set.Needed("responseKey"),
                ["webhookUser"] = "demo",
                ["webhookPassword"] = "demopassword",
            }, CardToken: null, "INR", Wallet: "smartgateway");
    }

    /// <summary>The customer at the bank's page: a card, its one-time password, and an answer that is a yes.</summary>
    /// <param name="page">Where the payment sent them.</param>
    public static async Task PayAtHdfc(Uri page, CancellationToken cancel)
    {
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        using var card = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["payment_method_type"] = "CARD",
            ["card_number"] = "4012000000001097",
            ["card_exp_month"] = "12",
            ["card_exp_year"] = "2030",
            ["card_security_code"] = "123",
        });
        using var asks = await browser.PostAsync(page, card, cancel);
        var bank = asks.Headers.Location ?? throw new StartupException($"The payment page answered {(int)asks.StatusCode} and did not go on to the bank.");
        using var password = new FormUrlEncodedContent(new Dictionary<string, string> { ["otp"] = "000000", ["outcome"] = "success" });
        using var back = await browser.PostAsync(new Uri(page, bank), password, cancel);
        if (back.Headers.Location is null)
        {
            throw new StartupException($"The bank's page answered {(int)back.StatusCode} and did not go back to the shop.");
        }
    }

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private static async Task<JsonElement> Send(
        HttpMethod method, ProcessorAddresses addresses, string path, AuthenticationHeaderValue keys, HttpContent? body, CancellationToken cancel)
    {
        if (!addresses.Test.IsLoopback)
        {
            throw new StartupException($"The demo's keys are good for a simulator only: use --with-simulators (test mode calls {addresses.Test.Host}).");
        }

        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(addresses.Test, path)) { Content = body };
        request.Headers.Authorization = keys;
        request.Headers.Add("PayPal-Request-Id", Id.New("demo", TimeProvider.System));
        using var response = await client.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.Clone()
            : throw new StartupException($"{method} {path} at the simulator answered {(int)response.StatusCode}: {text}");
    }
}
