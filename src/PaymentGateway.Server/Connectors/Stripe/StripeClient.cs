using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Stripe;

/// <summary>The fields of one request, in Stripe's brackets: <c>metadata[charge]</c>. A null value is left out.</summary>
internal sealed class StripeForm : List<KeyValuePair<string, string>>
{
    public StripeForm With(string name, string? value)
    {
        if (value is not null)
        {
            Add(new(name, value));
        }

        return this;
    }

    public StripeForm With(string name, long value) => With(name, value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>HTTP to Stripe: forms in, JSON out, one host, the key chooses the mode. Stripe API, "Authentication", "Idempotent requests".</summary>
internal sealed class StripeClient(ProcessorHttp http, ProcessorAddresses addresses, IProcessorAccounts accounts)
{
    /// <summary>Pinned, so that a change at Stripe changes nothing here.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    private const int PagesMax = 50;

    public async ValueTask<ProcessorAccount> AccountOf(Tenant tenant) =>
        await accounts.Find(tenant, StripeConnector.ConnectorName) ?? throw new NoProcessorAccountException(StripeConnector.ConnectorName);

    /// <summary>Where the account's calls go: Stripe, or its simulator.</summary>
    public Uri AddressOf(ProcessorAccount account) => addresses.Of(account.Tenant.Mode);

    /// <param name="key">Stripe deduplicates by it: the first answer is kept for a day and more.</param>
    public Task<ProcessorReply> Post(ProcessorAccount account, string path, StripeForm form, string key, CancellationToken cancel) =>
        http.Send(
            () =>
            {
                var message = NewMessage(account, HttpMethod.Post, path);
                message.Headers.Add("Idempotency-Key", key);
                message.Content = new FormUrlEncodedContent(form);
                return message;
            }, Repeat.Safe, cancel);

    public Task<ProcessorReply> Get(ProcessorAccount account, string path, CancellationToken cancel) =>
        http.Send(() => NewMessage(account, HttpMethod.Get, path), Repeat.Safe, cancel);

    /// <summary>Deleting what is gone is answered 404, which is the same to us.</summary>
    public Task<ProcessorReply> Delete(ProcessorAccount account, string path, CancellationToken cancel) =>
        http.Send(() => NewMessage(account, HttpMethod.Delete, path), Repeat.Safe, cancel);

    /// <summary>
    /// A customer at Stripe for one card of ours: ours may have cards at several processors. A repeat with the key is the same.
    /// </summary>
    public async Task<string> NewCustomer(ProcessorAccount account, string key, CancellationToken cancel) => Expect(
        await Post(account, "/v1/customers", new StripeForm().With("metadata[for]", key), $"customer-{key}", cancel)).Needed("id");

    /// <summary>Lets go of the customer and of the card that it keeps; one that is gone already is gone.</summary>
    public async Task DeleteCustomer(ProcessorAccount account, string customer, CancellationToken cancel) =>
        ExpectIfThere(await Delete(account, $"/v1/customers/{customer}", cancel));

    /// <exception cref="HttpRequestException">The list has no end within reason: it is not known whether it is in it.</exception>
    public async Task<JsonElement?> FindInList(ProcessorAccount account, string path, Func<JsonElement, bool> isIt, CancellationToken cancel)
    {
        string? cursor = null;
        for (var page = 1; page <= PagesMax; page++)
        {
            var list = Expect(await Get(account, path + After(cursor), cancel));
            foreach (var item in list.Items("data"))
            {
                if (isIt(item))
                {
                    return item;
                }

                cursor = item.Needed("id");
            }

            if (list.Flag("has_more") != true)
            {
                return null;
            }
        }

        throw new HttpRequestException($"More than {PagesMax} pages.");
    }

    /// <summary>The part of a list's address that goes on behind an item.</summary>
    public static string After(string? cursor) => cursor is null ? "" : $"&starting_after={cursor}";

    private HttpRequestMessage NewMessage(ProcessorAccount account, HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, new Uri(addresses.Of(account.Tenant.Mode), path));
        message.Options.Set(ProcessorHttp.Account, account);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account[StripeConnector.SecretKey]);
        message.Headers.Add("Stripe-Version", ApiVersion);
        return message;
    }

    /// <summary>
    /// Stripe Docs, "Verify webhook signatures manually": HMAC-SHA256 over <c>t.body</c> under the whole secret. While a secret is
    /// rolled there are two signatures.
    /// </summary>
    public static bool Fits(string? header, ReadOnlySpan<byte> body, string secret, DateTimeOffset receivedAt)
    {
        var parts = (header ?? "").Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToList();
        var time = parts.Find(part => part[0].Trim() == "t")?[1];
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(receivedAt.ToUnixTimeSeconds() - seconds) > ToleranceSeconds)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}."), .. body];
        var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        return parts.Any(part => part[0].Trim() == "v1" && CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(part[1])));
    }

    /// <summary>Of old messages as Stripe's own libraries have it, and of those from the future too.</summary>
    private const int ToleranceSeconds = 300;

    /// <summary>
    /// A refusal of exactly this request. A key that is in use, or was used for something else, says nothing: the request may be done.
    /// So does a refusal after a try without an answer, except that of the bank, which is the answer itself.
    /// </summary>
    public static bool IsClearNo(ProcessorReply reply) => reply.Status switch
    {
        HttpStatusCode.PaymentRequired => true,
        HttpStatusCode.BadRequest => reply.Json.Text("error", "type") == "invalid_request_error",
        HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => !reply.MayBeDone,
        _ => false,
    };

    /// <summary>What came of a request that makes something, refusals included.</summary>
    /// <param name="reply">What Stripe answered.</param>
    /// <param name="read">Reads what was made.</param>
    /// <param name="name">What an error calls it: <c>payment_intent</c>, <c>setup_intent</c>.</param>
    public static ConnectorOutcome OutcomeOf(ProcessorReply reply, Func<JsonElement, ConnectorOutcome> read, string name) => reply switch
    {
        { IsSuccess: true } => read(reply.Json),
        // Busy, and no earlier try may have arrived: then nothing was done.
        { Status: HttpStatusCode.TooManyRequests, MayBeDone: false } => new ConnectorOutcome.NotCalled("Stripe asked for fewer calls."),
        _ when IsClearNo(reply) => StripeMessages.Declined(reply.Json.At("error"), reply.Json.Text("error", name, "id")),
        _ => throw reply.NoAnswer(),
    };

    /// <summary>What something is after a request to change it: what was answered, or, when it was refused, what it is at this path now.</summary>
    public async Task<JsonElement> StateAfter(ProcessorReply reply, ProcessorAccount account, string path, CancellationToken cancel) =>
        reply.IsSuccess ? reply.Json
        : IsClearNo(reply) ? Expect(await Get(account, path, cancel))
        : throw reply.NoAnswer();

    /// <exception cref="HttpRequestException">Stripe did not say anything that can be relied on.</exception>
    public static JsonElement Expect(ProcessorReply reply) => reply.IsSuccess ? reply.Json : throw reply.NoAnswer();

    /// <summary>What is there, or null when Stripe has nothing of this id.</summary>
    public static JsonElement? ExpectIfThere(ProcessorReply reply) =>
        reply.Status == HttpStatusCode.NotFound ? null : Expect(reply);
}
