using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>Calls that a browser makes with its cookies.</summary>
public sealed class CsrfTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task A_page_signs_in_refreshes_and_signs_out_by_cookies()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        var token = await CsrfToken(browser);
        var (login, tokens, response) = await Post(browser, "login", new { email = person.Email, password = person.Password, cookie = true }, token);
        Assert.Equal(HttpStatusCode.OK, login);
        Assert.False(tokens.TryGetProperty("refreshToken", out _));
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/api/auth", cookie, StringComparison.OrdinalIgnoreCase);

        var (refreshed, next, _) = await Post(browser, "refresh", new { }, token);
        Assert.Equal((HttpStatusCode.OK, tokens.Text("sessionId")), (refreshed, next.Text("sessionId")));
        Assert.Equal(HttpStatusCode.OK, (await Post(browser, "logout", new { }, token)).Status);
        Assert.Equal("SESSION_EXPIRED", (await Post(browser, "refresh", new { }, token)).Body.Code());
    }

    [Fact]
    public async Task A_call_by_cookies_without_the_token_of_its_page_is_refused()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        var token = await CsrfToken(browser);
        await Post(browser, "login", new { email = person.Email, password = person.Password, cookie = true }, token);
        using var another = Browser();
        foreach (var bad in new[] { null, "", "nonsense", token + "x", token[..^1], await CsrfToken(another) })
        {
            Assert.Equal((HttpStatusCode.Forbidden, "CSRF_TOKEN_INVALID"), await Refused(browser, "refresh", bad));
            Assert.Equal((HttpStatusCode.Forbidden, "CSRF_TOKEN_INVALID"), await Refused(browser, "logout", bad));
        }

        Assert.Equal(HttpStatusCode.OK, (await Post(browser, "refresh", new { }, token)).Status);
    }

    [Fact]
    public async Task Nobody_is_signed_in_by_another_site()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        var (status, body, _) = await Post(browser, "login", new { email = person.Email, password = person.Password, cookie = true }, null);
        Assert.Equal((HttpStatusCode.Forbidden, "CSRF_TOKEN_INVALID"), (status, body.Code()));
    }

    [Fact]
    public async Task A_cookie_that_somebody_planted_does_not_help()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = shared.Gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/refresh") { Content = System.Net.Http.Json.JsonContent.Create(new { }) };
        request.Headers.Add("Cookie", "pg_csrf=planted.0000; pg_refresh=rt_x");
        request.Headers.Add("X-CSRF-Token", "planted.0000");
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { CookieContainer = new() }) { BaseAddress = shared.Gateway.Address };

    private static async Task<string> CsrfToken(HttpClient browser) => (await browser.GetJson("/api/payment/csrf-token")).Text("csrfToken");

    private static async Task<(HttpStatusCode, string)> Refused(HttpClient browser, string path, string? token)
    {
        var (status, body, _) = await Post(browser, path, new { }, token);
        return (status, body.Code());
    }

    private static async Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body, HttpResponseMessage Response)> Post(
        HttpClient browser, string path, object body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/auth/{path}") { Content = System.Net.Http.Json.JsonContent.Create(body) };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-CSRF-Token", token);
        }

        var response = await browser.SendAsync(request);
        return (response.StatusCode, System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone(), response);
    }
}
