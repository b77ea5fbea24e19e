using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PaymentGateway.Tests.Crash;

/// <summary>
/// A shop whose clients pay in all ways, take held money in parts and give some of it back while the server is killed under them. A call without an answer is made again with the
/// same key and the same body; what is still without an answer when the load ends is kept, and asked again at the end.
/// </summary>
internal sealed class StubbornShop(Func<HttpClient> connect, string webhookUrl, int seed)
{
    private static readonly TimeSpan betweenTries = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<Call> unanswered = [];
    private readonly ConcurrentBag<string> orders = [];
    private readonly ConcurrentDictionary<string, string> succeeded = new();
    private readonly ConcurrentDictionary<string, string> refunded = new();
    private readonly ConcurrentDictionary<string, int> answers = new();

    /// <summary>Orders whose creation was answered.</summary>
    internal IReadOnlyCollection<string> Orders => orders;

    /// <summary>Payments that were answered as succeeded.</summary>
    internal IReadOnlyCollection<string> Succeeded => succeeded.Keys.ToList();

    /// <summary>Refunds that were answered as succeeded.</summary>
    internal IReadOnlyCollection<string> Refunded => refunded.Keys.ToList();

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

    /// <summary>One customer from the order to what comes after the payment, in one of the ways that there are.</summary>
    private Task BuyOnce(HttpClient http, Random random, string key, CancellationToken closing) => random.Next(10) switch
    {
        0 or 1 => HoldAndCapture(http, random, key, closing),
        2 => ScanCode(http, random, key, closing),
        3 => PayLater(http, random, key, closing),
        4 => PayInInstallments(http, random, key, closing),
        _ => PayByCard(http, random, key, closing),
    };

    private async Task PayByCard(HttpClient http, Random random, string key, CancellationToken closing)
    {
        var card = random.Next(10) == 0 ? "4000000000000002" : "4111111111111111";
        if (await Order(http, key, random.Next(100, 900_000), null, closing) is not { } orderId || await Token(http, card, closing) is not { } cardToken)
        {
            return;
        }

        var paid = await Ask(http, new($"pay-{key}", "/api/payments", new { orderId, paymentMethod = "card", paymentDetails = new { cardToken } },
            random.Next(16) switch { 0 => "lost_answer", 1 => "slow", 2 => "duplicate_notification", 3 => "pending", _ => null }), closing);
        await GiveBack(http, random, key, paid, closing);
    }

    /// <summary>Two captures, of which the second takes the rest.</summary>
    private async Task HoldAndCapture(HttpClient http, Random random, string key, CancellationToken closing)
    {
        if (await Token(http, "4111111111111111", closing) is not { } cardToken)
        {
            return;
        }

        var amount = random.Next(20_000, 90_000);
        var held = await Ask(http, new($"hold-{key}", "/api/payments/payment-intents", new
        {
            amount = amount / 100m,
            currency = "INR",
            captureMethod = "manual",
            confirm = true,
            paymentMethod = "card",
            paymentDetails = new { cardToken },
            webhookUrl,
        }, random.Next(8) == 0 ? "lost_answer" : null), closing);
        if (held?.GetProperty("id").GetString() is not { } paymentId)
        {
            return;
        }

        var path = $"/api/payments/payment-intents/{paymentId}/capture";
        await Ask(http, new($"part-{key}", path, new { amountToCapture = amount / 200, finalCapture = false }, random.Next(8) == 0 ? "lost_answer" : null), closing);
        var all = await Ask(http, new($"rest-{key}", path, new { }, random.Next(8) == 0 ? "error_500" : null), closing);
        await GiveBack(http, random, key, all, closing);
    }

    /// <summary>A code for one payment: whoever scans it a second time is turned away by the processor.</summary>
    private async Task ScanCode(HttpClient http, Random random, string key, CancellationToken closing)
    {
        var code = await Ask(http, new($"code-{key}", "/api/payments/qr-codes", new { type = "dynamic", amount = random.Next(100, 900_000) / 100m, currency = "INR" }, null), closing);
        if (code?.GetProperty("id").GetString() is { } id)
        {
            await Ask(http, new(null, $"/sandbox/qr-codes/{id}/scans", new { }, random.Next(4) == 0 ? "duplicate_notification" : null), closing);
        }
    }

