using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Tests.Simulators;

/// <summary>PayPal's simulator where PayPal's own library does not look: tokens, what it remembers, and how it misbehaves.</summary>
public sealed class PaypalTests
{
    private static readonly object card = new { number = "4012888888881881", expiry = "2034-12", security_code = "123", name = "John Doe" };

    private static async Task<string> Token(RunningSimulator simulator, string secret = "secret")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/oauth2/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"client:{secret}")));
        var answer = await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await Read(answer);
        return body["access_token"]?.GetValue<string>() ?? body["error"]!.GetValue<string>();
    }

    private static async Task<JsonNode> Read(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    private static async Task<HttpResponseMessage> Send(RunningSimulator simulator, HttpMethod method, string path, object? body = null, string? key = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await Token(simulator));
        request.Headers.Add("Prefer", "return=representation");
        if (key is not null)
            request.Headers.Add("PayPal-Request-Id", key);
        return await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<HttpResponseMessage> Pay(RunningSimulator simulator, string key = "key", string? token = null) =>
        Send(simulator, HttpMethod.Post, "/v2/checkout/orders", new
        {
            intent = "CAPTURE",
            purchase_units = new[] { new { amount = new { currency_code = "USD", value = "10.00" } } },
            payment_source = new { card },
        }, key, token);

    private static JsonNode Capture(JsonNode order) => order["purchase_units"]![0]!["payments"]!["captures"]![0]!;

    private static async Task<int> Count(RunningSimulator simulator, string kind) =>
        (await simulator.Look())["objects"]![kind]?.GetValue<int>() ?? 0;

    [Fact]
    public async Task A_token_is_needed_and_ends()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        Assert.Equal("invalid_client", await Token(simulator, "wrong"));
        var token = await Token(simulator);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Pay(simulator, token: "A21AAnone")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Pay(simulator, token: token)).StatusCode);
        await simulator.Control("", new { @do = "advance_clock", seconds = 32_400 });
        var answer = await Pay(simulator, token: token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("AUTHENTICATION_FAILURE", (await Read(answer))["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tokens_can_be_taken_back()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        var token = await Token(simulator);
        Assert.Equal(1, (await Read(await simulator.Control("", new { @do = "revoke_tokens" })))["tokens"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.Unauthorized, (await Pay(simulator, token: token)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Pay(simulator)).StatusCode);
    }

    [Theory]
    [InlineData(429, false, 0, "RATE_LIMIT_REACHED")]
    [InlineData(500, false, 0, "INTERNAL_SERVER_ERROR")]
    [InlineData(503, true, 1, "SERVICE_UNAVAILABLE")]
    public async Task It_fails_in_PayPals_words(int status, bool afterWork, int worked, string name)
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        await simulator.Control("/faults", new { kind = "status", path = "/v2/", status, times = 1, afterWork });
        var answer = await Pay(simulator);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(name, (await Read(answer))["name"]!.GetValue<string>());
        Assert.Equal(worked, await Count(simulator, "order"));
        Assert.Equal(worked == 0 ? HttpStatusCode.Created : HttpStatusCode.OK, (await Pay(simulator)).StatusCode);
        Assert.Equal(1, await Count(simulator, "capture"));
    }

    [Fact]
    public async Task A_request_id_in_use_is_refused()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        await simulator.Control("/faults", new { kind = "slow", path = "/v2/", delayMs = 60_000, times = 1 });
        var slow = Pay(simulator);
        while (await Count(simulator, "order") == 0)
            await Task.Yield();
        var answer = await Pay(simulator);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("PREVIOUS_REQUEST_IN_PROGRESS", (await Read(answer))["details"]![0]!["issue"]!.GetValue<string>());
        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task It_remembers_orders_tokens_request_ids_and_its_certificate_over_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-").FullName;
        try
        {
            string token, first, certificate;
            await using (var simulator = await RunningSimulator.Start("paypal", folder))
            {
                token = await Token(simulator);
                first = (await Read(await Pay(simulator, token: token)))["id"]!.GetValue<string>();
                certificate = await simulator.Http.GetStringAsync("/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270", TestContext.Current.CancellationToken);
            }
            await using var again = await RunningSimulator.Start("paypal", folder);
            Assert.Equal(first, (await Read(await Pay(again, token: token)))["id"]!.GetValue<string>());
            Assert.NotEqual(first, (await Read(await Pay(again, "other", token)))["id"]!.GetValue<string>());
            Assert.Equal(certificate, await again.Http.GetStringAsync("/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270", TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_line_of_the_statement_can_be_wrong()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        await simulator.Control("/faults", new { kind = "wrong_settlement", path = "T0005", times = 1 });
        var taken = Capture(await Read(await Pay(simulator)));
        var day = TimeProvider.System.GetUtcNow();
        var page = await Read(await Send(simulator, HttpMethod.Get,
            $"/v1/reporting/transactions?start_date={day.AddDays(-1):yyyy-MM-ddTHH:mm:ssZ}&end_date={day.AddDays(1):yyyy-MM-ddTHH:mm:ssZ}"));
        var line = Assert.Single(page["transaction_details"]!.AsArray())!["transaction_info"]!;
        Assert.Equal(taken["id"]!.GetValue<string>(), line["transaction_id"]!.GetValue<string>());
        Assert.Equal("9.99", line["transaction_amount"]!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_order_that_nobody_pays_is_void_after_three_days()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        var made = await Read(await Send(simulator, HttpMethod.Post, "/v2/checkout/orders", new
        {
            intent = "CAPTURE",
            purchase_units = new[] { new { amount = new { currency_code = "JPY", value = "500" } } },
        }));
        await simulator.Control("", new { @do = "advance_clock", seconds = 3 * 86_400 });
        var path = $"/v2/checkout/orders/{made["id"]}";
        Assert.Equal("VOIDED", (await Read(await Send(simulator, HttpMethod.Get, path)))["status"]!.GetValue<string>());
        var refused = await Read(await Send(simulator, HttpMethod.Post, $"{path}/capture", new { }));
        Assert.Equal("ORDER_EXPIRED", refused["details"]![0]!["issue"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_field_that_PayPal_does_not_know_is_ignored_and_noted()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        var answer = await Send(simulator, HttpMethod.Post, "/v2/checkout/orders", new
        {
            intent = "CAPTURE",
            purchase_units = new[] { new { amount = new { currency_code = "USD", value = "1.00" }, colour = "red" } },
        });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var violation = Assert.Single((await simulator.Look("/journal"))["violations"]!.AsArray())!;
        Assert.Equal("purchase_units.0.colour", violation["field"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{ "do": "open_dispute", "capture": "none" }""", "'capture' must be the id of a completed capture")]
    [InlineData("""{ "do": "resolve", "id": "none", "status": "COMPLETED" }""", "'id' must be that of a pending")]
    [InlineData("""{ "do": "cancel_dispute", "dispute": "none" }""", "'dispute' must be the id of an open dispute")]
    [InlineData("""{ "do": "dance" }""", "paypal has no command 'dance'")]
    public async Task A_command_that_makes_no_sense_is_refused(string body, string because)
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        var answer = await simulator.Http.PostAsync("/_control", new StringContent(body), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(because, (await Read(answer))["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_operation_of_the_descriptions_is_known_or_named_as_not_done()
    {
        await using var simulator = await RunningSimulator.Start("paypal");
        var token = await Token(simulator);
        var description = PaymentGateway.Simulators.OpenApi.ApiDescription.Load(
            "paypal-orders-v2.json", "paypal-payments-v2.json", "paypal-vault-v3.json", "paypal-webhooks-v1.json", "paypal-disputes-v1.json", "paypal-reporting-v1.json");
        var left = new List<string>();
        foreach (var operation in description.Operations)
        {
            var (method, template) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            var path = string.Join('/', template.Split('/').Select(part => part.StartsWith('{') ? "NONE" : part));
            object? body = method switch { "POST" => new { }, "PATCH" => new[] { new { op = "replace", path = "/nothing", value = "x" } }, _ => null };
            var answer = await Send(simulator, new HttpMethod(method), path, body, $"key {path}", token);
            if (answer.StatusCode == HttpStatusCode.NotImplemented)
                left.Add(operation);
        }
        Assert.Equal(["PATCH /v1/customer/disputes/{id}"], left);
    }
}
