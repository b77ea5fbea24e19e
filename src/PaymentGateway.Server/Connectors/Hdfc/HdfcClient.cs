using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>
/// HTTP to SmartGateway: the API key as Basic credentials, or calls that are encrypted and signed where the account has the keys for it.
/// SmartGateway docs, "Authentication", "Session", "Order status", "Refund order".
/// </summary>
internal sealed class HdfcClient(ProcessorHttp http, ProcessorAddresses addresses, IProcessorAccounts accounts)
{
    /// <summary>Pinned, so that a change at SmartGateway changes nothing here.</summary>
    private const string ApiVersion = "2024-06-24";

    private const string Json = "application/json";
    private const string RequestId = "unique_request_id";
    private const string Amount = "amount";

    public async ValueTask<ProcessorAccount> AccountOf(Tenant tenant) =>
        await accounts.Find(tenant, HdfcConnector.ConnectorName) ?? throw new NoProcessorAccountException(HdfcConnector.ConnectorName);

    /// <summary>Repeated where there is no answer: the order id is one order, whose page it is.</summary>
    public Task<ProcessorReply> OpenSession(ProcessorAccount account, string orderId, JsonObject body, CancellationToken cancel) =>
        HdfcKeys.EnvelopeOf(account) is { } keys
            ? SendSealed(account, orderId, "/v4/session", body, keys, Repeat.Safe, cancel)
            : Send(
                account, orderId, HttpMethod.Post, "/session", () => new StringContent(body.ToJsonString(), Encoding.UTF8, Json), Repeat.Safe, cancel);

    public Task<ProcessorReply> GetOrder(ProcessorAccount account, string orderId, CancellationToken cancel) =>
        HdfcKeys.EnvelopeOf(account) is { } keys
            ? SendSealed(account, orderId, "/v4/order-status", new() { ["order_id"] = orderId }, keys, Repeat.Safe, cancel)
            : Send(account, orderId, HttpMethod.Get, PathOf(orderId), () => null, Repeat.Safe, cancel);

    /// <summary>Not repeated: the same id again is refused, and the order tells what became of the first.</summary>
    public Task<ProcessorReply> Refund(ProcessorAccount account, string orderId, string requestId, string amount, CancellationToken cancel)
    {
        var (path, fields) = ($"{PathOf(orderId)}/refunds", new Dictionary<string, string> { [RequestId] = requestId, [Amount] = amount });
        return HdfcKeys.EnvelopeOf(account) is { } keys
            ? SendSealed(account, orderId, $"/v4{path}", new() { [RequestId] = requestId, [Amount] = amount }, keys, Repeat.Never, cancel)
            : Send(account, orderId, HttpMethod.Post, path, () => new FormUrlEncodedContent(fields), Repeat.Never, cancel);
    }

    private static string PathOf(string orderId) => $"/orders/{Uri.EscapeDataString(orderId)}";

    private Task<ProcessorReply> Send(
        ProcessorAccount account, string orderId, HttpMethod method, string path, Func<HttpContent?> content, Repeat repeat,
        CancellationToken cancel) =>
        http.Send(
            () =>
            {
                var message = NewMessage(account, orderId, method, path);
                message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Credentials(account[HdfcKeys.ApiKey]!));
                message.Content = content();
                return message;
            }, repeat, cancel, ReadPlain);

    /// <summary>Sealed once for all tries: each would be another text of the same call.</summary>
    private Task<ProcessorReply> SendSealed(
        ProcessorAccount account, string orderId, string path, JsonObject body, EnvelopeKeys keys, Repeat repeat, CancellationToken cancel)
    {
        var written = HdfcEnvelope.Seal(body.ToJsonString(), keys).ToJsonString();
        return http.Send(
            () =>
            {
                var message = NewMessage(account, orderId, HttpMethod.Post, path);
                message.Content = new StringContent(written, Encoding.UTF8, Json);
                return message;
            }, repeat, cancel, (status, type, answer) => ReadSealed(status, type, answer, keys));
    }

    private HttpRequestMessage NewMessage(ProcessorAccount account, string orderId, HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, new Uri(AddressOf(account), path));
        message.Headers.Add("x-merchantid", account[HdfcKeys.MerchantId]);
        message.Headers.Add("version", ApiVersion);
        // One and the same for all calls about an order, as for a customer who is a guest.
        message.Headers.Add("x-routing-id", orderId);
        return message;
    }

    /// <summary>An address that the operator has set for test mode, such as a simulator's, is called whatever the account says.</summary>
    private Uri AddressOf(ProcessorAccount account)
    {
        var isSet = addresses.Test != HdfcHosts.Families[HdfcHosts.Otherwise].Test;
        return account.Tenant.Mode == Mode.Test && isSet ? addresses.Test
            : HdfcHosts.Families[account[HdfcKeys.Hosts] ?? HdfcHosts.Otherwise].Of(account.Tenant.Mode);
    }

    /// <summary>SmartGateway's pages and library want the key alone, without the colon that Basic credentials have otherwise.</summary>
    internal static string Credentials(string apiKey) => Convert.ToBase64String(Encoding.UTF8.GetBytes(apiKey));

    private static JsonElement ReadPlain(HttpStatusCode status, string? type, ReadOnlyMemory<byte> answer) =>
        HdfcFormats.Read(HdfcFormats.FormatOf(type, answer.Span), answer);

    /// <summary>Refusals come in the open; an answer that says more must be sealed for us.</summary>
    private static JsonElement ReadSealed(HttpStatusCode status, string? type, ReadOnlyMemory<byte> answer, EnvelopeKeys keys)
    {
        var read = ReadPlain(status, type, answer);
        return (int)status is >= 200 and < 300 ? HdfcEnvelope.Open(read, keys) : read;
    }

    /// <summary>The code of a refusal; null: there is none to be read.</summary>
    public static string? CodeOf(ProcessorReply reply) => reply.Json.Text("error_info", "code") ?? reply.Json.Text("error_code");

    /// <exception cref="HttpRequestException">SmartGateway did not say anything that can be relied on.</exception>
    public static PaymentData Expect(ProcessorReply reply, string orderId)
    {
        var order = reply.IsSuccess ? PaymentData.Read(reply.Json) : throw reply.NoAnswer();
        return string.Equals(order.OrderId, orderId, StringComparison.OrdinalIgnoreCase)
            ? order
            : throw new InvalidFieldException("order_id", "must be that of the order that was asked for");
    }

    /// <summary>The order, or null when SmartGateway has none of this id: it says so as a refusal or as a status.</summary>
    public static PaymentData? ExpectIfThere(ProcessorReply reply, string orderId) =>
        reply.Status == HttpStatusCode.NotFound || (!reply.IsSuccess && HdfcMapping.RefusalOf(CodeOf(reply)) == HdfcRefusal.NotFound)
        || reply.Json.Text("status") == "NOT_FOUND"
            ? null
            : Expect(reply, orderId);
}
