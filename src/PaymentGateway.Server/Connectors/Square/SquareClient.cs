using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Square;

/// <summary>HTTP to Square: JSON both ways, a host for each mode, keys in the bodies. Square Docs, "Access tokens", "Versioning", "Idempotency".</summary>
internal sealed class SquareClient(ProcessorHttp http, ProcessorAddresses addresses, IProcessorAccounts accounts)
{
    /// <summary>Pinned, so that a change at Square changes nothing here.</summary>
    public const string ApiVersion = "2025-08-20";

    private const int PagesMax = 50;

    public async ValueTask<ProcessorAccount> AccountOf(Tenant tenant) =>
        await accounts.Find(tenant, SquareConnector.ConnectorName) ?? throw new NoProcessorAccountException(SquareConnector.ConnectorName);

    /// <summary>Where the account's calls go: Square, its sandbox, or a simulator.</summary>
    public Uri AddressOf(ProcessorAccount account) => addresses.Of(account.Tenant.Mode);

    public Task<ProcessorReply> Get(ProcessorAccount account, string path, CancellationToken cancel) =>
        http.Send(() => NewMessage(account, HttpMethod.Get, path), Repeat.Safe, cancel);

    /// <summary>Only what carries a key, or changes nothing when it is done again: completing, canceling, disabling.</summary>
    public Task<ProcessorReply> Post(ProcessorAccount account, string path, JsonObject? body, CancellationToken cancel) =>
        Send(account, HttpMethod.Post, path, body, cancel);

    /// <inheritdoc cref="Post"/>
    public Task<ProcessorReply> Put(ProcessorAccount account, string path, JsonObject body, CancellationToken cancel) =>
        Send(account, HttpMethod.Put, path, body, cancel);

    public Task<ProcessorReply> Delete(ProcessorAccount account, string path, CancellationToken cancel) =>
        http.Send(() => NewMessage(account, HttpMethod.Delete, path), Repeat.Safe, cancel);

    private Task<ProcessorReply> Send(ProcessorAccount account, HttpMethod method, string path, JsonObject? body, CancellationToken cancel)
    {
        var written = body?.ToJsonString();
        return http.Send(
            () =>
            {
                var message = NewMessage(account, method, path);
                message.Content = written is null ? null : new StringContent(written, Encoding.UTF8, "application/json");
                return message;
            }, Repeat.Safe, cancel);
    }

    /// <exception cref="HttpRequestException">The list has no end within reason: it is not known what is in it.</exception>
    public async IAsyncEnumerable<JsonElement> All(
        ProcessorAccount account, string path, string name, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? cursor = null;
        for (var page = 1; page <= PagesMax; page++)
        {
            var list = Expect(await Get(account, PageOf(path, cursor), cancel));
            foreach (var item in list.Items(name))
            {
                yield return item;
            }

            if ((cursor = list.Text("cursor")) is null)
            {
                yield break;
            }
        }

        throw new HttpRequestException($"More than {PagesMax} pages.");
    }

    public static string PageOf(string path, string? cursor) =>
        cursor is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={Uri.EscapeDataString(cursor)}";

    /// <summary>A file with what is said of it. Square API, CreateDisputeEvidenceFile.</summary>
    public Task<ProcessorReply> Upload(ProcessorAccount account, string path, JsonObject request, EvidenceAttachment file, string name, CancellationToken cancel)
    {
        var written = request.ToJsonString();
        return http.Send(
            () =>
            {
                var content = new ReadOnlyMemoryContent(file.Content);
                content.Headers.ContentType = new MediaTypeHeaderValue(file.ContentType);
                var message = NewMessage(account, HttpMethod.Post, path);
                message.Content = new MultipartFormDataContent
                {
                    { new StringContent(written, Encoding.UTF8, "application/json"), "request" },
                    { content, "image_file", name },
                };
                return message;
            }, Repeat.Safe, cancel);
    }

    private HttpRequestMessage NewMessage(ProcessorAccount account, HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, new Uri(addresses.Of(account.Tenant.Mode), path));
        message.Options.Set(ProcessorHttp.Account, account);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account[SquareKeys.AccessToken]);
        message.Headers.Add("Square-Version", ApiVersion);
        return message;
    }

    /// <summary>
    /// Square Docs, "Verify and Validate an Event Notification": HMAC-SHA256 over the address of the subscription and the body. There
    /// is no time in it, so an old message fits as well as a new one; its id tells that it was there before.
    /// </summary>
    public static bool Fits(string? header, string address, ReadOnlySpan<byte> body, string key)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(address), .. body];
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed));
        return header is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(header));
    }

    /// <summary>A key of at most 45 characters for one step of an operation: the same for the same parts.</summary>
    public static string KeyOf(params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..40];

    /// <exception cref="HttpRequestException">Square did not say anything that can be relied on.</exception>
    public static JsonElement Expect(ProcessorReply reply) => reply.IsSuccess ? reply.Json : throw reply.NoAnswer();

    /// <summary>What is there, or null when Square has nothing of this id.</summary>
    public static JsonElement? ExpectIfThere(ProcessorReply reply) =>
        reply.Status == HttpStatusCode.NotFound ? null : Expect(reply);
}
