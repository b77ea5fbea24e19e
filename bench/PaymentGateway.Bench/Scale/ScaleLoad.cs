using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentGateway.Merchants;

namespace PaymentGateway.Bench.Scale;

/// <summary>A shop's server that looks at its history and adds to it, one call after the other.</summary>
internal sealed class ScaleLoad : IDisposable
{
    private readonly HttpClient http;
    private readonly TimeProvider clock = TimeProvider.System;
    private readonly Random random = new(20261121);
    private readonly int payments;
    private readonly TimeSpan oldest;
    private string cardToken = "";

    /// <param name="address">Of the server.</param>
    /// <param name="merchant">Whose history it is.</param>
    /// <param name="payments">How many copies its history has.</param>
    public ScaleLoad(Uri address, DemoMerchant merchant, int payments)
    {
        (this.payments, oldest) = (payments, PaymentCopies.Apart * payments);
        http = new HttpClient { BaseAddress = address };
        var key = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{merchant.ApiKey}:{merchant.ApiSecret}"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", key);
    }

    /// <summary>Milliseconds of every call, by what it does.</summary>
    public Dictionary<string, List<double>> Milliseconds { get; } = [];

    /// <summary>The order that the history is made of.</summary>
    public string CopiedOrder { get; set; } = "";

    public void Dispose() => http.Dispose();

    public async Task Tokenize(CancellationToken cancel) => cardToken = Text(await Send(HttpMethod.Post, "tokens",
        """{"card":{"number":"4111111111111111","cvv":"123","expiry":"12/25"}}""", cancel), "cardToken");

    /// <summary>Pays one order.</summary>
    public async Task<(string OrderId, string PaymentId)> Pay(CancellationToken cancel)
    {
        var order = Text(await Timed("create an order", HttpMethod.Post, "orders", """{"amount":499.50,"currency":"INR"}""", cancel), "orderId");
        var payment = await Timed("pay it by card", HttpMethod.Post, "",
            $$$"""{"orderId":"{{{order}}}","paymentMethod":"card","paymentDetails":{"cardToken":"{{{cardToken}}}"}}""", cancel);
        return (order, Text(payment, "id"));
    }

    /// <summary>Every kind of call once, at random places of the history.</summary>
    public async Task Round(CancellationToken cancel)
    {
        var orderId = PaymentCopies.OrderId(CopiedOrder, payments, random.Next(1, payments + 1));
        var found = await Timed("find the payment of an order", HttpMethod.Get, $"?orderId={orderId}", null, cancel);
        var paymentId = Text(found.GetProperty("data")[0], "id");
        await Timed("get an order", HttpMethod.Get, $"orders/{orderId}", null, cancel);
        await Timed("get a payment", HttpMethod.Get, paymentId, null, cancel);
        await Timed("list payments, first page", HttpMethod.Get, "?limit=20", null, cancel);
        await Timed("list payments, a page far back", HttpMethod.Get, $"?limit=20&cursor={paymentId}", null, cancel);
        await Timed("list payments of one day", HttpMethod.Get, $"?limit=20&createdFrom={Day(0)}&createdTo={Day(1)}", null, cancel);
        await Timed("list payments that wait for capture (none)", HttpMethod.Get, "?limit=20&status=requires_capture", null, cancel);
        await Timed("list payments by merchantOrderId (none)", HttpMethod.Get, "?limit=20&merchantOrderId=unheard-of", null, cancel);
        await Timed("list orders, first page", HttpMethod.Get, "orders?limit=20", null, cancel);
        await Timed("list charges, first page", HttpMethod.Get, "charges?limit=20", null, cancel);
        await Timed("list events, first page", HttpMethod.Get, "events?limit=20", null, cancel);
        var (_, paid) = await Pay(cancel);
        await Timed("refund it", HttpMethod.Post, "refunds", $$$"""{"paymentId":"{{{paid}}}"}""", cancel);
    }

    private string Day(int offset) => (clock.GetUtcNow() - oldest + TimeSpan.FromDays(offset)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<JsonElement> Timed(string what, HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        var answer = await Send(method, path, body, cancel);
        var milliseconds = clock.GetElapsedTime(begun).TotalMilliseconds;
        if (!Milliseconds.TryGetValue(what, out var all))
        {
            Milliseconds[what] = all = [];
        }

        all.Add(milliseconds);
        return answer;
    }

    private async Task<JsonElement> Send(HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri("/api/payments" + (path is "" or ['?', ..] ? path : "/" + path), UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            throw new BenchException($"{method} {path} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(bytes)}");
        }

        using var json = JsonDocument.Parse(bytes);
        return json.RootElement.Clone();
    }

    private static string Text(JsonElement json, string field) => json.GetProperty(field).GetString()!;
}
