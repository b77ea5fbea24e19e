using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>HTTP to PayPal: JSON both ways, a bearer token, one host for each mode. PayPal REST API, "API requests", "Idempotency".</summary>
internal sealed class PaypalClient(ProcessorHttp http, ProcessorAddresses addresses, IProcessorAccounts accounts, PaypalTokens tokens)
{
    private const string Json = "application/json";

    public async ValueTask<ProcessorAccount> AccountOf(Tenant tenant) =>
        await accounts.Find(tenant, PaypalConnector.ConnectorName) ?? throw new NoProcessorAccountException(PaypalConnector.ConnectorName);

    /// <summary>Where the account's calls go: PayPal, its sandbox, or a simulator.</summary>
    public Uri AddressOf(ProcessorAccount account) => addresses.Of(account.Tenant.Mode);

    /// <param name="key">PayPal deduplicates by it: six hours for orders, forty-five days for payments.</param>
    public Task<ProcessorReply> Post(ProcessorAccount account, string path, JsonObject body, string key, CancellationToken cancel) =>
        Send(account, HttpMethod.Post, path, () => new StringContent(body.ToJsonString(), Encoding.UTF8, Json), key, Repeat.Safe, cancel);

    public Task<ProcessorReply> Get(ProcessorAccount account, string path, CancellationToken cancel) =>
        Send(account, HttpMethod.Get, path, content: null, key: null, Repeat.Safe, cancel);

    /// <summary>Sets fields to values, which is the same however often it is done.</summary>
    public Task<ProcessorReply> Patch(ProcessorAccount account, string path, JsonArray operations, CancellationToken cancel) =>
        Send(account, HttpMethod.Patch, path, () => new StringContent(operations.ToJsonString(), Encoding.UTF8, Json), key: null, Repeat.Safe, cancel);

    public Task<ProcessorReply> Delete(ProcessorAccount account, string path, CancellationToken cancel) =>
        Send(account, HttpMethod.Delete, path, content: null, key: null, Repeat.Safe, cancel);

    /// <summary>A JSON part and files. Nothing here is deduplicated.</summary>
    public Task<ProcessorReply> PostForm(
        ProcessorAccount account, string path, JsonObject input, IReadOnlyList<EvidenceAttachment> files, CancellationToken cancel) =>
        Send(account, HttpMethod.Post, path, () => FormOf(input, files), key: null, Repeat.Never, cancel);

    private static MultipartFormDataContent FormOf(JsonObject input, IReadOnlyList<EvidenceAttachment> files)
    {
        var form = new MultipartFormDataContent { { new StringContent(input.ToJsonString(), Encoding.UTF8, Json), "input" } };
        foreach (var file in files)
        {
            var content = new ReadOnlyMemoryContent(file.Content);
            content.Headers.ContentType = new MediaTypeHeaderValue(file.ContentType);
            form.Add(content, "evidence-file", file.Name);
        }

        return form;
    }

    /// <summary>A token that PayPal no longer takes is dropped, and the call made once more: it was refused unread.</summary>
    private async Task<ProcessorReply> Send(
        ProcessorAccount account, HttpMethod method, string path, Func<HttpContent>? content, string? key, Repeat repeat, CancellationToken cancel)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            var token = await tokens.For(account, cancel);
            var reply = await http.Send(() => NewMessage(account, method, path, content?.Invoke(), key, token), repeat, cancel);
            if (reply.Status != HttpStatusCode.Unauthorized)
            {
                return reply;
            }

            tokens.Drop(account, token);
            if (isSecond)
            {
                return reply;
            }
        }
    }

    private HttpRequestMessage NewMessage(ProcessorAccount account, HttpMethod method, string path, HttpContent? content, string? key, string token)
    {
        var message = new HttpRequestMessage(method, new Uri(addresses.Of(account.Tenant.Mode), path)) { Content = content };
        message.Options.Set(ProcessorHttp.Account, account);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        message.Headers.Add("Prefer", "return=representation");
        if (key is not null)
        {
            message.Headers.Add("PayPal-Request-Id", key);
        }

        return message;
    }

    /// <exception cref="HttpRequestException">PayPal did not say anything that can be relied on.</exception>
    public static JsonElement Expect(ProcessorReply reply) => reply.IsSuccess ? reply.Json : throw reply.NoAnswer();

    /// <summary>What is there, or null when PayPal has nothing of this id.</summary>
    public static JsonElement? ExpectIfThere(ProcessorReply reply) => reply.Status == HttpStatusCode.NotFound ? null : Expect(reply);

    /// <summary>What PayPal minds: <c>details[0].issue</c>, else the name of the error.</summary>
    public static string? IssueOf(ProcessorReply reply) =>
        reply.Json.Items("details").Select(detail => detail.Text("issue")).FirstOrDefault(issue => issue is not null) ?? reply.Json.Text("name");
}
