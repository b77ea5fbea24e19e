using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Checkout;

/// <summary>Whose card form a page shows, and what it lets in for that; paying through it is in tests/EndToEnd.</summary>
public sealed partial class ProcessorFormPagesTests
{
    private const string OwnPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-src 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    [Theory]
    [InlineData("stripe",
        "default-src 'none'; script-src 'self' https://js.stripe.com https://*.js.stripe.com; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self' https://api.stripe.com; form-action 'self'; "
        + "frame-src 'self' https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; base-uri 'none'; frame-ancestors 'none'",
        "https://js.stripe.com/v3/")]
    [InlineData("square",
        "default-src 'none'; script-src 'self' https://sandbox.web.squarecdn.com; style-src 'self' https://sandbox.web.squarecdn.com; img-src 'self' data:; "
        + "connect-src 'self' https://connect.squareupsandbox.com https://pci-connect.squareupsandbox.com; form-action 'self'; "
        + "frame-src 'self' https://sandbox.web.squarecdn.com https://connect.squareupsandbox.com https://api.squareupsandbox.com "
        + "https://geoissuer.cardinalcommerce.com; font-src https://square-fonts-production-f.squarecdn.com https://d1g145x70srn7h.cloudfront.net; "
        + "base-uri 'none'; frame-ancestors 'none'",
        "https://sandbox.web.squarecdn.com/v1/square.js")]
    [InlineData("paypal",
        "default-src 'none'; script-src 'self' https://www.paypal.com https://www.sandbox.paypal.com https://www.paypalobjects.com; "
        + "style-src 'self' 'nonce-'; img-src 'self' data: https://www.paypal.com https://www.sandbox.paypal.com https://www.paypalobjects.com; "
        + "connect-src 'self' https://www.paypal.com https://www.sandbox.paypal.com https://www.paypalobjects.com; form-action 'self'; "
        + "frame-src 'self' https://www.paypal.com https://www.sandbox.paypal.com; base-uri 'none'; frame-ancestors 'none'",
        "https://www.paypal.com/sdk/js?client-id=browser&amp;components=card-fields")]
    public async Task The_page_lets_in_the_hosts_of_the_processor_whose_form_it_shows(string processor, string policy, string library)
    {
        await using var gateway = await TestGateway.Start();
        using var shop = gateway.Client();
        await Connect(shop, processor, BrowserAccounts.FieldsOf(processor));
        var order = await NewOrder(shop);

        var page = await Get(gateway, order);

        Assert.Equal(policy, Nonce().Replace(page.Policy, "'nonce-'"));
        Assert.Contains($"data-library=\"{library}\"", page.Body, StringComparison.Ordinal);
        Assert.Contains($"name=\"processor\" value=\"{processor}\"", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/sandbox/tokenizer\" data-form=\"card\"", page.Body, StringComparison.Ordinal);

        await shop.Post($"/api/payments/orders/{order}/cancel", new { });
        Assert.Equal(OwnPolicy, (await Get(gateway, order)).Policy);
    }

