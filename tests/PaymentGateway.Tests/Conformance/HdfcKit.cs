using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Hdfc;
using PaymentGateway.Tests.Connectors;

namespace PaymentGateway.Tests.Conformance;

internal sealed class HdfcKit : SimulatorKit
{
    public const string Merchant = "kit";
    public const string GoodCard = "4012000000001097";

    private GuardedConnector? connector;
    private ProcessorAccount? account;

    /// <summary>What the payer does at the page, as the form has it.</summary>
    private PagePayer payer = PagePayer.WithCard();

    internal override GuardedConnector Connector => connector!;

    internal override ProcessorAccount Account => account!;

    internal override Currency Currency => Currency.INR;

    /// <summary>A session and a refund; the payer's own pages stand elsewhere.</summary>
    protected override string MoneyPath => "s";

    public static async Task<ProcessorKit> Start() => await StartHdfc();

    internal static async Task<HdfcKit> StartHdfc()
    {
        var kit = new HdfcKit();
        await kit.StartSimulator("hdfc");
        kit.account = new("pacc_kit", kit.Tenant, "hdfc", new Dictionary<string, string>
        {
            [HdfcKeys.MerchantId] = Merchant,
            [HdfcKeys.ApiKey] = "kitkey",
            [HdfcKeys.ClientId] = "hdfcmaster",
            [HdfcKeys.WebhookUser] = "kit",
            [HdfcKeys.WebhookPassword] = "kitpassword",
        });
        await kit.Dashboard(new { @do = "dashboard", merchant = Merchant, webhookUrl = kit.ReceiverUrl, webhookUser = "kit", webhookPassword = "kitpassword" });
        kit.connector = kit.With(kit.account);
        return kit;
    }

    internal GuardedConnector With(ProcessorAccount other, TimeProvider? clock = null)
    {
        var http = new ProcessorHttp(ProcessorHttp.NewClient(), TimeProvider.System, NullLogger<ProcessorHttp>.Instance);
        var client = new HdfcClient(http, ConnectorSettings.Official(Simulator.Address), new TestAccounts(other));
        return Guarded(new HdfcConnector(client, clock ?? TimeProvider.System));
    }

    /// <summary>Our account with other values of some fields.</summary>
    internal ProcessorAccount AccountWith(params IEnumerable<(string Field, string Value)> fields)
    {
        var all = new Dictionary<string, string>(Account.Fields);
        foreach (var (field, value) in fields)
        {
            all[field] = value;
        }

        return Account with { Fields = all };
    }

    internal async Task<JsonNode> Dashboard(object settings)
    {
        using var set = await Simulator.Control("", settings);
        var text = await set.Content.ReadAsStringAsync(Cancel);
        Assert.True(set.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    internal override async Task<string?> Token(TestCard card)
    {
        if (card == TestCard.RefundFails)
        {
            await Control("", new { @do = "next_refund", outcome = "failure" });
        }

        return card switch
        {
            TestCard.Good or TestCard.RefundPending or TestCard.RefundFails => "good",
            TestCard.Declined => "declined",
            TestCard.NoFunds => "nofunds@upi",
            // The bank's words for these are not published; who pays is asked at every payment; and nothing is kept.
            _ => null,
        };
    }

    internal override Instrument InstrumentOf(string token)
    {
        payer = token switch
        {
            "good" => PagePayer.WithCard(),
            "declined" => PagePayer.WithCard(outcome: "failure"),
            _ => PagePayer.WithUpi(token),
        };
        return Page;
    }

    public static Instrument Page { get; } = new Instrument.Wallet(HdfcConnector.WalletName);

    internal override async Task<ConnectorOutcome> Finish(AuthorizeCall call, ConnectorOutcome said)
    {
        if (said is not ConnectorOutcome.ActionRequired asks)
        {
            return said;
        }

        await payer.Pay(asks.Action);
        return await Connector.Status(new(Tenant, call.Key, asks.Reference), Cancel);
    }

    internal override Task Answer(NextAction action, bool passes) => PagePayer.WithCard(otp: passes ? "000000" : "111111").Pay(action);

    // There is no signature of the body, and no time in what stands for it.
    internal override Task<bool> Misbehave(WebhookFault fault) =>
        fault is WebhookFault.Expired or WebhookFault.Future ? Task.FromResult(false) : base.Misbehave(fault);

    internal override Task<bool> OpenDispute(string chargeKey, string chargeReference) => Task.FromResult(false);

    internal override async Task<(int Payments, Money Captured)> AtProcessor(string chargeKey)
    {
        var mine = (await Objects("order")).Where(one => (string?)one["udf6"] == chargeKey).ToList();
        var captured = mine.Where(one => (string?)one["status"] == "CHARGED")
            .Sum(one => decimal.Parse(one["amount"]!.ToJsonString(), CultureInfo.InvariantCulture));
        return (mine.Count, Amount(captured));
    }

    internal async Task SetStatus(string chargeKey, string status) =>
        await Control("", new { @do = "set_status", order = HdfcIds.OrderIdOf(chargeKey), status });

    internal async Task AnswerIn(string format) => await Control("", new { @do = "answer_in", format });

    /// <summary>Somebody at the payment page.</summary>
    /// <param name="Choice">The form that they fill in.</param>
    /// <param name="Bank">What they say at their bank.</param>
    internal sealed record PagePayer(IReadOnlyDictionary<string, string> Choice, IReadOnlyDictionary<string, string> Bank)
    {
        public static PagePayer WithCard(string number = GoodCard, string otp = "000000", string outcome = "success") => new(
            new Dictionary<string, string>
            {
                ["payment_method_type"] = "CARD",
                ["card_number"] = number,
                ["card_exp_month"] = "12",
                ["card_exp_year"] = "2034",
                ["card_security_code"] = "123",
            },
            new Dictionary<string, string> { ["otp"] = otp, ["outcome"] = outcome });

        public static PagePayer WithUpi(string vpa) => new(
            new Dictionary<string, string> { ["payment_method_type"] = "UPI", ["upi_vpa"] = vpa }, new Dictionary<string, string>());

        public static PagePayer With(string type, string method, string outcome) => new(
            new Dictionary<string, string> { ["payment_method_type"] = type, ["payment_method"] = method },
            new Dictionary<string, string> { ["outcome"] = outcome });

        /// <returns>Where the browser is sent at the end.</returns>
        public async Task<Uri?> Pay(NextAction action)
        {
            using var handler = new HttpClientHandler();
            handler.AllowAutoRedirect = false;
            using var browser = new HttpClient(handler);
            var page = new Uri(action.Url!);
            using var choice = new FormUrlEncodedContent(Choice);
            using var chosen = await browser.PostAsync(page, choice, Cancel);
            Assert.True((int)chosen.StatusCode < 400, await chosen.Content.ReadAsStringAsync(Cancel));
            if (chosen.Headers.Location is not { } next || !next.ToString().StartsWith("/txns/", StringComparison.Ordinal))
            {
                return chosen.Headers.Location;
            }

            using var answer = new FormUrlEncodedContent(Bank);
            using var answered = await browser.PostAsync(new Uri(page, next), answer, Cancel);
            Assert.True((int)answered.StatusCode < 400, await answered.Content.ReadAsStringAsync(Cancel));
            return answered.Headers.Location;
        }
    }
}
