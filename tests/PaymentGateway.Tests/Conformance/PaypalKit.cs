using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Paypal;
using PaymentGateway.Tests.Connectors;

namespace PaymentGateway.Tests.Conformance;

internal sealed class PaypalKit : SimulatorKit
{
    private const string GoodNumber = "4012888888881881";
    private const string ChallengedNumber = "4868719460707704";

    private GuardedConnector? connector;
    private ProcessorAccount? account;

    internal override GuardedConnector Connector => connector!;

    internal override ProcessorAccount Account => account!;

    /// <summary>Orders and authorizations are captured, and captures refunded.</summary>
    protected override string MoneyPath => "/capture";

    protected override string SetupPath => "/v3/vault/payment-tokens";

    public static async Task<ProcessorKit> Start() => await Begin();

    internal static async Task<PaypalKit> Begin()
    {
        var kit = new PaypalKit();
        await kit.StartSimulator("paypal");
        kit.account = new("pacc_kit", kit.Tenant, "paypal", new Dictionary<string, string>
        {
            [PaypalConnector.ClientId] = "client",
            [PaypalConnector.ClientSecret] = "secret",
            ["webhookId"] = await kit.RegisterWebhook(),
        });
        var test = new Uri(kit.Simulator.Address);
        kit.connector = Guarded(ConnectorOf(kit.account, new(test, test), TimeProvider.System));
        return kit;
    }

    internal static PaypalConnector ConnectorOf(ProcessorAccount account, ProcessorAddresses addresses, TimeProvider clock)
    {
        var http = new ProcessorHttp(ProcessorHttp.NewClient(), TimeProvider.System, NullLogger<ProcessorHttp>.Instance);
        var tokens = new PaypalTokens(http, addresses, clock);
        var client = new PaypalClient(http, addresses, new TestAccounts(account), tokens);
        return new(client, tokens, new(ProcessorHttp.NewClient(), addresses, clock), new(client, clock));
    }

    internal override async Task<string?> Token(TestCard card) => card switch
    {
        TestCard.Good or TestCard.Kept => await SetupToken(GoodNumber, "John Doe"),
        TestCard.Declined => await SetupToken(GoodNumber, "CCREJECT-REFUSED"),
        TestCard.NoFunds => await SetupToken(GoodNumber, "CCREJECT-IF"),
        TestCard.Expired => await SetupToken(GoodNumber, "CCREJECT-EC"),
        TestCard.WrongCvv => await SetupToken(GoodNumber, "CCREJECT-CVV_F"),
        TestCard.Challenged => await SetupToken(ChallengedNumber, "John Doe"),
        TestCard.SetupChallenged => await SetupToken(ChallengedNumber, "John Doe", verification: "SCA_ALWAYS"),
        // Refunds of cards are done at once, and the vault takes every card whose number is one.
        _ => null,
    };

    internal async Task<string> SetupToken(string number, string name, string verification = "SCA_WHEN_REQUIRED") =>
        (string)(await Ask(HttpMethod.Post, "/v3/vault/setup-tokens", new
        {
            payment_source = new { card = new { number, expiry = "2034-12", security_code = "123", name, verification_method = verification } },
        }))["id"]!;

    internal override Task Answer(NextAction action, bool passes) => action.Url!.Contains("/agreements/", StringComparison.Ordinal)
        ? Answer(action, passes ? "approve" : "cancel")
        : Answer(action, passes ? "complete" : "fail");

    /// <param name="outcome">The button that the payer presses.</param>
    /// <param name="funding">What their wallet pays from.</param>
    internal static async Task Answer(NextAction action, string outcome, string? funding = null)
    {
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        var fields = new Dictionary<string, string> { ["outcome"] = outcome };
        if (funding is not null)
        {
            fields["funding"] = funding;
        }

        using var form = new FormUrlEncodedContent(fields);
        using var answered = await browser.PostAsync(action.Url, form, Cancel);
        Assert.True((int)answered.StatusCode < 400, await answered.Content.ReadAsStringAsync(Cancel));
    }

    internal override Task<bool> Misbehave(WebhookFault fault) => fault switch
    {
        // The kept card is told first, and then the payment.
        WebhookFault.Late => Control("/faults", new { kind = "webhook_late", path = "PAYMENT.AUTHORIZATION", times = 1 }),
        // PayPal says nothing about how old a message may be.
        WebhookFault.Expired or WebhookFault.Future => Task.FromResult(false),
        _ => base.Misbehave(fault),
    };

    internal override async Task<bool> OpenDispute(string chargeKey, string chargeReference)
    {
        var capture = (await Objects("capture")).First(one => (string?)one["_order"] == chargeReference);
        return await Control("", new { @do = "open_dispute", capture = (string?)capture["id"] });
    }

    internal override async Task<(int Payments, Money Captured)> AtProcessor(string chargeKey)
    {
        var mine = (await Objects("order"))
            .Where(one => IsOf(one["purchase_units"]![0]!, chargeKey) && one["_payments"]!.AsObject().Count > 0).Select(one => (string?)one["id"]).ToList();
        var taken = (await Objects("capture"))
            .Where(one => mine.Contains((string?)one["_order"]) && (string?)one["status"] is "COMPLETED" or "PARTIALLY_REFUNDED" or "REFUNDED")
            .Sum(one => decimal.Parse((string)one["amount"]!["value"]!, System.Globalization.CultureInfo.InvariantCulture));
        return (mine.Count, Amount(taken));
    }

    private static bool IsOf(JsonNode unit, string key) => ((string?)unit["custom_id"])?.Split(' ')[0] == key;

    private async Task<string> RegisterWebhook() => (string)(await Ask(HttpMethod.Post, "/v1/notifications/webhooks", new
    {
        url = ReceiverUrl,
        event_types = new[] { new { name = "*" } },
    }))["id"]!;

    /// <summary>A call of the processor's API that is not the connector's.</summary>
    internal async Task<JsonNode> Ask(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AccessToken());
        request.Headers.Add("PayPal-Request-Id", NewKey("kit"));
        request.Headers.Add("Prefer", "return=representation");
        using var answer = await Simulator.Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<string> AccessToken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("client:secret"u8));
        using var answer = await Simulator.Http.SendAsync(request, Cancel);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["access_token"]!;
    }
}
