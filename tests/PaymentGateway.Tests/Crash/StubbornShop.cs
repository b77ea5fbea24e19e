using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PaymentGateway.Tests.Crash;

/// <summary>
/// A shop whose customers do all that customers can do (<see cref="Errand"/>) while the server is killed under them. A call without an answer is
/// made again with the same key and the same body; what is still without an answer when the load ends is kept, and asked again at the end.
/// </summary>
internal sealed class StubbornShop(Func<HttpClient> connect, string webhookUrl, int seed)
{
    private static readonly TimeSpan betweenTries = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(90);

    /// <summary>By which field an answer says what it is about; the first that is there counts.</summary>
    private static readonly (string Kind, string Field)[] done =
        [("refund", "refundId"), ("split", "splitPaymentId"), ("setup", "setupIntentId"), ("payment", "paymentId")];

    private readonly ConcurrentBag<Call> unanswered = [];
    private readonly ConcurrentDictionary<(string Kind, string Id), string> promised = new();
    private readonly ConcurrentDictionary<string, int> answers = new();
    private readonly ConcurrentDictionary<string, int> turns = new();
    private int answered;

    /// <summary>What was answered as made or done, by kind: the promises that no kill may break.</summary>
    internal ILookup<string, string> Promised => promised.Keys.ToLookup(one => one.Kind, one => one.Id);

    internal int Unanswered => unanswered.Count;

    /// <summary>How often each kind of answer came.</summary>
    internal string Summary => string.Join(", ", answers.OrderByDescending(answer => answer.Value).Select(answer => $"{answer.Key} ×{answer.Value}"));

    internal Task Work(int clients, CancellationToken closing) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
    {
        using var http = connect();
        var random = new Random(seed + client);
        for (var number = 1; !closing.IsCancellationRequested; number++)
        {
            await new Errand(this, http, random, $"{seed}-{client}-{number}", webhookUrl, closing).Run();
        }
    })));

    /// <summary>Counts from zero to below <paramref name="of"/>, again and again: whose turn it is, of those that have a name in common.</summary>
    internal int Next(string name, int of) => (turns.AddOrUpdate(name, 1, (_, taken) => taken + 1) - 1) % of;

    /// <summary>Waits until so many more calls are answered.</summary>
    internal async Task Answers(int count)
    {
        for (var (watch, enough) = (Stopwatch.StartNew(), Volatile.Read(ref answered) + count); Volatile.Read(ref answered) < enough;)
        {
            Assert.True(watch.Elapsed < longest, "The shop got hardly any answers.");
            await Task.Delay(betweenTries, CancellationToken.None);
        }
    }

    /// <summary>Repeats every call that has no answer yet, with its own key.</summary>
    internal async Task AskAgain()
    {
        using var http = connect();
        var calls = unanswered.ToArray();
        unanswered.Clear();
        await Parallel.ForEachAsync(calls, async (call, _) => Note(await Send(http, call, CancellationToken.None), call));
    }

    /// <summary>Calls until there is an answer, and keeps the call when there is none.</summary>
    /// <returns>The object; null when there is none.</returns>
    internal async Task<JsonElement?> Ask(HttpClient http, Call call, CancellationToken closing)
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
        else if (call.Method != HttpMethod.Get && (int)reply.Status is (200 or 201) && PromiseIn(call, reply.Body) is { } promise)
        {
            promised.TryAdd(promise, call.Name);
        }
    }

    /// <summary>An order is there once it is answered; what moves money is done when it is called so.</summary>
    private static (string Kind, string Id)? PromiseIn(Call call, JsonElement body)
    {
        if (call.Path == Errand.Orders)
        {
            return ("order", body.GetProperty("orderId").GetString()!);
        }

        var isDone = body.TryGetProperty("status", out var status) && status.GetString() == "succeeded";
        foreach (var (kind, field) in isDone ? done : [])
        {
            if (body.TryGetProperty(field, out var id))
            {
                return (kind, id.GetString()!);
            }
        }

        return null;
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
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if (call.Body is not null)
        {
            request.Content = JsonContent.Create(call.Body);
        }

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
            answers.AddOrUpdate($"{call.Name} {what}", 1, (_, times) => times + 1);
            Interlocked.Increment(ref answered);
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

    private sealed record Reply(HttpStatusCode Status, JsonElement Body);
}

/// <summary>A call as it is made, as often as it takes.</summary>
/// <param name="Key">Null: it is not worth repeating when the shop has closed.</param>
/// <param name="Behaviour">What the pretended processor is to do wrong.</param>
internal sealed record Call(HttpMethod Method, string? Key, string Path, object? Body, string? Behaviour)
{
    /// <summary>What it is for: the first word of its key.</summary>
    public string Name => Key?.Split('-')[0] ?? Path.Split('/')[^1];

    public bool HeldByAnother { get; set; }
}
