using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Hosting;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.SetupIntents;

/// <summary>
/// A server beside the simulators of Stripe and Square: which of them a card's token goes to, and a set-up from call to webhook.
/// </summary>
public sealed class ProcessorSetupTests : IAsyncLifetime
{
    private readonly Dictionary<string, RunningSimulator> simulators = [];
    private TestGateway gateway = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in new[] { "stripe", "square" })
        {
            simulators[name] = await RunningSimulator.Start(name);
        }

        gateway = await TestGateway.Start(variables: [.. simulators.Select(one => ($"{one.Key.ToUpperInvariant()}_API_URL", one.Value.Address))]);
        client = gateway.Client();
        var demo = new DemoProcessors(new ConnectorSettings
        {
            Stripe = ConnectorSettings.Official(simulators["stripe"].Address),
            Square = ConnectorSettings.Official(simulators["square"].Address),
        });
        foreach (var name in simulators.Keys)
        {
            var account = await demo.Open(name, new Uri(gateway.Address, $"/api/payments/webhooks/{name}").ToString(), Cancel);
            var (status, body, _) = await client.Call(HttpMethod.Put, $"/api/payments/processors/{name}/account", new { fields = account.Fields });
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created, body.ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await gateway.DisposeAsync();
        foreach (var simulator in simulators.Values)
        {
            await simulator.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_card_is_set_up_and_saved_at_the_processor_that_made_its_token()
    {
        foreach (var processor in new[] { "stripe", "square", "sandbox" })
        {
            var (status, setup, _) = await SetUp(new { cardToken = await TokenOf(processor) });
            Assert.True(status == HttpStatusCode.Created, setup.ToString());
            Assert.Equal(("succeeded", processor), (setup.Text("status"), setup.Text("connector")));
            var method = await client.GetJson($"/api/payments/payment-methods/{setup.Text("paymentMethodId")}");
            Assert.Equal(("active", processor), (method.Text("status"), method.Text("connector")));

            var methods = $"/api/payments/customers/{await client.CreateCustomer()}/payment-methods";
            var attached = await client.Post(methods, new { cardToken = await TokenOf(processor) });
            Assert.Equal((HttpStatusCode.Created, processor), (attached.Status, attached.Body.Text("connector")));
            Assert.Equal("INVALID_TOKEN", (await client.Post(methods, new { cardToken = "of_nobody" })).Body.Code());
        }

        Assert.Equal("INVALID_TOKEN", (await SetUp(new { cardToken = "of_nobody" })).Body.Code());
        Assert.Equal("INVALID_TOKEN", (await SetUp(new { cardToken = "pm_card_visa", processor = "hdfc" })).Body.Code());
        var elsewhere = await SetUp(new { cardToken = "pm_card_visa", processor = "square" });
        Assert.Equal("INVALID_TOKEN", elsewhere.Body.Setup().GetProperty("lastError").Text("code"));
        Assert.Equal("CARD_DECLINED", (await SetUp(new { cardToken = "pm_card_visa_chargeDeclined" })).Body.Code());
    }

    [Fact]
    public async Task The_bank_is_asked_and_the_webhook_tells_what_it_said()
    {
        var (_, setup, _) = await SetUp(new { cardToken = "pm_card_threeDSecure2Required" });
        Assert.Equal("requires_action", setup.Text("status"));
        var page = new Uri(setup.GetProperty("nextAction").Text("url"));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["outcome"] = "complete",
            ["client_secret"] = page.Query.Split("client_secret=")[1],
        });
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        using var answered = await browser.PostAsync(page, form, Cancel);
        Assert.StartsWith("https://shop.example/settings", answered.Headers.Location?.OriginalString, StringComparison.Ordinal);

        var done = await client.Becomes($"{SetupCalls.Setups}/{setup.Text("id")}", "succeeded");
        Assert.Equal("Y", done.GetProperty("threeDSecure").Text("transStatus"));
        Assert.Equal("3220", done.GetProperty("card").Text("last4"));
    }

    private async Task<string> TokenOf(string processor) => processor switch
    {
        "stripe" => "pm_card_visa",
        "square" => "cnon:card-nonce-ok",
        _ => await client.Token("4242424242424242"),
    };

    private async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> SetUp(object details) => await client.Post(
        SetupCalls.Setups,
        new
        {
            customerId = await client.CreateCustomer(),
            paymentMethod = "card",
            paymentDetails = details,
            confirm = true,
            returnUrl = "https://shop.example/settings",
        });
}
