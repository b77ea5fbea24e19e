using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentGateway.Merchants;

namespace PaymentGateway.Bench;

/// <summary>Milliseconds of every call of one kind.</summary>
internal sealed record LoadRun(double PerSecond, int Payments, double[] CreateMilliseconds, double[] PayMilliseconds, IReadOnlyList<string> Errors);

/// <summary>A shop's server: creates an order and pays it by card, again and again, with any number of clients at once.</summary>
internal sealed class PaymentLoad : IDisposable
{
    private const int ClientsMax = 1024;

    private readonly HttpClient http;
    private readonly TimeProvider clock = TimeProvider.System;
    private string cardToken = "";

    public PaymentLoad(Uri address, DemoMerchant merchant)
    {
        http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = ClientsMax, UseProxy = false, UseCookies = false })
        {
            BaseAddress = address,
        };
        var key = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{merchant.ApiKey}:{merchant.ApiSecret}"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", key);
    }

    /// <summary>A published test number, once: its token may be used again and again, for an hour.</summary>
    public async Task Tokenize(CancellationToken cancel) => cardToken = await Post(
        "/api/payments/tokens", """{"card":{"number":"4111111111111111","cvv":"123","expiry":"12/25"}}""",
        HttpStatusCode.Created, "cardToken", cancel);

    public async Task<LoadRun> Run(int clients, TimeSpan duration, CancellationToken cancel)
    {
        // Every connection is open and every client has paid once before the clock starts.
        var clerks = Enumerable.Range(0, clients).Select(_ => new Client()).ToArray();
        await Task.WhenAll(clerks.Select(clerk => PayOnce(clerk, cancel)));
        Array.ForEach(clerks, clerk => clerk.Forget());
        var begun = clock.GetTimestamp();
        await Task.WhenAll(clerks.Select(clerk => PayUntil(clerk, begun, duration, cancel)));
        var elapsed = clock.GetElapsedTime(begun);
        var payments = clerks.Sum(clerk => clerk.Pay.Count);
        return new(
            payments / elapsed.TotalSeconds, payments, [.. clerks.SelectMany(clerk => clerk.Create)], [.. clerks.SelectMany(clerk => clerk.Pay)],
            [.. clerks.SelectMany(clerk => clerk.Errors)]);
    }

    public void Dispose() => http.Dispose();

    private async Task PayUntil(Client client, long begun, TimeSpan duration, CancellationToken cancel)
    {
        while (clock.GetElapsedTime(begun) < duration)
        {
            await PayOnce(client, cancel);
        }
    }

    private async Task PayOnce(Client client, CancellationToken cancel)
    {
        try
        {
            var begun = clock.GetTimestamp();
            var order = await Post(
                "/api/payments/orders", """{"amount":499.50,"currency":"INR"}""", HttpStatusCode.Created, "orderId", cancel);
            client.Create.Add(clock.GetElapsedTime(begun).TotalMilliseconds);
            begun = clock.GetTimestamp();
            var status = await Post(
                "/api/payments", $$$"""{"orderId":"{{{order}}}","paymentMethod":"card","paymentDetails":{"cardToken":"{{{cardToken}}}"}}""",
                HttpStatusCode.Created, "status", cancel);
            var milliseconds = clock.GetElapsedTime(begun).TotalMilliseconds;
            if (status == "succeeded")
            {
                client.Pay.Add(milliseconds);
            }
            else
            {
                client.Errors.Add($"A payment is {status}.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or BenchException)
        {
            client.Errors.Add(e.Message);
        }
    }

    private async Task<string> Post(string path, string body, HttpStatusCode expected, string field, CancellationToken cancel)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(path, content, cancel);
        var answer = await response.Content.ReadAsByteArrayAsync(cancel);
        return response.StatusCode == expected
            ? TextOf(answer, field)
            : throw new BenchException($"{path} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
    }

    private static string TextOf(byte[] answer, string field)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty(field).GetString()!;
    }

    private sealed class Client
    {
        public List<double> Create { get; } = [];
        public List<double> Pay { get; } = [];
        public List<string> Errors { get; } = [];

        /// <summary>Errors are kept: the first payment must succeed too.</summary>
        public void Forget()
        {
            Create.Clear();
            Pay.Clear();
        }
    }
}
