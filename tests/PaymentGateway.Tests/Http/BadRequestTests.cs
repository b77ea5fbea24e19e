using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Http;

/// <summary>A server with two merchants and one of everything, by the names that the table uses.</summary>
public sealed class BadRequestShop : IAsyncLifetime
{
    private readonly Dictionary<string, string> names = [];
    private TestGateway gateway = null!;

    public Uri Address => gateway.Address;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async ValueTask InitializeAsync()
    {
        gateway = await TestGateway.Start(variables: [("RATE_LIMIT_FAILED_AUTH_PER_MINUTE", "100000")]);
        using var mine = gateway.Client();
        using var theirs = gateway.ClientOf(gateway.Shops[1]);
        (names["key"], names["secret"]) = (gateway.Shop.ApiKey, gateway.Shop.ApiSecret);
        names["theirSecret"] = gateway.Shops[1].ApiSecret;
        (names["order"], names["clientSecret"]) = await Order(mine);
        (names["untouchedOrder"], _) = await Order(mine);
        (names["theirOrder"], names["theirClientSecret"]) = await Order(theirs);
        (names["token"], names["theirToken"]) = (await mine.CardToken(), await theirs.CardToken());
        (names["paidOrder"], names["payment"], names["charge"]) = await Paid(mine);
        (_, names["theirPayment"], names["theirCharge"]) = await Paid(theirs);
        names["intent"] = (await mine.Post("/api/payments/payment-intents", new { amount = 5, currency = "INR" })).Body.GetProperty("id").GetString()!;
        names["theirEndpoint"] = (await theirs.Post("/api/payments/webhook-endpoints", new { url = "http://127.0.0.1:9999/hook", events = new[] { "order.expired" } }))
            .Body.GetProperty("id").GetString()!;
        names["theirEvent"] = (await theirs.GetJson("/api/payments/events")).GetProperty("data")[0].GetProperty("id").GetString()!;
        var change = new Change();
        var live = gateway.Get<ApiKeys>().Add(change, new Tenant(gateway.Shop.MerchantId, Mode.Live), Origin.System);
        await gateway.Get<Committer>().Commit(change, default);
        names["liveSecret"] = live.ApiSecret;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await gateway.DisposeAsync();
    }

    public string Fill(string text) => names.Aggregate(text, (filled, name) => filled.Replace($"{{{name.Key}}}", name.Value, StringComparison.Ordinal));

    public AuthenticationHeaderValue? Authorization(string who) => who switch
    {
        "secret" => new("Bearer", names["secret"]),
        "page" => new("Bearer", names["key"]),
        "live" => new("Bearer", names["liveSecret"]),
        _ when who.StartsWith('{') => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Fill(who)))),
        _ => null,
    };

    public Task AssertBookHolds() => gateway.AssertBookHolds();

    private static async Task<(string Id, string ClientSecret)> Order(HttpClient client)
    {
        var (_, order, _) = await client.Post("/api/payments/orders", new { amount = 100, currency = "INR" });
        return (order.GetProperty("id").GetString()!, order.GetProperty("clientSecret").GetString()!);
    }

    private static async Task<(string Order, string Payment, string Charge)> Paid(HttpClient client)
    {
        var orderId = await client.CreateOrder(50m);
        var (_, payment, _) = await client.PayByCard(orderId);
        return (orderId, payment.GetProperty("id").GetString()!, payment.GetProperty("charges")[0].GetProperty("id").GetString()!);
    }
}

public sealed class BadRequestTests(BadRequestShop shop) : IClassFixture<BadRequestShop>
{
    public static TheoryData<string> Names => [.. BadRequestTable.All.Select(bad => bad.Name)];