    [Fact]
    public async Task No_secret_of_the_account_is_on_the_page()
    {
        await using var gateway = await TestGateway.Start();
        using var shop = gateway.Client();
        foreach (var processor in (string[])["stripe", "square", "paypal"])
        {
            await Connect(shop, processor, BrowserAccounts.FieldsOf(processor));
            await PreferAlone(shop, processor);
            var page = await Get(gateway, await NewOrder(shop));

            Assert.Contains($"value=\"{processor}\"", page.Body, StringComparison.Ordinal);
            foreach (var secret in (string[])["sk_test_browser", "EAAAbrowser", "browsersecret"])
            {
                Assert.DoesNotContain(secret, page.Body + page.Policy, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Without_what_a_browser_must_know_the_form_of_the_next_processor_is_shown()
    {
        await using var gateway = await TestGateway.Start();
        using var shop = gateway.Client();
        await Connect(shop, "stripe", new Dictionary<string, string> { ["secretKey"] = "sk_test_browser" });
        var order = await NewOrder(shop);
        var sandbox = await Get(gateway, order);
        Assert.Equal(OwnPolicy, sandbox.Policy);
        Assert.Contains("data-form=\"card\"", sandbox.Body, StringComparison.Ordinal);

        await Connect(shop, "square", BrowserAccounts.FieldsOf("square"));
        Assert.Contains("name=\"processor\" value=\"square\"", (await Get(gateway, order)).Body, StringComparison.Ordinal);

        await Connect(shop, "stripe", BrowserAccounts.FieldsOf("stripe"));
        await PreferAlone(shop, "stripe");
        Assert.Contains("name=\"processor\" value=\"stripe\"", (await Get(gateway, order)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routing_says_whose_form_it_is()
    {
        await using var gateway = await TestGateway.Start();
        using var shop = gateway.Client();
        await Connect(shop, "stripe", BrowserAccounts.FieldsOf("stripe"));
        await Connect(shop, "square", BrowserAccounts.FieldsOf("square"));
        await ReplaceRouting(shop, new
        {
            rules = new object[]
            {
                new { name = "shoes", when = new { metadata = new { shop = "shoes" } }, then = new { prefer = new[] { "square" } } },
                new { name = "hats", when = new { metadata = new { shop = "hats" } }, then = new { prefer = new[] { "sandbox" } } },
            },
            defaultOrder = new[] { "stripe" },
        });

        Assert.Contains("value=\"square\"", (await Get(gateway, await NewOrder(shop, "shoes"))).Body, StringComparison.Ordinal);
        Assert.Contains("value=\"stripe\"", (await Get(gateway, await NewOrder(shop, "bags"))).Body, StringComparison.Ordinal);
        var sandbox = await Get(gateway, await NewOrder(shop, "hats"));
        Assert.Contains("data-form=\"card\"", sandbox.Body, StringComparison.Ordinal);
        Assert.Equal(OwnPolicy, sandbox.Policy);
    }

    [Fact]
    public async Task An_account_that_takes_no_new_payments_shows_no_form()
    {
        await using var gateway = await TestGateway.Start();
        using var shop = gateway.Client();
        await Connect(shop, "stripe", BrowserAccounts.FieldsOf("stripe"), enabled: false);

        Assert.Equal(OwnPolicy, (await Get(gateway, await NewOrder(shop))).Policy);
    }

    [Fact]
    public async Task A_card_session_is_opened_for_the_form_of_this_order_only()
    {
        await using var simulator = await Simulators.RunningSimulator.Start("paypal");
        await using var gateway = await TestGateway.Start(variables: ("PAYPAL_API_URL", simulator.Address));
        using var shop = gateway.Client();
        await Connect(shop, "paypal", BrowserAccounts.FieldsOf("paypal"));
        var order = await NewOrder(shop);
        var secret = ClientSecret().Match((await Get(gateway, order)).Body).Groups["value"].Value;
        var foreign = ClientSecret().Match((await Get(gateway, await NewOrder(shop))).Body).Groups["value"].Value;

        var (status, body) = await OpenSession(gateway, order, secret, "paypal");
        Assert.Equal(HttpStatusCode.OK, status);
        var session = body.GetProperty("session").GetString();
        Assert.Equal(session, (string?)(await simulator.Look("/objects/setup_token")).AsArray().Single()!["id"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await OpenSession(gateway, order, foreign, "paypal")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await OpenSession(gateway, order, "", "paypal")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await OpenSession(gateway, order, secret, "stripe")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await OpenSession(gateway, "order_0zzzzzzzzzzzzzzzzzzzzzzzzz", secret, "paypal")).Status);

        await shop.Post($"/api/payments/orders/{order}/cancel", new { });
        Assert.Equal(HttpStatusCode.Conflict, (await OpenSession(gateway, order, secret, "paypal")).Status);
        Assert.Single((await simulator.Look("/objects/setup_token")).AsArray());
    }

    private static async Task Connect(HttpClient shop, string processor, IReadOnlyDictionary<string, string> fields, bool enabled = true)
    {
        var (status, body, _) = await shop.Call(HttpMethod.Put, $"/api/payments/processors/{processor}/account", new { enabled, fields });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    private static Task PreferAlone(HttpClient shop, string processor) => ReplaceRouting(shop, new { defaultOrder = new[] { processor } });

    private static async Task ReplaceRouting(HttpClient shop, object rules)
    {
        var version = (await shop.GetJson("/api/admin/routing")).GetProperty("version").GetInt32();
        var document = JsonSerializer.SerializeToNode(rules)!;
        document["version"] = version;
        var (status, body, _) = await shop.Call(HttpMethod.Put, "/api/admin/routing", document);
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    private static async Task<string> NewOrder(HttpClient client, string shop = "any")
    {
        var (status, body, _) = await client.Post("/api/payments/orders", new { amount = 49.9, currency = "USD", metadata = new { shop } });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.GetProperty("orderId").GetString()!;
    }

    private static async Task<(string Policy, string Body)> Get(TestGateway gateway, string order)
    {
        using var browser = new HttpClient { BaseAddress = gateway.Address };
        using var answer = await browser.GetAsync(new Uri($"/checkout/{order}", UriKind.Relative));
        return (Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> OpenSession(
        TestGateway gateway, string order, string clientSecret, string processor)
    {
        using var browser = new HttpClient { BaseAddress = gateway.Address };
        using var form = new FormUrlEncodedContent([new("clientSecret", clientSecret), new("processor", processor)]);
        using var answer = await browser.PostAsync(new Uri($"/checkout/{order}/card-session", UriKind.Relative), form);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, body.RootElement.Clone());
    }

    [GeneratedRegex("'nonce-[0-9a-f]{32}'")]
    private static partial Regex Nonce();

    [GeneratedRegex("""name="clientSecret" value="(?<value>[^"]*)">""")]
    private static partial Regex ClientSecret();
}
