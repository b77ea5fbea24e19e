using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PaymentGateway.Connectors;

/// <summary>Where a processor is called.</summary>
/// <param name="Test">Its sandbox, or a simulator.</param>
/// <param name="Live">Its own host, always.</param>
public sealed record ProcessorAddresses(Uri Test, Uri Live)
{
    public Uri Of(Database.Mode mode) => mode == Database.Mode.Live ? Live : Test;
}

/// <summary>Whether a request may be sent once more when it had no answer.</summary>
public enum Repeat
{
    /// <summary>Not: the processor would do it twice.</summary>
    Never,

    /// <summary>It reads only, or carries a key that the processor deduplicates by.</summary>
    Safe,
}

/// <summary>How an answer is read that is not plain JSON; throws <see cref="JsonException"/> when it cannot be read.</summary>
public delegate JsonElement AnswerReader(HttpStatusCode status, string? contentType, ReadOnlyMemory<byte> body);

/// <param name="Json">Of an empty body: undefined.</param>
/// <param name="MayBeDone">An earlier try had no answer, so a refusal of this one does not prove that nothing was done.</param>
public sealed record ProcessorReply(HttpStatusCode Status, JsonElement Json, bool MayBeDone)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Busy or broken: nothing can be learned from it.</summary>
    /// <exception cref="HttpRequestException">Always.</exception>
    public Exception NoAnswer() => new HttpRequestException($"HTTP {(int)Status}", inner: null, Status);
}

/// <summary>
/// How connectors talk HTTP: repeats where the processor deduplicates, one log line a try without query, header or body, and a bound
/// on what is read. The timeout over all tries is the guard's.
/// </summary>
/// <param name="requests">Null: nobody keeps them.</param>
public sealed partial class ProcessorHttp(HttpClient client, TimeProvider clock, ILogger<ProcessorHttp> log, IRequestLog? requests = null)
{
    /// <summary>Whose request it is: each connector's client says so, and the log of requests reads it.</summary>
    internal static readonly HttpRequestOptionsKey<ProcessorAccount> Account = new("PaymentGateway.ProcessorAccount");

    /// <summary>What processors call a request, in an answer's header.</summary>
    private static readonly string[] requestIds = ["Request-Id", "Paypal-Debug-Id", "X-Request-Id"];

    private const int TriesMax = 3;
    private const int BytesMax = 4 * 1024 * 1024;
    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan pauseMax = TimeSpan.FromSeconds(4);
    private static readonly JsonDocumentOptions json = new() { MaxDepth = 64 };

    /// <summary>A client for hosts that the operator has named: no redirects, no cookies, no proxy of the environment's choosing.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = BytesMax };

    /// <param name="request">Makes the request of one try; called once for each.</param>
    /// <param name="repeat">Whether there may be another.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="reader">Null: answers are JSON.</param>
    /// <exception cref="HttpRequestException">No answer to any try, or a status of 500 and above to the last.</exception>
    /// <exception cref="JsonException">An answer that is not JSON.</exception>
    public async Task<ProcessorReply> Send(Func<HttpRequestMessage> request, Repeat repeat, CancellationToken cancel, AnswerReader? reader = null)
    {
        var mayBeDone = false;
        for (var attempt = 1; ; attempt++)
        {
            var isLast = repeat == Repeat.Never || attempt == TriesMax;
            try
            {
                var (reply, retryAfter) = await Try(request, attempt, mayBeDone, reader ?? ReadJson, cancel);
                if (isLast || !IsPassing(reply.Status))
                {
                    return (int)reply.Status >= 500 ? throw reply.NoAnswer() : reply;
                }

                mayBeDone |= (int)reply.Status >= 500;
                await Task.Delay(retryAfter ?? PauseAfter(attempt), clock, cancel);
            }
            catch (Exception e) when (!isLast && e is HttpRequestException { StatusCode: null } or JsonException)
            {
                mayBeDone = true;
                await Task.Delay(PauseAfter(attempt), clock, cancel);
            }
        }
    }