    private async Task PayLater(HttpClient http, Random random, string key, CancellationToken closing)
    {
        if (await Order(http, key, random.Next(100, 90_000), $"customer-{random.Next(200)}", closing) is { } orderId)
        {
            await Ask(http, new($"pay-{key}", "/api/payments",
                new { orderId, paymentMethod = "bnpl", paymentDetails = new { bnplPlanId = "bnpl_2installments", customerConsent = true } },
                random.Next(8) == 0 ? "lost_answer" : null), closing);
        }
    }

    private async Task PayInInstallments(HttpClient http, Random random, string key, CancellationToken closing)
    {
        if (await Order(http, key, random.Next(1_000_000, 3_000_000), null, closing) is not { } orderId || await Token(http, "4111111111111111", closing) is not { } cardToken)
        {
            return;
        }

        var paid = await Ask(http, new($"pay-{key}", "/api/payments", new { orderId, paymentMethod = "emi", paymentDetails = new { cardToken, emiTenure = 6 } },
            random.Next(8) == 0 ? "lost_answer" : null), closing);
        await GiveBack(http, random, key, paid, closing);
    }

    /// <summary>Some of what was paid, or all of it, in one or two refunds.</summary>
    private async Task GiveBack(HttpClient http, Random random, string key, JsonElement? paid, CancellationToken closing)
    {
        if (paid?.GetProperty("status").GetString() != "succeeded" || random.Next(2) == 0)
        {
            return;
        }

        var (paymentId, taken) = (paid.Value.GetProperty("id").GetString(), paid.Value.GetProperty("amountCaptured").GetDecimal());
        var behaviour = random.Next(8) switch { 0 => "lost_answer", 1 => "pending", 2 => "duplicate_notification", 3 => "error_500", _ => null };
        object body = random.Next(2) == 0 ? new { paymentId } : new { paymentId, amount = Math.Round(taken / 3, 2) };
        await Ask(http, new($"refund-{key}", "/api/payments/refunds", body, behaviour), closing);
        await Ask(http, new($"refund-again-{key}", "/api/payments/refunds", new { paymentId, amount = Math.Round(taken / 2, 2) }, null), closing);
    }

    private async Task<string?> Order(HttpClient http, string key, int minor, string? customerId, CancellationToken closing)
    {
        var order = await Answered(http, new($"order-{key}", "/api/payments/orders", new { amount = minor / 100m, currency = "INR", customerId, webhookUrl }, null), closing);
        if (order is not { Status: HttpStatusCode.Created })
        {
            return null;
        }

        var orderId = order.Body.GetProperty("orderId").GetString()!;
        orders.Add(orderId);
        return orderId;
    }

    private async Task<string?> Token(HttpClient http, string number, CancellationToken closing) =>
        await Answered(http, new(null, "/api/payments/tokens", new { card = new { number, cvv = "123", expiry = "12/35", name = "Test User" } }, null), closing)
            is { Status: HttpStatusCode.Created } token
            ? token.Body.GetProperty("cardToken").GetString()
            : null;

    /// <summary>Calls until there is an answer, and keeps the call when there is none.</summary>
    /// <returns>The object; null when there is none.</returns>
    private async Task<JsonElement?> Ask(HttpClient http, Call call, CancellationToken closing)
    {
        var reply = await Answered(http, call, closing);
        Note(reply, call);
        return reply is { Status: HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted } ? reply.Body : null;
    }

    private void Note(Reply? reply, Call call)
    {
        if (reply is null)
        {
            if (call.Key is not null)
            {
                unanswered.Add(call);
            }
        }
        else if ((int)reply.Status is 200 or 201 && reply.Body.TryGetProperty("status", out var status) && status.GetString() == "succeeded")
        {
            var isRefund = reply.Body.TryGetProperty("refundId", out var refundId);
            (isRefund ? refunded : succeeded).TryAdd((isRefund ? refundId : reply.Body.GetProperty("paymentId")).GetString()!, call.Key!);
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
