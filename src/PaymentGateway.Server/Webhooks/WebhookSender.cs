using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

/// <summary>One message to one address.</summary>
internal sealed record OutgoingMessage(string Url, Mode Mode, string EventId, string Body, SigningSecrets Secrets);

/// <summary>What came of one attempt.</summary>
/// <param name="Status">The HTTP status, when there was one.</param>
/// <param name="Error">Why there was none, or why the answer does not count.</param>
/// <param name="Response">The beginning of the answer's body.</param>
internal sealed record SendResult(DateTimeOffset StartedAt, TimeSpan Duration, int? Status, string? Error, string? Response)
{
    public bool IsDelivered => Status is >= 200 and <= 299 && Error is null;

    /// <summary>The receiver says that it will never want this again.</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;
}

/// <summary>Signs and posts. Decides nothing: what to do with the result is the dispatcher's.</summary>
internal sealed class WebhookSender(OutboundGuard guard, TimeProvider clock) : IDisposable
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private const int ResponseBytesMax = 4096;

    private static readonly MediaTypeHeaderValue json = new("application/json");

    private static readonly ProductInfoHeaderValue product = new("PaymentGateway-Webhooks", Events.Event.ApiVersion);

    // One client for each mode: a pooled connection that the sandbox may use must not carry live messages.
    private readonly HttpClient test = Client(guard, Mode.Test);
    private readonly HttpClient live = Client(guard, Mode.Live);

    public async Task<SendResult> Send(OutgoingMessage message, CancellationToken stop)
    {
        var startedAt = clock.GetUtcNow();
        var watch = clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var (status, error, response) = await Exchange(message, startedAt, either.Token, stop);
        return new(startedAt, clock.GetElapsedTime(watch), status, error, response);
    }

    public void Dispose()
    {
        test.Dispose();
        live.Dispose();
    }

    private async Task<(int? Status, string? Error, string? Response)> Exchange(
        OutgoingMessage message, DateTimeOffset sentAt, CancellationToken cancel, CancellationToken stop)
    {
        // The address was checked when it was given; the rules may have become stricter since.
        if (guard.Check("url", message.Url, message.Mode).IsRefused)
        {
            return (null, "The address may not be called.", null);
        }

        try
        {
            using var request = Request(message, sentAt);
            using var response = await ClientOf(message.Mode).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var status = (int)response.StatusCode;
            return (status, ErrorOf(status), await ReadBeginning(response, cancel, stop));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, $"No answer within {Timeout.TotalSeconds:0} seconds.", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, Describe(e), null);
        }
    }

    private static HttpRequestMessage Request(OutgoingMessage message, DateTimeOffset sentAt)
    {
        var body = Encoding.UTF8.GetBytes(message.Body);
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = json;
        request.Headers.UserAgent.Add(product);
        foreach (var (name, value) in Signature.Headers(message.EventId, sentAt, body, message.Secrets))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static string? ErrorOf(int status) => status switch
    {
        >= 200 and <= 299 => null,
        >= 300 and <= 399 => $"Answered {status}; redirects are not followed.",
        _ => $"Answered {status}.",
    };

    /// <summary>
    /// Reads no more than is kept; the rest is dropped with the connection. The status has been given: a body that breaks off or never
    /// ends changes nothing about it.
    /// </summary>
    private static async Task<string?> ReadBeginning(HttpResponseMessage response, CancellationToken cancel, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ResponseBytesMax);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var room = buffer.AsMemory(0, ResponseBytesMax);
            var length = await stream.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancel);
            return Printable(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception e) when (e is IOException or HttpRequestException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// It is stored and shown: no U+0000, which PostgreSQL has not, and no card number that a receiver prints in its errors.
    /// </summary>
    private static string Printable(string text) => CardDataGuard.HoldsCardNumber(text)
        ? "(withheld: it looks like card data)"
        : text.Replace('\0', '\uFFFD');

    /// <summary>In our words: the framework's may name addresses of our network.</summary>
    private static string Describe(Exception e) => e switch
    {
        OutboundRefusedException refused => refused.Message,
        HttpRequestException { InnerException: OutboundRefusedException refused } => refused.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            or HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } }
            => "The host name is not known.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "The TLS connection could not be made.",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } }
            => "The connection was refused.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "The connection could not be made.",
        _ => "The connection was closed before the answer was complete.",
    };

    private HttpClient ClientOf(Mode mode) => mode == Mode.Live ? live : test;

    private static HttpClient Client(OutboundGuard guard, Mode mode) =>
        new(guard.HandlerFor(mode)) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
}
