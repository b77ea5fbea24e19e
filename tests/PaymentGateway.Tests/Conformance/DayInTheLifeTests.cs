using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Hosting;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Conformance;

/// <summary>
/// A shop's day over three processors that misbehave: answers are lost, webhooks come twice, one processor is down for a while. In the
/// evening every payment must agree with its processor to the minor unit. <c>bench/day</c> runs it at full length; here it is short.
/// </summary>
public sealed class DayInTheLifeTests : IAsyncLifetime
{
    private const int PaymentsOtherwise = 90;
    private const int AtOnce = 12;
    private const string Stripe = "stripe", Paypal = "paypal", Square = "square";

    private static readonly string[] processors = [Stripe, Paypal, Square];
    private static readonly TimeSpan eveningMax = TimeSpan.FromMinutes(5);

    private readonly int payments = Number("DAY_PAYMENTS", PaymentsOtherwise);
    private readonly int seed = Number("DAY_SEED", 20261121);
    private readonly Dictionary<string, RunningSimulator> simulators = [];
    private readonly Dictionary<string, DemoAccount> accounts = [];
    private TestGateway gateway = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var processor in processors)
        {
            simulators[processor] = await RunningSimulator.Start(processor);
        }

        gateway = await TestGateway.Start(variables:
        [
            .. processors.Select(processor => ($"{processor.ToUpperInvariant()}_API_URL", simulators[processor].Address)),
            ("CONNECTOR_TIMEOUT_SECONDS", "10"),
        ]);
        client = gateway.Client();
        client.Timeout = TimeSpan.FromMinutes(2);
        await client.Call(HttpMethod.Post, "/api/payments/test-clocks", new { });
        foreach (var processor in processors)
        {
            accounts[processor] = await NewDemo().Open(processor, new Uri(gateway.Address, $"/api/payments/webhooks/{processor}").ToString(), Cancel);
            var (_, account, _) = await client.Call(HttpMethod.Put, $"/api/payments/processors/{processor}/account", new { fields = accounts[processor].Fields });
            Assert.True(account.TryGetProperty("id", out _), account.ToString());
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
    public async Task In_the_evening_every_payment_agrees_with_its_processor()
    {
        await Misbehave();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < payments; i = Interlocked.Increment(ref next))
            {
                await (i == payments * 4 / 10 ? GoDown(Stripe) : i == payments * 5 / 10 ? ComeBack(Stripe) : Task.CompletedTask);
                await Shop(i);
            }
        }));
        await ComeBack(Stripe);
        foreach (var simulator in simulators.Values)
        {
            using var ended = await simulator.Http.DeleteAsync("/_control/faults", Cancel);
        }

        await UntilNothingIsOpen();
        var table = await Compare();
        await Report(table);
        Assert.All(table, row => Assert.Equal(0, row.Differences));
        Assert.Equal(0, await PaidTwice());
        await gateway.AssertBookHolds();
        foreach (var simulator in simulators.Values)
        {
            Assert.Equal(0, (int)(await simulator.Look())["requestViolations"]!);
        }
    }

    /// <summary>One customer: most pay at once, some are held first, some get a part back, some cards are refused.</summary>
    private async Task Shop(int i)
    {
        var dice = new Random(seed + i);
        var processor = processors[dice.Next(processors.Length)];
        var amount = dice.Next(100, 100_000) / 100m;
        var isHeld = dice.Next(5) == 0;
        var (status, payment) = await Send("/api/payments/payment-intents", $"pay-{i}", new
        {
            amount,
            currency = "USD",
            captureMethod = isHeld ? "manual" : "automatic",
            confirm = true,
            paymentMethod = "card",
            paymentDetails = await Details(dice, processor),
            returnUrl = "https://shop.example/return",
        });
        if (status is not (200 or 201) || !payment.TryGetProperty("paymentId", out var named))
        {
            return;
        }

        var id = named.GetString()!;
        if (isHeld)
        {
            var part = Math.Round(amount * dice.Next(30, 101) / 100, 2);
            await Send($"/api/payments/payment-intents/{id}/{(dice.Next(6) == 0 ? "cancel" : "capture")}", $"end-{i}", part < amount ? new { amountToCapture = part } : new { });
        }

        if (dice.Next(6) == 0)
        {
            await Send("/api/payments/refunds", $"refund-{i}", new { paymentId = id, amount = Math.Round(amount / 4, 2) });
        }
    }

    /// <summary>A third of the cards are known to all three, so that another may take over; one in ten is refused.</summary>
    private async Task<object> Details(Random dice, string processor)
    {
        if (dice.Next(10) == 0 && processor != Paypal)
        {
            return new { processor, cardToken = processor == Stripe ? "pm_card_visa_chargeDeclined" : "cnon:card-nonce-declined" };
        }

        return dice.Next(3) == 0
            ? new { cardTokens = new Dictionary<string, string> { [Stripe] = "pm_card_visa", [Square] = "cnon:card-nonce-ok", [Paypal] = await Token(Paypal) } }
            : new { processor, cardToken = await Token(processor) };
    }

    /// <summary>PayPal's browser library makes a token for each payment.</summary>
    private async Task<string> Token(string processor) => processor == Paypal ? await NewDemo().PaypalCard(Cancel) : accounts[processor].CardToken!;

    private DemoProcessors NewDemo() => new(gateway.Get<ConnectorSettings>());

    private async Task Misbehave()
    {
        foreach (var (processor, simulator) in simulators)
        {
            // A lost answer is asked for again under the same key; now and then all tries are lost, and the resolver has to ask.
            string[] work = processor == Stripe ? ["/v1/payment_intents", "/v1/refunds"] : processor == Paypal ? ["/v2/checkout", "/v2/payments"] : ["/v2/payments", "/v2/refunds"];
            foreach (var path in work)
            {
                await Control(simulator, "/faults", new { kind = "drop", method = "POST", path, share = 0.03, afterWork = true });
                await Control(simulator, "/faults", new { kind = "status", status = 500, method = "POST", path, share = 0.01 });
            }

            await Control(simulator, "/faults", new { kind = "webhook_twice", share = 0.01 });
        }
    }

    private Task GoDown(string processor) => Control(simulators[processor], "/faults", new { kind = "drop", method = "POST", path = "/v1/" });

    private async Task ComeBack(string processor)
    {
        var faults = (await simulators[processor].Look("/faults")).AsArray();
        foreach (var down in faults.Where(fault => (string?)fault!["path"] == "/v1/"))
        {
            using var ended = await simulators[processor].Http.DeleteAsync($"/_control/faults/{down!["id"]}", Cancel);
        }
    }

    private static async Task Control(RunningSimulator simulator, string path, object command)
    {
        using var done = await simulator.Control(path, command);
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>The merchant's clock is moved on until no charge and no refund waits for its processor's word.</summary>
    private async Task UntilNothingIsOpen()
    {
        var started = TimeProvider.System.GetTimestamp();
        var clock = (await client.GetJson("/api/payments/test-clocks")).GetProperty("data")[0].Text("id");
        List<string> open;
        do
        {
            await client.Call(HttpMethod.Post, $"/api/payments/test-clocks/{clock}/advance", new { seconds = 300 });
            await gateway.ResolveOnce();
            await gateway.ResolveRefundsOnce();
            open = await Open();
        }
        while (open.Count > 0 && TimeProvider.System.GetElapsedTime(started) < eveningMax);
        Assert.True(open.Count == 0, string.Join('\n', open));
    }

    /// <summary>What waits for its processor's word, by kind.</summary>
    private async Task<List<string>> Open()
    {
        await using var connection = await gateway.Db.OpenSystem(Cancel);
        return (await connection.QueryAsync<string>(
            """
            SELECT concat_ws(' ', count(*), 'charges', connector, state, 'after', min(checks), 'to', max(checks), 'questions, such as', min(id))
            FROM payments.charges WHERE check_at IS NOT NULL AND state <> 'authorized' GROUP BY connector, state
            UNION ALL
            SELECT concat_ws(' ', count(*), 'refunds', connector, state, 'after', min(checks), 'to', max(checks), 'questions, such as', min(id))
            FROM refunds.refunds WHERE state IN ('submitted', 'pending', 'canceling') GROUP BY connector, state
            """)).AsList();
    }

    private async Task<List<Row>> Compare()
    {
        await using var connection = await gateway.Db.OpenSystem(Cancel);
        var ours = (await connection.QueryAsync<(string Id, string Connector, long Captured, long Refunded)>(
            """
            SELECT c.id, c.connector, coalesce(sum(t.amount) FILTER (WHERE t.state = 'captured'), 0)::bigint, c.amount_refunded
            FROM payments.charges c
            LEFT JOIN payments.captures t ON t.charge_id = c.id
            GROUP BY c.id
            """)).AsList();
        var theirs = new Dictionary<string, Dictionary<string, (int Payments, long Captured, long Refunded)>>
        {
            [Stripe] = await AtStripe(),
            [Paypal] = await AtPaypal(),
            [Square] = await AtSquare(),
        };
        return
        [
            .. processors.Select(processor =>
            {
                var mine = ours.Where(charge => charge.Connector == processor).ToList();
                var there = theirs[processor];
                return new Row(
                    processor, mine.Count, mine.Count(charge => charge.Captured > 0), mine.Sum(charge => charge.Captured), there.Values.Sum(one => one.Captured),
                    mine.Sum(charge => charge.Refunded), there.Values.Sum(one => one.Refunded),
                    mine.Count(charge => there.GetValueOrDefault(charge.Id) is var at && (at.Captured != charge.Captured || at.Refunded != charge.Refunded || at.Payments > 1))
                    + there.Count(one => one.Value.Captured > 0 && !mine.Exists(charge => charge.Id == one.Key)));
            }),
        ];
    }

    private async Task<Dictionary<string, (int, long, long)>> AtStripe()
    {
        var refunds = (await Objects(Stripe, "refund")).Where(one => (string?)one["status"] == "succeeded").ToLookup(one => (string?)one["payment_intent"]);
        return Grouped(from intent in await Objects(Stripe, "payment_intent")
                       where (string?)intent["payment_method"] is not null
                       select ((string?)intent["metadata"]!["charge"], (long)intent["amount_received"]!, refunds[(string?)intent["id"]].Sum(refund => (long)refund["amount"]!)));
    }

    private async Task<Dictionary<string, (int, long, long)>> AtPaypal()
    {
        var captures = (await Objects(Paypal, "capture")).Where(one => (string?)one["status"] is "COMPLETED" or "PARTIALLY_REFUNDED" or "REFUNDED").ToList();
        var refunds = (await Objects(Paypal, "refund")).Where(one => (string?)one["status"] == "COMPLETED").ToList();
        return Grouped(from order in await Objects(Paypal, "order")
                       let taken = captures.Where(one => (string?)one["_order"] == (string?)order["id"]).ToList()
                       where taken.Count > 0
                       select (((string?)order["purchase_units"]![0]!["custom_id"])?.Split(' ')[0], taken.Sum(Cents),
                           refunds.Where(one => taken.Exists(capture => (string?)capture["id"] == (string?)one["_capture"])).Sum(Cents)));
    }

    private async Task<Dictionary<string, (int, long, long)>> AtSquare() => Grouped(
        from payment in await Objects(Square, "payment")
        select ((string?)payment["reference_id"], (string?)payment["status"] == "COMPLETED" ? (long)payment["total_money"]!["amount"]! : 0,
            (long?)payment["refunded_money"]?["amount"] ?? 0));

    private static long Cents(JsonNode one) => (long)(decimal.Parse((string)one["amount"]!["value"]!, CultureInfo.InvariantCulture) * 100);

    private async Task<IReadOnlyList<JsonNode>> Objects(string processor, string kind) =>
        [.. (await simulators[processor].Look($"/objects/{kind}")).AsArray().Select(one => one!)];

    private static Dictionary<string, (int, long, long)> Grouped(IEnumerable<(string? Key, long Captured, long Refunded)> all) => all
        .Where(one => one.Key is not null).GroupBy(one => one.Key!)
        .ToDictionary(group => group.Key, group => (group.Count(one => one.Captured > 0), group.Sum(one => one.Captured), group.Sum(one => one.Refunded)));

    /// <summary>Payments for which more than one attempt took money.</summary>
    private Task<long> PaidTwice() => gateway.Query<long>(
        """
        SELECT count(*)
        FROM (SELECT payment_id FROM payments.captures WHERE state = 'captured' GROUP BY payment_id HAVING count(DISTINCT charge_id) > 1) twice
        """);

    private async Task Report(List<Row> rows)
    {
        var inbox = await gateway.Query<long>("SELECT count(*) FROM inbox.messages");
        var moved = await gateway.Query<long>("SELECT count(*) FROM (SELECT payment_id FROM payments.charges GROUP BY payment_id HAVING count(DISTINCT connector) > 1) moved");
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{payments} customers, seed {seed}: {inbox} messages of processors, {moved} payments taken over by another processor")
            .AppendLine("| processor | attempts | paid | captured, ours | captured, theirs | refunded, ours | refunded, theirs | differences |")
            .AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Processor} | {row.Attempts} | {row.Paid} | {row.Captured / 100m:0.00} | {row.CapturedThere / 100m:0.00} | {row.Refunded / 100m:0.00} | {row.RefundedThere / 100m:0.00} | {row.Differences} |");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString());
        if (Environment.GetEnvironmentVariable("DAY_REPORT") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, text.ToString(), Cancel);
        }
    }

    private async Task<(int Status, JsonElement Body)> Send(string path, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request, Cancel);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        return ((int)response.StatusCode, json.RootElement.Clone());
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed record Row(
        string Processor, int Attempts, int Paid, long Captured, long CapturedThere, long Refunded, long RefundedThere, int Differences);
}