    private async Task<(ProcessorReply Reply, TimeSpan? RetryAfter)> Try(
        Func<HttpRequestMessage> request, int attempt, bool mayBeDone, AnswerReader reader, CancellationToken cancel)
    {
        using var message = request();
        var sent = new SentRequest(message, attempt, clock.GetUtcNow(), clock.GetTimestamp());
        AnswerHead? head = null;
        JsonElement json;
        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancel);
            head = new(response.StatusCode, RequestIdOf(response), Within(response.Headers.RetryAfter));
            LogTry(message.Method, message.RequestUri!.Host, message.RequestUri.AbsolutePath, attempt, (int)head.Status, Elapsed(sent.Started));
            json = Read(await response.Content.ReadAsByteArrayAsync(cancel), response, reader);
        }
        catch (HttpRequestException e)
        {
            LogNoAnswer(message.Method, message.RequestUri!.Host, message.RequestUri.AbsolutePath, attempt, e.HttpRequestError, Elapsed(sent.Started));
            await Keep(sent, head, json: default, RequestEnd.NoAnswer);
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException or JsonException)
        {
            await Keep(sent, head, json: default, e is JsonException ? RequestEnd.Unreadable : RequestEnd.NoAnswer);
            throw;
        }

        await Keep(sent, head, json, EndOf(head.Status));
        return (new(head.Status, json, mayBeDone), head.RetryAfter);
    }

    /// <summary>What is kept is masked here and now: nothing else of it waits anywhere to be written.</summary>
    private async Task Keep(SentRequest sent, AnswerHead? head, JsonElement json, RequestEnd end)
    {
        if (requests is null || !sent.Message.Options.TryGetValue(Account, out var account))
        {
            return;
        }

        var (message, path, operation) = (sent.Message, sent.Message.RequestUri!.AbsolutePath, ProcessorOperation.Current);
        var mediaType = message.Content?.Headers.ContentType?.MediaType;
        var body = message.Content is StringContent or FormUrlEncodedContent ? await message.Content.ReadAsStringAsync(CancellationToken.None) : null;
        requests.Add(new(
            account.Tenant, account.Connector, account.Id, operation?.Name ?? "other", operation?.Key, operation?.ChargeKey, sent.Attempt,
            message.Method.Method, Excerpt.PathOf(path, account), (int?)head?.Status, end, clock.GetElapsedTime(sent.Started),
            Excerpt.IdOf(head?.RequestId, account), body is null ? null : Excerpt.OfRequest(mediaType, body, path, account),
            Excerpt.Of(json, path, account), sent.At));
    }

    private static RequestEnd EndOf(HttpStatusCode status) => (int)status switch
    {
        < 300 => RequestEnd.Ok,
        429 => RequestEnd.Busy,
        < 500 => RequestEnd.Refused,
        _ => RequestEnd.Broken,
    };

    private static string? RequestIdOf(HttpResponseMessage response) => requestIds
        .Select(name => response.Headers.TryGetValues(name, out var values) ? values.First() : null)
        .FirstOrDefault(id => id is not null);

    private sealed record AnswerHead(HttpStatusCode Status, string? RequestId, TimeSpan? RetryAfter);

    private sealed record SentRequest(HttpRequestMessage Message, int Attempt, DateTimeOffset At, long Started);

    /// <summary>What is broken need not speak JSON; what claims to have worked must.</summary>
    private static JsonElement Read(byte[] bytes, HttpResponseMessage response, AnswerReader reader)
    {
        if (bytes.Length == 0)
        {
            return default;
        }

        try
        {
            return reader(response.StatusCode, response.Content.Headers.ContentType?.ToString(), bytes);
        }
        catch (JsonException) when ((int)response.StatusCode is 429 or >= 500)
        {
            return default;
        }
    }

    private static JsonElement ReadJson(HttpStatusCode status, string? contentType, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, json);
        return document.RootElement.Clone();
    }

    private static bool IsPassing(HttpStatusCode status) => (int)status is 409 or 429 or >= 500;

    private static TimeSpan PauseAfter(int attempt) => firstPause * Math.Pow(2, attempt - 1);

    /// <summary>As the processor asks, but no longer than a customer waits.</summary>
    private static TimeSpan? Within(RetryConditionHeaderValue? header) => header?.Delta is { } asked && asked <= pauseMax ? asked : null;

    private double Elapsed(long started) => clock.GetElapsedTime(started).TotalMilliseconds;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Host}{Path} try {Attempt}: {Status} in {Milliseconds:0.0} ms")]
    private partial void LogTry(HttpMethod method, string host, string path, int attempt, int status, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Host}{Path} try {Attempt}: no answer ({Error}) in {Milliseconds:0.0} ms")]
    private partial void LogNoAnswer(HttpMethod method, string host, string path, int attempt, HttpRequestError error, double milliseconds);
}
