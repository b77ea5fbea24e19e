using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Stripe;
using PaymentGateway.Tests.Connectors;

namespace PaymentGateway.Tests.Conformance;

internal sealed class StripeKit : SimulatorKit
{
    private const string Key = "sk_test_kit";

    private GuardedConnector? connector;
    private ProcessorAccount? account;

    internal override GuardedConnector Connector => connector!;

    internal override ProcessorAccount Account => account!;

    protected override string MoneyPath => "/v1/";

    protected override string SetupPath => "/v1/setup_intents";

    public static async Task<ProcessorKit> Start() => await StartStripe();

    internal static async Task<StripeKit> StartStripe()
    {
        var kit = new StripeKit();
        await kit.StartSimulator("stripe");
        kit.account = new("pacc_kit", kit.Tenant, "stripe", new Dictionary<string, string>
        {
            [StripeConnector.SecretKey] = Key,
            ["webhookSecret"] = await kit.RegisterEndpoint(),
        });
        var http = new ProcessorHttp(ProcessorHttp.NewClient(), TimeProvider.System, NullLogger<ProcessorHttp>.Instance);
        var client = new StripeClient(http, ConnectorSettings.Official(kit.Simulator.Address), new TestAccounts(kit.account));
        kit.connector = Guarded(new StripeConnector(client, TimeProvider.System));
        return kit;
    }

    internal override Task<string?> Token(TestCard card) => Task.FromResult<string?>(card switch
    {
        TestCard.Good or TestCard.Kept => "pm_card_visa",
        TestCard.Declined or TestCard.SetupDeclined => "pm_card_visa_chargeDeclined",
        TestCard.NoFunds => "pm_card_visa_chargeDeclinedInsufficientFunds",
        TestCard.Expired => "pm_card_chargeDeclinedExpiredCard",
        TestCard.WrongCvv => "pm_card_chargeDeclinedIncorrectCvc",
        TestCard.Challenged or TestCard.SetupChallenged => "pm_card_threeDSecure2Required",
        TestCard.RefundPending => "pm_card_pendingRefund",
        TestCard.RefundFails => "pm_card_refundFail",
        _ => null,
    });

    internal override async Task Answer(NextAction action, bool passes)
    {
        var page = new Uri(action.Url!);
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["outcome"] = passes ? "complete" : "fail",
            ["client_secret"] = page.Query.Split("client_secret=")[1],
        });
        using var answered = await browser.PostAsync(page, form, Cancel);
        Assert.True((int)answered.StatusCode < 400, await answered.Content.ReadAsStringAsync(Cancel));
    }

    internal override async Task<bool> OpenDispute(string chargeKey, string chargeReference)
    {
        var intent = (await Objects("payment_intent")).Single(one => (string?)one["id"] == chargeReference);
        return await Control("", new { @do = "open_dispute", charge = (string?)intent["latest_charge"] });
    }

    internal override async Task<(int Payments, Money Captured)> AtProcessor(string chargeKey)
    {
        var mine = (await Objects("payment_intent"))
            .Where(one => (string?)one["metadata"]?["charge"] == chargeKey && (string?)one["payment_method"] is not null).ToList();
        return (mine.Count, Money.FromMinor(mine.Sum(one => (long)one["amount_received"]!), Currency));
    }

    private async Task<string> RegisterEndpoint()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhook_endpoints");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["url"] = ReceiverUrl, ["enabled_events[0]"] = "*" });
        using var made = await Simulator.Http.SendAsync(request, Cancel);
        return (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["secret"]!;
    }
}
