using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PaymentGateway.Merchants;

namespace PaymentGateway.Bench.Students;

/// <summary>Somebody who learns, at a browser and an address of their own.</summary>
internal sealed class Student : IDisposable
{
    private const string Password = "correct horse battery staple";

    private readonly HttpClient http;
    private readonly string email;
    private string csrf = "";
    private string cookie = "";

    public Student(Uri address, DemoMerchant merchant, int number)
    {
        email = $"student{number}@example.com";
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.7.{number / 250}.{(number % 250) + 1}");
        http.DefaultRequestHeaders.Add("X-Merchant-Id", merchant.MerchantId);
    }

    public Task Register(CancellationToken cancel) =>
        Post("/api/auth/register", new { email, password = Password, name = "Bench Student" }, null, cancel);

    /// <summary>Signs in, and takes the token of the page, so that what follows is the start alone.</summary>
    public async Task SignIn(CancellationToken cancel)
    {
        using var signedIn = await Post("/api/auth/login", new { email, password = Password }, HttpStatusCode.OK, cancel);
        var accessToken = signedIn.RootElement.GetProperty("accessToken").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var page = await http.GetAsync(new Uri("/api/payment/csrf-token", UriKind.Relative), cancel);
        using var token = JsonDocument.Parse(await page.Content.ReadAsByteArrayAsync(cancel));
        csrf = token.RootElement.GetProperty("csrfToken").GetString()!;
        cookie = page.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Starts to pay a course.</summary>
    /// <returns>Milliseconds until the page of the gateway was known.</returns>
    public async Task<double> Start(string courseId, CancellationToken cancel)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payment/initiate");
        request.Content = JsonContent.Create(new { courseId });
        request.Headers.Add("X-CSRF-Token", csrf);
        request.Headers.Add("Cookie", cookie);
        using var started = await Read(await http.SendAsync(request, cancel), HttpStatusCode.Created, cancel);
        var milliseconds = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;
        return started.RootElement.TryGetProperty("paymentUrl", out _)
            ? milliseconds
            : throw new BenchException("A start was answered without the page of the gateway.");
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonDocument> Post(string path, object body, HttpStatusCode? expected, CancellationToken cancel) =>
        await Read(await http.PostAsJsonAsync(path, body, cancel), expected, cancel);

    /// <param name="response">Disposed here.</param>
    /// <param name="expected">Null: any success.</param>
    /// <param name="cancel">The reading.</param>
    private static async Task<JsonDocument> Read(HttpResponseMessage response, HttpStatusCode? expected, CancellationToken cancel)
    {
        using (response)
        {
            var answer = await response.Content.ReadAsByteArrayAsync(cancel);
            var isRight = expected is { } status ? response.StatusCode == status : response.IsSuccessStatusCode;
            return isRight
                ? JsonDocument.Parse(answer)
                : throw new BenchException(
                    $"{response.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
        }
    }
}
