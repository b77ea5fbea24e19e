using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PaymentGateway.Tests.Crash;

/// <summary>
/// A shop whose clients create orders and pay them while the server is killed under them. A call without an answer is made again with the
/// same key and the same body; what is still without an answer when the load ends is kept, and asked again at the end.
/// </summary>
internal sealed class StubbornShop(Func<HttpClient> connect, string webhookUrl, int seed)
{
    private static readonly TimeSpan betweenTries = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<Call> unanswered = [];
    private readonly ConcurrentBag<string> orders = [];
    private readonly ConcurrentDictionary<string, string> succeeded = new();
    private readonly ConcurrentDictionary<string, int> answers = new();

    /// <summary>Orders whose creation was answered.</summary>
    internal IReadOnlyCollection<string> Orders => orders;

    /// <summary>Payments that were answered as succeeded.</summary>
    internal IReadOnlyCollection<string> Succeeded => succeeded.Keys.ToList();

    internal int Unanswered => unanswered.Count;

    /// <summary>How often each kind of answer came.</summary>
    internal string Summary => string.Join(", ", answers.OrderByDescending(answer => answer.Value).Select(answer => $"{answer.Key} ×{answer.Value}"));

    internal Task Work(int clients, CancellationToken closing) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
    {
        using var http = connect();
        var random = new Random(seed + client);
        for (var number = 1; !closing.IsCancellationRequested; number++)
        {
            await BuyOnce(http, random, $"{seed}-{client}-{number}", closing);
        }
    })));

    /// <summary>Repeats every call that has no answer yet, with its own key.</summary>
    internal async Task AskAgain()
    {
        using var http = connect();
        var calls = unanswered.ToArray();
        unanswered.Clear();
        await Parallel.ForEachAsync(calls, async (call, _) => Note(await Send(http, call, CancellationToken.None), call));
    }

    private async Task BuyOnce(HttpClient http, Random random, string key, CancellationToken closing)
    {
        var amount = random.Next(100, 900_000) / 100m;
        var order = await Answered(http, new($"order-{key}", "/api/payments/orders", new { amount, currency = "INR", webhookUrl }, null), closing);
        if (order is not { Status: HttpStatusCode.Created })
        {
            return;
        }

        var orderId = order.Body.GetProperty("orderId").GetString()!;
        orders.Add(orderId);
        var card = random.Next(10) == 0 ? "4000000000000002" : "4111111111111111";
        var token = await Answered(http, new(null, "/api/payments/tokens",
            new { card = new { number = card, cvv = "123", expiry = "12/35", name = "Test User" } }, null), closing);
        if (token is not { Status: HttpStatusCode.Created })
        {
            return;
        }

        var payment = new Call($"pay-{key}", "/api/payments",
            new { orderId, paymentMethod = "card", paymentDetails = new { cardToken = token.Body.GetProperty("cardToken").GetString() } },
            random.Next(16) switch { 0 => "lost_answer", 1 => "slow", 2 => "duplicate_notification", _ => null });
        Note(await Answered(http, payment, closing), payment);
    }

    private void Note(Reply? reply, Call call)
    {
        if (reply is null)
        {
            unanswered.Add(call);
        }
        else if (reply.Status == HttpStatusCode.Created && reply.Body.GetProperty("status").GetString() == "succeeded")
        {
            succeeded.TryAdd(reply.Body.GetProperty("paymentId").GetString()!, call.Key!);
        }
    }

    /// <summary>Null: the shop closed before an answer came, or another run of the same call holds its key.</summary>
    private async Task<Reply?> Answered(HttpClient http, Call call, CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            if (await Send(http, call, CancellationToken.None) is { } reply)
            {
                return reply;
            }

            await Task.Delay(betweenTries, CancellationToken.None);
            if (call.HeldByAnother)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<Reply?> Send(HttpClient http, Call call, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Path) { Content = JsonContent.Create(call.Body) };
        if (call.Key is not null)
        {
            request.Headers.Add("Idempotency-Key", call.Key);
        }

        if (call.Behaviour is not null)
        {
            request.Headers.Add("X-Sandbox-Behaviour", call.Behaviour);
        }

        try
        {
            using var response = await http.SendAsync(request, cancel);
            var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancel)).RootElement.Clone();
            var what = response.IsSuccessStatusCode
                ? body.TryGetProperty("status", out var status) ? $"{(int)response.StatusCode} {status}" : $"{(int)response.StatusCode}"
                : $"{(int)response.StatusCode} {body.GetProperty("error").GetProperty("code")}";
            answers.AddOrUpdate(what, 1, (_, times) => times + 1);
            // The server that held the key was killed: its lease has to end before the call can be taken up again.
            call.HeldByAnother = response.StatusCode == HttpStatusCode.Conflict && what.EndsWith("IDEMPOTENCY_IN_PROGRESS", StringComparison.Ordinal);
            return call.HeldByAnother || response.StatusCode >= HttpStatusCode.InternalServerError ? null : new(response.StatusCode, body);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or JsonException)
        {
            answers.AddOrUpdate("no answer", 1, (_, times) => times + 1);
            return null;
        }
    }

    private sealed record Call(string? Key, string Path, object Body, string? Behaviour)
    {
        public bool HeldByAnother { get; set; }
    }

    private sealed record Reply(HttpStatusCode Status, JsonElement Body);
}
