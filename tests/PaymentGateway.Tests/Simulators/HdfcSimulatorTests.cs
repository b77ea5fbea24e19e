using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.Hdfc;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Tests.Simulators;

/// <summary>What is SmartGateway's own in its simulator. That the bank's library understands it is in <c>tests/ClientLibraries</c>.</summary>
public sealed class HdfcSimulatorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(HttpStatusCode Status, JsonNode Json)> Send(
        RunningSimulator simulator, HttpMethod method, string path, HttpContent? body = null, string credentials = "VEVTVEFQSUtFWTAx", string? merchant = "m")
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        if (merchant is not null)
        {
            request.Headers.Add("x-merchantid", merchant);
        }

        using var answer = await simulator.Http.SendAsync(request, Cancel);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    private static FormUrlEncodedContent Form(params IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));

    private static string Code((HttpStatusCode Status, JsonNode Json) answer) => (string)answer.Json["error_info"]!["code"]!;

    private static async Task<string> NewOrder(RunningSimulator simulator, string id = "A1", string amount = "100", string? returnUrl = null)
    {
        List<(string, string)> fields = [("order_id", id), ("amount", amount)];
        if (returnUrl is not null)
        {
            fields.Add(("return_url", returnUrl));
        }

        var (status, order) = await Send(simulator, HttpMethod.Post, "/orders", Form(fields));
        Assert.Equal(HttpStatusCode.OK, status);
        return (string)order["payment_links"]!["web"]!;
    }

    [Fact]
    public void Every_described_operation_is_played()
    {
        using var world = World.Create("hdfc", 1, null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(
            ApiDescription.Load("hdfc-smartgateway.json").Operations.Select(one => one.Replace(" /v4/", " /", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal),
            new HdfcProcessor(world).Played.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("VEVTVEFQSUtFWTAx", HttpStatusCode.NotFound)]
    [InlineData("VEVTVEFQSUtFWTAxOg==", HttpStatusCode.NotFound)]
    [InlineData("d3Jvbmc=", HttpStatusCode.Unauthorized)]
    [InlineData("YTpi", HttpStatusCode.Unauthorized)]
    [InlineData("-", HttpStatusCode.Unauthorized)]
    [InlineData("Zm9yYmlkZGVu", HttpStatusCode.Forbidden)]
    public async Task The_key_comes_alone_or_with_a_colon(string credentials, HttpStatusCode expected)
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        Assert.Equal(expected, (await Send(simulator, HttpMethod.Get, "/orders/A1", null, credentials)).Status);
        Assert.Equal("UNAUTHENTICATED", Code(await Send(simulator, HttpMethod.Get, "/orders/A1", null, credentials, merchant: null)));
    }

    [Fact]
    public async Task Forms_and_JSON_are_the_same_and_both_ways_to_refund_too()
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        var json = JsonContent.Create(new { order_id = "A1", amount = 12.5 });
        Assert.Equal(12.5m, (decimal)(await Send(simulator, HttpMethod.Post, "/orders", json)).Json["amount"]!);
        await NewOrder(simulator, "A2", "12.50");
        foreach (var id in new[] { "A1", "A2" })
        {
            await simulator.Control("", new { @do = "set_status", order = id, status = "CHARGED" });
        }

        var nested = await Send(simulator, HttpMethod.Post, "/orders/A1/refunds", JsonContent.Create(new { unique_request_id = "R1", amount = "1.00" }));
        var flat = await Send(simulator, HttpMethod.Post, "/refunds", Form(("order_id", "A2"), ("unique_request_id", "R2"), ("amount", "1")));
        Assert.Equal(1m, (decimal)nested.Json["refunds"]![0]!["amount"]!);
        Assert.Equal(1m, (decimal)flat.Json["refunds"]![0]!["amount"]!);
    }

    [Fact]
    public async Task An_order_is_its_merchants_alone()
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        await NewOrder(simulator);
        Assert.Equal("RESOURCE_NOT_FOUND", Code(await Send(simulator, HttpMethod.Get, "/orders/A1", merchant: "other")));
    }

    [Fact]
    public async Task An_order_that_has_expired_has_no_page_any_more()
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        JsonContent Session() => JsonContent.Create(new { order_id = "A1", amount = "1", payment_page_client_id = "hdfcmaster" });
        var opened = await Send(simulator, HttpMethod.Post, "/session", Session());
        await simulator.Control("", new { @do = "advance_clock", seconds = 16 * 60 });
        Assert.Equal("EXPIRED", Code(await Send(simulator, HttpMethod.Post, "/session", Session())));
        using var page = await simulator.Http.GetAsync((string)opened.Json["payment_links"]!["web"]!, Cancel);
        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
    }

    [Fact]
    public async Task The_way_back_is_a_form_when_the_dashboard_says_so()
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        await simulator.Control("", new { @do = "dashboard", merchant = "m", returnMethod = "POST", responseKey = "KEY1" });
        var page = await NewOrder(simulator, returnUrl: "https://shop.example/back");
        using var back = await simulator.Http.PostAsync(page, Form(("payment_method_type", "UPI"), ("upi_vpa", "success@upi")), Cancel);
        var html = await back.Content.ReadAsStringAsync(Cancel);
        var expected = ReturnSignature.Of(new Dictionary<string, string> { ["status"] = "CHARGED", ["status_id"] = "21", ["order_id"] = "A1" }, "KEY1");
        Assert.Contains("""action="https://shop.example/back" """.TrimEnd(), html, StringComparison.Ordinal);
        Assert.Contains($"name=\"signature\" value=\"{WebUtility.HtmlEncode(expected)}\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_leaves_the_page_or_the_bank_has_not_paid()
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        var page = await NewOrder(simulator);
        using (var left = await simulator.Http.PostAsync(page, Form(("leave", "yes")), Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, left.StatusCode);
        }

        Assert.Equal("NEW", (string)(await Send(simulator, HttpMethod.Get, "/orders/A1")).Json["status"]!);
        using (var chosen = await simulator.Http.PostAsync(page, Form(("payment_method_type", "NB"), ("payment_method", "NB_HDFC")), Cancel))
        {
            Assert.Contains("Your bank asks", await chosen.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal("PENDING_VBV", (string)(await Send(simulator, HttpMethod.Get, "/orders/A1")).Json["status"]!);
        await simulator.Control("", new { @do = "advance_clock", seconds = 16 * 60 });
        Assert.Equal("AUTHENTICATION_FAILED", (string)(await Send(simulator, HttpMethod.Get, "/orders/A1")).Json["status"]!);
    }

    [Theory]
    [InlineData("4012000000001098", "12", "2034", "123")]
    [InlineData("4012000000001097", "13", "2034", "123")]
    [InlineData("4012000000001097", "1", "2020", "123")]
    [InlineData("4012000000001097", "12", "2034", "1")]
    public async Task A_card_that_cannot_be_is_refused_at_the_page(string number, string month, string year, string code)
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        var page = await NewOrder(simulator);
        using var refused = await simulator.Http.PostAsync(
            page, Form(("payment_method_type", "CARD"), ("card_number", number), ("card_exp_month", month), ("card_exp_year", year), ("card_security_code", code)), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.DoesNotContain(number, (await simulator.Look("/objects/order")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_with_another_password_wants_that()
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        var page = await NewOrder(simulator);
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        using var asks = await browser.PostAsync(
            page, Form(("payment_method_type", "CARD"), ("card_number", "4242 4242 4242 4242"), ("card_exp_month", "12"), ("card_exp_year", "34"), ("card_security_code", "123")), Cancel);
        using var answered = await browser.PostAsync(new Uri(new Uri(page), asks.Headers.Location!), Form(("otp", "123456")), Cancel);
        Assert.Equal("CHARGED", (string)(await Send(simulator, HttpMethod.Get, "/orders/A1")).Json["status"]!);
    }

    [Fact]
    public async Task It_remembers_past_its_end()
    {
        var folder = Directory.CreateTempSubdirectory("hdfc").FullName;
        await using (var first = await RunningSimulator.Start("hdfc", folder))
        {
            await NewOrder(first);
        }

        await using (var second = await RunningSimulator.Start("hdfc", folder))
        {
            Assert.Equal("NEW", (string)(await Send(second, HttpMethod.Get, "/orders/A1")).Json["status"]!);
            Assert.Equal(HttpStatusCode.OK, (await Send(second, HttpMethod.Post, "/orders/A1", Form(("amount", "5")))).Status);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("""{ "do": "dashboard" }""")]
    [InlineData("""{ "do": "dashboard", "merchant": "m", "returnMethod": "PUT" }""")]
    [InlineData("""{ "do": "answer_in", "format": "yaml" }""")]
    [InlineData("""{ "do": "set_status", "order": "A1", "status": "PAID" }""")]
    [InlineData("""{ "do": "set_status", "order": "NONE", "status": "CHARGED" }""")]
    [InlineData("""{ "do": "next_refund", "outcome": "soon" }""")]
    public async Task A_command_that_makes_no_sense_is_refused(string command)
    {
        await using var simulator = await RunningSimulator.Start("hdfc");
        using var answer = await simulator.Control("", JsonNode.Parse(command)!);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
