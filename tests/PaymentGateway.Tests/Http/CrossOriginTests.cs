using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Http;

/// <summary>What the pages of other sites may call, as a browser asks for it.</summary>
public sealed class CrossOriginTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string Page = "https://shop.example";

    [Theory]
    [InlineData("POST", "/api/payments/tokens")]
    [InlineData("GET", "/api/payments/orders/order_1")]
    [InlineData("POST", "/api/payments/orders/order_1/pay")]
    [InlineData("POST", "/api/payments/setup-intents/seti_1/confirm")]
    public async Task A_page_of_any_origin_may_call_what_a_publishable_key_opens(string method, string path)
    {
        using var answer = await Preflight(method, path);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("authorization", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("idempotency-key", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("7200", Header(answer, "Access-Control-Max-Age"));
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("POST", "/api/payments/orders")]
    [InlineData("DELETE", "/api/payments/orders/order_1")]
    [InlineData("POST", "/api/payments/refunds")]
    [InlineData("POST", "/api/payments/setup-intents")]
    [InlineData("GET", "/api/auth/profile")]
    public async Task Nothing_else_is_open_to_pages(string method, string path)
    {
        using var answer = await Preflight(method, path);
        Assert.Null(Header(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_page_reads_the_answer_and_the_refusal()
    {
        using var made = await CreateToken(shared.Gateway.Shop.ApiKey);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var refused = await CreateToken("pk_test_nobody_1");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        foreach (var answer in new[] { made, refused })
        {
            Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
            Assert.Contains("X-Request-Id", Header(answer, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
            Assert.Equal("no-store", Header(answer, "Cache-Control"));
        }
    }

    [Theory]
    [InlineData("/checkout/js/checkout.js?v=000000000000", "public, max-age=31536000, immutable")]
    [InlineData("/checkout/js/checkout.js", "no-cache")]
    public async Task A_file_is_kept_when_its_address_names_its_content(string path, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await Send(request);
        Assert.Equal((HttpStatusCode.OK, "nosniff"), (answer.StatusCode, Header(answer, "X-Content-Type-Options")));
        Assert.Equal(
            expected.Split(", ").Order(), answer.Headers.GetValues("Cache-Control").Single().Split(", ").Order());
    }

    private async Task<HttpResponseMessage> Preflight(string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", Page);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
        return await Send(request);
    }

    private async Task<HttpResponseMessage> CreateToken(string publishableKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/tokens");
        request.Headers.Add("Origin", Page);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", publishableKey);
        request.Content = new StringContent(
            """{ "card": { "number": "4242424242424242", "expiry": "12/34", "cvv": "123" } }""", Encoding.UTF8, "application/json");
        return await Send(request);
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request)
    {
        using var browser = new HttpClient { BaseAddress = shared.Gateway.Address };
        return await browser.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
