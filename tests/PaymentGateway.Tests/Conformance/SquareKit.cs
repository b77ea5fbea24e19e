using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Square;
using PaymentGateway.Tests.Connectors;

namespace PaymentGateway.Tests.Conformance;

internal sealed class SquareKit : SimulatorKit
{
    private const string AccessToken = "EAAAkit";

    private GuardedConnector? connector;
    private ProcessorAccount? account;

    internal override GuardedConnector Connector => connector!;

    internal override ProcessorAccount Account => account!;

    protected override string MoneyPath => "/v2/";

    protected override string SetupPath => "/v2/cards";

    public static async Task<ProcessorKit> Start() => await StartSquare();

    internal static async Task<SquareKit> StartSquare()
    {
        var kit = new SquareKit();
        await kit.StartSimulator("square");
        kit.account = new("pacc_kit", kit.Tenant, "square", new Dictionary<string, string>
        {
            [SquareKeys.AccessToken] = AccessToken,
            [SquareKeys.LocationId] = "LMAINUSD00001",
            [SquareKeys.SignatureKey] = await kit.Subscribe(),
        });
        kit.connector = kit.With(kit.account);
        return kit;
    }

    /// <summary>The connector of a merchant with another account.</summary>
    internal GuardedConnector With(ProcessorAccount other)
    {
        var http = new ProcessorHttp(ProcessorHttp.NewClient(), TimeProvider.System, NullLogger<ProcessorHttp>.Instance);
        var client = new SquareClient(http, ConnectorSettings.Official(Simulator.Address), new TestAccounts(other));
        return Guarded(new SquareConnector(client, TimeProvider.System));
    }

    /// <summary>Our account with another value of a field.</summary>
    internal ProcessorAccount AccountWith(string field, string value) =>
        Account with { Fields = new Dictionary<string, string>(Account.Fields) { [field] = value } };

    internal override async Task<string?> Token(TestCard card)
    {
        // Square has no card for it; its simulator is told.
        if (card == TestCard.RefundFails)
        {
            await Control("", new { @do = "next_refund", outcome = "failed" });
        }

        return card switch
        {
            TestCard.Good or TestCard.Kept or TestCard.RefundPending or TestCard.RefundFails => "cnon:card-nonce-ok",
            TestCard.Declined or TestCard.SetupDeclined => "cnon:card-nonce-declined",
            TestCard.NoFunds => "cnon:gift-card-nonce-insufficient-funds",
            TestCard.Expired => "cnon:card-nonce-rejected-expiration",
            TestCard.WrongCvv => "cnon:card-nonce-rejected-cvv",
            // The payer is asked in the browser, before there is a token.
            _ => null,
        };
    }

    internal override Instrument Unverified { get; } =
        new Instrument.Saved("card", "pm_kit", CardOnFile.Of("C1", "ccof:customer-card-id-requires-verification"));

    internal override Task Answer(NextAction action, bool passes) => throw new NotSupportedException("Square asks the payer in the browser.");

    // There is no time in Square's signature.
    internal override Task<bool> Misbehave(WebhookFault fault) =>
        fault is WebhookFault.Expired or WebhookFault.Future ? Task.FromResult(false) : base.Misbehave(fault);

    internal override Task<bool> OpenDispute(string chargeKey, string chargeReference) =>
        Control("", new { @do = "open_dispute", payment = chargeReference });

    internal override async Task Settle() => await Control("", new { @do = "pay_out" });

    internal override async Task<(int Payments, Money Captured)> AtProcessor(string chargeKey)
    {
        var mine = (await Objects("payment")).Where(one => (string?)one["reference_id"] == chargeKey).ToList();
        var captured = mine.Where(one => (string?)one["status"] == "COMPLETED").Sum(one => (long)one["total_money"]!["amount"]!);
        return (mine.Count, Money.FromMinor(captured, Currency));
    }

    private async Task<string> Subscribe()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/webhooks/subscriptions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        request.Content = JsonContent.Create(new
        {
            idempotency_key = "kit",
            subscription = new
            {
                name = "Kit",
                notification_url = ReceiverUrl,
                event_types = new[] { "payment.created", "payment.updated", "refund.created", "refund.updated", "dispute.created", "dispute.state.updated", "card.created" },
            },
        });
        using var made = await Simulator.Http.SendAsync(request, Cancel);
        return (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["subscription"]!["signature_key"]!;
    }
}
