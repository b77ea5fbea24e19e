using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace PaymentGateway.Simulators.Engine;

/// <summary>Sends webhooks one after the other, as signed, and sends again what was not taken.</summary>
internal sealed class Outbox(SimulatedClock clock, Faults faults, ILogger log) : IDisposable
{
    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(200);
    private const int AttemptsMax = 6;
    private const int DeliveriesMax = 1_000;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Channel<Webhook> waiting = Channel.CreateUnbounded<Webhook>();
    private readonly Lock gate = new();
    private readonly Queue<JsonObject> deliveries = [];
    private readonly List<Webhook> held = [];
    private int underWay;

    /// <summary>Webhooks that are not delivered and not given up.</summary>
    public int Waiting => Volatile.Read(ref underWay);

    public void Post(Webhook webhook)
    {
        if (faults.Take(null, webhook.Type, FaultKind.WebhookLost) is not null)
        {
            Note(webhook, "lost", null, 0);
            return;
        }
        if (faults.Take(null, webhook.Type, FaultKind.WebhookLate) is not null)
        {
            lock (gate)
                held.Add(webhook);
            return;
        }
        Enqueue(webhook);
        if (faults.Take(null, webhook.Type, FaultKind.WebhookTwice) is not null)
            Enqueue(webhook);
        Release();
    }

    /// <summary>What was held back goes out now.</summary>
    public void Release()
    {
        List<Webhook> late;
        lock (gate)
        {
            late = [.. held];
            held.Clear();
        }
        foreach (var one in late)
            Enqueue(one);
    }

    private void Enqueue(Webhook webhook)
    {
        Interlocked.Increment(ref underWay);
        waiting.Writer.TryWrite(webhook);
    }

    public JsonArray ToJson()
    {
        lock (gate)
            return [.. deliveries.Select(one => one.DeepClone())];
    }

    /// <summary>Runs until it is stopped. An endpoint that does not answer holds up only its own message.</summary>
    public async Task Run(IProcessor processor, CancellationToken stop)
    {
        await foreach (var webhook in waiting.Reader.ReadAllAsync(stop))
            await Deliver(processor, webhook, stop);
    }

    private async Task Deliver(IProcessor processor, Webhook webhook, CancellationToken stop)
    {
        var (headers, fault) = Signed(processor, webhook);
        var status = await Send(webhook, headers, stop);
        Note(webhook, status is >= 200 and < 300 ? "delivered" : "refused", fault, status);
        if (status is >= 200 and < 300 || fault is not null)
            Interlocked.Decrement(ref underWay);
        else
            _ = Repeat(processor, webhook, stop);
    }

    private (IReadOnlyDictionary<string, string> Headers, string? Fault) Signed(IProcessor processor, Webhook webhook)
    {
        var fault = faults.Take(null, webhook.Type, FaultKind.WebhookForged, FaultKind.WebhookExpired, FaultKind.WebhookFuture);
        var now = clock.GetUtcNow();
        return fault?.Kind switch
        {
            FaultKind.WebhookForged => (processor.Sign(webhook with { Secret = webhook.Secret + "-forged" }, now), "forged"),
            FaultKind.WebhookExpired => (processor.Sign(webhook, now.AddHours(-1)), "expired"),
            FaultKind.WebhookFuture => (processor.Sign(webhook, now.AddHours(1)), "future"),
            _ => (processor.Sign(webhook, now), null),
        };
    }

    private async Task Repeat(IProcessor processor, Webhook webhook, CancellationToken stop)
    {
        try
        {
            for (var attempt = 2; attempt <= AttemptsMax; attempt++)
            {
                await Task.Delay(firstPause * Math.Pow(2, attempt - 2), stop);
                var status = await Send(webhook, processor.Sign(webhook, clock.GetUtcNow()), stop);
                Note(webhook, status is >= 200 and < 300 ? "delivered" : "refused", null, status);
                if (status is >= 200 and < 300)
                    return;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    // 0: no answer.
    private async Task<int> Send(Webhook webhook, IReadOnlyDictionary<string, string> headers, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(webhook.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request, stop);
            return (int)response.StatusCode;
        }
        catch (Exception gone) when (gone is HttpRequestException || (gone is TaskCanceledException && !stop.IsCancellationRequested))
        {
            log.LogInformation("{Url} did not take {Event}: {Reason}", webhook.Url, webhook.EventId, gone.Message);
            return 0;
        }
    }

    private void Note(Webhook webhook, string outcome, string? fault, int status)
    {
        lock (gate)
        {
            deliveries.Enqueue(new()
            {
                ["at"] = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
                ["event"] = webhook.EventId,
                ["type"] = webhook.Type,
                ["url"] = webhook.Url,
                ["outcome"] = outcome,
                ["fault"] = fault,
                ["status"] = status,
            });
            if (deliveries.Count > DeliveriesMax)
                deliveries.Dequeue();
        }
    }

    public void Dispose() => http.Dispose();
}
