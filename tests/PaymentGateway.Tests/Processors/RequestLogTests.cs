using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Processors;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Processors;

/// <summary>What was said to processors can be looked at, holds nothing that is secret or personal, and costs no payment anything.</summary>
public sealed class RequestLogTests : IAsyncLifetime
{
    private const string Requests = "/api/payments/processors/requests";
    private const string Secret = "sk_test_of_the_merchant_4242";

    private RunningSimulator stripe = null!;
    private TestGateway gateway = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stripe = await RunningSimulator.Start("stripe");
        gateway = await TestGateway.Start(variables: [("STRIPE_API_URL", stripe.Address), ("ROLE", "api"), ("PROCESSOR_REQUESTS_KEEP_DAYS", "3")]);
        client = gateway.Client();
        await client.Call(HttpMethod.Put, "/api/payments/processors/stripe/account", new { fields = new { secretKey = Secret, webhookSecret = "whsec_of_mine" } });
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await gateway.DisposeAsync();
        await stripe.DisposeAsync();
    }

    [Fact]
    public async Task A_payment_and_its_refund_show_what_was_asked_and_answered()
    {
        var payment = await Pay("pm_card_visa");
        await client.Post("/api/payments/refunds", new { paymentId = payment.Text("id"), amount = 20 });
        var charge = payment.GetProperty("charges")[0].Text("id");

        var rows = await List($"?paymentId={payment.Text("id")}");

        var authorized = rows[^1];
        Assert.Equal(("authorize", charge, charge, "stripe", "POST", "/v1/payment_intents", "ok", 200, 1), (
            authorized.Text("operation"), authorized.Text("key"), authorized.Text("chargeId"), authorized.Text("connector"), authorized.Text("method"),
            authorized.Text("path"), authorized.Text("outcome"), authorized.GetProperty("status").GetInt32(), authorized.GetProperty("attempt").GetInt32()));
        Assert.StartsWith("preq_", authorized.Text("id"), StringComparison.Ordinal);
        Assert.StartsWith("pacc_", authorized.Text("accountId"), StringComparison.Ordinal);
        Assert.Equal(("10000", charge, "***"), (
            authorized.GetProperty("request").Text("amount"), authorized.GetProperty("request").Text("metadata[charge]"),
            authorized.GetProperty("request").Text("payment_method")));
        Assert.Equal(("succeeded", "***"), (
            authorized.GetProperty("response").Text("status"), authorized.GetProperty("response").Text("client_secret")));
        var refunded = rows[0];
        Assert.Equal(("refund", charge), (refunded.Text("operation"), refunded.Text("chargeId")));
        Assert.StartsWith("re_", refunded.Text("key"), StringComparison.Ordinal);
        Assert.Equal(rows.Count, (await List($"?chargeId={charge}")).Count);
    }

    [Fact]
    public async Task A_list_is_searched_by_processor_outcome_and_time_and_read_in_pages()
    {
        await Pay("pm_card_visa");
        await Pay("pm_card_visa_chargeDeclined");

        Assert.Equal(402, Assert.Single(await List("?outcome=refused")).GetProperty("status").GetInt32());
        var all = await List("?connector=stripe");
        Assert.True(all.Count >= 2, "Two payments were made.");
        Assert.Empty(await List("?connector=square"));
        Assert.Empty(await List("?createdTo=2020-01-01"));
        Assert.Empty(await List("?paymentId=pay_00000000000000000000000000"));
        var first = await client.GetJson($"{Requests}?limit=1");
        var second = await client.GetJson($"{Requests}?limit=1&cursor={first.Text("nextCursor")}");
        Assert.Equal([all[0].Text("id"), all[1].Text("id")], [first.GetProperty("data")[0].Text("id"), second.GetProperty("data")[0].Text("id")]);
        foreach (var wrong in new[] { "?outcome=good", "?status=200", "?createdFrom=yesterday" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await client.Call(HttpMethod.Get, Requests + wrong)).Status);
        }

        using var other = gateway.ClientOf(gateway.Shops[1]);
        Assert.Equal(0, (await other.GetJson(Requests)).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Each_try_is_a_row_with_how_it_ended()
    {
        using var faulty = await stripe.Control("/faults", new { kind = "drop", method = "POST", path = "/v1/payment_intents", times = 1 });
        var charge = (await Pay("pm_card_visa")).GetProperty("charges")[0].Text("id");

        var tries = (await List($"?chargeId={charge}")).Where(row => row.Text("path") == "/v1/payment_intents").ToList();

        Assert.Equal([(2, "ok"), (1, "no_answer")], tries.Select(row => (row.GetProperty("attempt").GetInt32(), row.Text("outcome"))));
        Assert.False(tries[1].TryGetProperty("status", out _));
        Assert.Single(tries.Select(row => row.Text("key")).Distinct());
    }

    [Fact]
    public async Task Whatever_is_poured_in_nothing_secret_or_personal_stands_in_the_table()
    {
        string[] poured =
        [
            "4242424242424242", "5555 5555 5555 4444", "378282246310005", "Zebedee Quorn", "zebedee.quorn@example.net", "+919811122233",
            "17 Larkspur Lane", "sk_test_somebody", "whsec_somebody", "pm_card_visa", "ccof:kept", "zebedee@okbank", "203.0.113.99", Secret,
        ];
        var account = new ProcessorAccount("pacc_1", new(gateway.Shop.MerchantId, Mode.Test), "stripe", new Dictionary<string, string> { ["secretKey"] = Secret });
        using var http = new HttpClient(new Mirror());
        var log = gateway.Get<IRequestLog>();
        var processor = new ProcessorHttp(http, TimeProvider.System, gateway.Get<Microsoft.Extensions.Logging.ILogger<ProcessorHttp>>(), log);
        foreach (var (text, i) in poured.Select((text, i) => (text, i)))
        {
            foreach (var name in new[] { "id", "status", "code", "reason", "description", "number", "email", "reference_id", "amount", text })
            {
                await processor.Send(() => Json(account, $"/v1/payment_methods/{Uri.EscapeDataString(text)}", name, text), Repeat.Never, Cancel);
                await processor.Send(() => Form(account, $"/v1/cards/{Uri.EscapeDataString(text)}?q={Uri.EscapeDataString(text)}", name, text), Repeat.Never, Cancel);
            }
        }

        await gateway.Get<RequestLog>().RunOnce(Cancel);
        Assert.Equal(poured.Length * 20, await gateway.Query<int>("SELECT count(*)::integer FROM processors.requests WHERE account_id = 'pacc_1'"));
        var table = await gateway.Query<string>("SELECT string_agg(r::text, ' ') FROM processors.requests r WHERE r.account_id = 'pacc_1'");
        foreach (var text in poured)
        {
            Assert.DoesNotContain(text, table, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Uri.EscapeDataString(text), table, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_database_that_does_not_take_rows_costs_rows_which_are_counted_and_no_payment()
    {
        var lost = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "processor.requests.dropped")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref lost, count));
        listener.Start();
        await gateway.Execute("ALTER TABLE processors.requests ADD CONSTRAINT nothing_goes_in CHECK (false) NOT VALID");

        Assert.Equal("succeeded", (await Pay("pm_card_visa")).Text("status"));

        await gateway.Get<RequestLog>().RunOnce(Cancel);
        Assert.True(Interlocked.Read(ref lost) > 0, "Nobody counted what was lost.");
        Assert.Equal(0, await gateway.Query<int>("SELECT count(*)::integer FROM processors.requests"));
    }

    [Fact]
    public async Task A_full_queue_drops_and_does_not_wait()
    {
        await using var blocked = await gateway.Get<Db>().OpenSystem(Cancel);
        await using var transaction = await blocked.BeginTransactionAsync(Cancel);
        await using (var held = blocked.CreateCommand())
        {
            held.CommandText = "LOCK TABLE processors.requests";
            await held.ExecuteNonQueryAsync(Cancel);
        }

        var (log, request) = (gateway.Get<IRequestLog>(), RowOf("ok"));
        for (var i = 0; i < 3 * RequestLog.QueueMax; i++)
        {
            log.Add(request);
        }

        Assert.Equal("succeeded", (await Pay("pm_card_visa")).Text("status"));
        await transaction.RollbackAsync(Cancel);
        await gateway.Get<RequestLog>().RunOnce(Cancel);
        var written = await gateway.Query<int>("SELECT count(*)::integer FROM processors.requests");
        Assert.InRange(written, RequestLog.QueueMax, RequestLog.QueueMax + (2 * RequestLog.BatchMax));
    }

    [Fact]
    public async Task What_is_older_than_the_operator_keeps_it_is_forgotten()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (age, id) in new[] { (2, "kept"), (4, "forgotten") })
        {
            gateway.Get<IRequestLog>().Add(RowOf(id) with { At = now - TimeSpan.FromDays(age) });
        }

        await gateway.Get<RequestLog>().RunOnce(Cancel);
        Assert.Equal(1, await gateway.Get<RequestPurge>().RunOnce(Cancel));
        Assert.Equal("kept", await gateway.Query<string>("SELECT string_agg(r.key, ' ') FROM processors.requests r WHERE r.account_id = 'pacc_row'"));
    }

    private ProcessorRequest RowOf(string key) => new(
        new(gateway.Shop.MerchantId, Mode.Test), "stripe", "pacc_row", "status", key, null, 1, "GET", "/v1/charges", 200, RequestEnd.Ok, TimeSpan.FromMilliseconds(3),
        null, null, null, TimeProvider.System.GetUtcNow());

    private static HttpRequestMessage Json(ProcessorAccount account, string path, string name, string text) => Of(account, path, new StringContent(
        JsonSerializer.Serialize(new Dictionary<string, object> { [name] = text, ["list"] = new[] { text }, ["deep"] = new Dictionary<string, string> { [name] = text } }),
        System.Text.Encoding.UTF8, "application/json"));

    private static HttpRequestMessage Form(ProcessorAccount account, string path, string name, string text) => Of(account, path, new FormUrlEncodedContent(
        [new(name, text), new($"metadata[{name}]", text)]));

    private static HttpRequestMessage Of(ProcessorAccount account, string path, HttpContent content)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri("https://processor.example"), path)) { Content = content };
        message.Options.Set(ProcessorHttp.Account, account);
        message.Headers.Authorization = new("Bearer", account["secretKey"]);
        return message;
    }

    private async Task<JsonElement> Pay(string token)
    {
        var (_, body, _) = await client.Post("/api/payments/payment-intents", new
        {
            amount = 100,
            currency = "USD",
            paymentMethod = "card",
            paymentDetails = new { cardToken = token },
            returnUrl = "https://shop.example/return",
            confirm = true,
        });
        return body.TryGetProperty("error", out var error) ? error.GetProperty("details").GetProperty("payment") : body;
    }

    private async Task<IReadOnlyList<JsonElement>> List(string query)
    {
        await gateway.Get<RequestLog>().RunOnce(Cancel);
        return [.. (await client.GetJson(Requests + query)).GetProperty("data").EnumerateArray()];
    }

    /// <summary>A processor that answers with all that it was sent, in every place that an answer has.</summary>
    private sealed class Mirror : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var text = await request.Content!.ReadAsStringAsync(cancellationToken);
            var isJson = request.Content is StringContent && text.StartsWith('{');
            var answer = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(isJson ? text : JsonSerializer.Serialize(new { status = text, id = text, message = text }), System.Text.Encoding.UTF8, "application/json"),
            };
            answer.Headers.TryAddWithoutValidation("Request-Id", isJson ? JsonDocument.Parse(text).RootElement.EnumerateObject().First().Value.GetString() : text);
            return answer;
        }
    }
}
