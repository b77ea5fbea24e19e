using System.Net;

namespace PaymentGateway.Tests.People.Pages;

/// <summary>What a browser does with server-rendered pages, without one: cookies, forms with their token, and no step on its own.</summary>
internal sealed class PageBrowser : IDisposable
{
    private static int count;

    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
    private readonly HttpClient client;

    public PageBrowser(Uri server)
    {
        client = new HttpClient(handler) { BaseAddress = server };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.4.0.{Interlocked.Increment(ref count) % 250}");
    }

    /// <param name="address">Of a page of the server, or one that a page has led to.</param>
    public async Task<PageAnswer> Get(string address) => await PageAnswer.Of(await client.GetAsync(
        address.StartsWith('/') ? new Uri(address, UriKind.Relative) : new Uri(address)));

    /// <summary>Sends a form as its page would: with the token that stands in the cookie.</summary>
    public Task<PageAnswer> Send(string path, params (string Name, string Value)[] fields) => SendAs(
        path, [("csrf", handler.CookieContainer.GetCookies(client.BaseAddress!)["pg_csrf"]?.Value ?? ""), .. fields]);

    /// <summary>Sends a form as it stands.</summary>
    public async Task<PageAnswer> SendAs(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await PageAnswer.Of(await client.PostAsync(new Uri(path, UriKind.Relative), form));
    }

    public async Task SignIn(Somebody person)
    {
        await Get("/account/sign-in");
        var answer = await Send("/account/sign-in", ("email", person.Email), ("password", person.Password));
        Assert.True(answer.Status == HttpStatusCode.SeeOther, answer.Page);
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }
}

/// <param name="Location">Where it leads.</param>
internal sealed record PageAnswer(HttpStatusCode Status, string? Location, string Page, string? Refresh, string? Policy, byte[] Bytes)
{
    public static async Task<PageAnswer> Of(HttpResponseMessage response)
    {
        using (response)
        {
            return new(
                response.StatusCode, response.Headers.Location?.ToString(), await response.Content.ReadAsStringAsync(), ValueOf("Refresh"),
                ValueOf("Content-Security-Policy"), await response.Content.ReadAsByteArrayAsync());
        }

        string? ValueOf(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : null;
    }
}