    [Fact]
    public void The_table_has_at_least_150_cases_with_names_of_their_own()
    {
        Assert.True(BadRequestTable.All.Count >= 150);
        Assert.Equal(BadRequestTable.All.Count, BadRequestTable.All.Select(bad => bad.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_request_is_refused_by_its_code(string name)
    {
        var bad = BadRequestTable.All.Single(row => row.Name == name);
        using var request = RequestOf(bad);

        using var response = await shop.Http.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync();
        Assert.True(bad.Status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        if (bad.Method != "HEAD")
        {
            AssertErrorShape(response, text, bad.Code);
        }
    }

    [Fact]
    public async Task None_of_them_moved_money()
    {
        await shop.AssertBookHolds();
    }

    [Theory]
    [InlineData("\u0001")]
    [InlineData("a\tb")]
    [InlineData("caf\u00e9")]
    public async Task An_idempotency_key_with_other_than_visible_ASCII_is_refused(string key)
    {
        var body = """{"amount":100,"currency":"INR"}""";
        var (status, text) = await Raw(
            $"POST /api/payments/orders HTTP/1.1\r\nHost: {shop.Address.Authority}\r\nAuthorization: {shop.Authorization("secret")}\r\n" +
            $"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

        Assert.Equal(400, status);
        Assert.Contains("IDEMPOTENCY_KEY_INVALID", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("GET /api/payments/orders")]
    [InlineData("GET /api/payments/orders/%00 HTTP/1.1")]
    [InlineData("GET  HTTP/1.1")]
    public async Task What_is_not_HTTP_is_400_and_the_server_goes_on(string line)
    {
        var (status, _) = await Raw($"{line}\r\nHost: {shop.Address.Authority}\r\nConnection: close\r\n\r\n");

        Assert.Equal(400, status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.Http.GetAsync(new Uri(shop.Address, "/api/payments/orders"))).StatusCode);
    }

    [Theory]
    [InlineData("req-of-the-shop.1", true)]
    [InlineData("with space", false)]
    [InlineData("<script>", false)]
    [InlineData("4111111111111111", false)]
    [InlineData("order-4111111111111111", false)]
    public async Task A_request_id_is_taken_over_when_it_is_harmless(string id, bool isTaken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shop.Address, "/api/payments/orders"));
        request.Headers.TryAddWithoutValidation("X-Request-Id", id);

        using var response = await shop.Http.SendAsync(request);

        Assert.Equal(isTaken, response.Headers.GetValues("X-Request-Id").Single() == id);
    }

    /// <summary>Good input that looks bad: a check that is too eager loses sales.</summary>
    [Theory]
    [InlineData(""" "customerPhone":"+4915112345678" """)]
    [InlineData(""" "customerPhone":"+4930123456786" """)]
    [InlineData(""" "merchantOrderId":"2026-11-01-000000000001" """)]
    [InlineData(""" "metadata":null """)]
    [InlineData(""" "metadata":{} """)]
    [InlineData(""" "customerEmail":"имя@пример.рф" """)]
    [InlineData(""" "description":"कुर्ता 👕\nblue" """)]
    [InlineData(""" "returnUrl":"http://localhost:3000/thanks?a=b#c" """)]
    [InlineData(""" "expiresIn":60 """)]
    [InlineData(""" "captureMethod":"manual" """)]
    public async Task A_good_order_is_taken(string fields)
    {
        using var request = RequestOf(BadRequest.Order("", fields, ""));
        using var response = await shop.Http.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }

    internal static void AssertErrorShape(HttpResponseMessage response, string text, string code)
    {
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        using var document = JsonDocument.Parse(text);
        var error = document.RootElement.GetProperty("error");
        Assert.False(document.RootElement.GetProperty("success").GetBoolean());
        Assert.True(code == error.GetProperty("code").GetString(), text);
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal($"/docs/errors#{code}", error.GetProperty("docs").GetString());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), error.GetProperty("requestId").GetString());
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    private HttpRequestMessage RequestOf(BadRequest bad)
    {
        var uri = new Uri(shop.Address + shop.Fill(bad.Path)[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(bad.Method), uri);
        if (shop.Authorization(bad.As) is { } authorization)
        {
            request.Headers.Authorization = authorization;
        }
        else if (bad.As != "none")
        {
            request.Headers.TryAddWithoutValidation("Authorization", bad.As);
        }

        if ((bad.Body is string text ? Encoding.UTF8.GetBytes(shop.Fill(text)) : bad.Bytes) is { } bytes)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Headers.TransferEncodingChunked = bad.Chunked;
            if (bad.ContentType is not null)
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(bad.ContentType);
            }
        }

        foreach (var (name, value) in bad.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>What no HTTP client would send.</summary>
    private async Task<(int Status, string Text)> Raw(string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, shop.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer);
    }
}
