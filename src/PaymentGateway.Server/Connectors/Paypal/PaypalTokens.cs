using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>
/// Access tokens of merchants' accounts, kept until shortly before they end, with one refresh of an account at a time: whoever asks for
/// a token for every call is turned away. PayPal REST API, "Authentication".
/// </summary>
internal sealed class PaypalTokens(ProcessorHttp http, ProcessorAddresses addresses, TimeProvider clock)
{
    /// <summary>A token that ends while a call travels is of no use.</summary>
    private static readonly TimeSpan spare = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Kept> all = new(StringComparer.Ordinal);

    private sealed class Kept
    {
        public Lock Gate { get; } = new();

        /// <summary>What all who need the account's token wait for.</summary>
        public Task<Token>? Asked { get; set; }
    }

    private sealed record Token(string Value, DateTimeOffset Until);

    /// <exception cref="NoProcessorAccountException">PayPal does not know the client id or its secret, so nothing can be sent.</exception>
    /// <exception cref="HttpRequestException">PayPal did not answer.</exception>
    public async Task<string> For(ProcessorAccount account, CancellationToken cancel)
    {
        var kept = all.GetOrAdd(NameOf(account), _ => new Kept());
        Task<Token> asked;
        lock (kept.Gate)
        {
            if (kept.Asked is not { } now || IsOver(now))
            {
                kept.Asked = Ask(account);
            }

            asked = kept.Asked!;
        }

        return (await asked.WaitAsync(cancel)).Value;
    }

    /// <summary>PayPal refused it: the next call asks for another, unless somebody has done so since.</summary>
    public void Drop(ProcessorAccount account, string token)
    {
        if (all.TryGetValue(NameOf(account), out var kept))
        {
            lock (kept.Gate)
            {
                if (kept.Asked is { IsCompletedSuccessfully: true } asked && asked.Result.Value == token)
                {
                    kept.Asked = null;
                }
            }
        }
    }

    private bool IsOver(Task<Token> asked) =>
        asked.IsCompleted && (!asked.IsCompletedSuccessfully || asked.Result.Until <= clock.GetUtcNow());

    /// <summary>Null: PayPal does not know the credentials.</summary>
    public async Task<string?> TryAsk(ProcessorAccount account, CancellationToken cancel)
    {
        var reply = await http.Send(() => Request(account), Repeat.Safe, cancel);
        return reply.Status switch
        {
            HttpStatusCode.OK => reply.Json.Needed("access_token"),
            HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest => null,
            _ => throw reply.NoAnswer(),
        };
    }

    /// <summary>Not the caller's to stop: others wait for it too.</summary>
    private async Task<Token> Ask(ProcessorAccount account)
    {
        using var enough = new CancellationTokenSource(patience, clock);
        var reply = await http.Send(() => Request(account), Repeat.Safe, enough.Token);
        return reply.Status switch
        {
            HttpStatusCode.OK => new(
                reply.Json.Needed("access_token"), clock.GetUtcNow() + TimeSpan.FromSeconds(reply.Json.NeededWhole("expires_in")) - spare),
            HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest => throw new NoProcessorAccountException(PaypalConnector.ConnectorName),
            _ => throw reply.NoAnswer(),
        };
    }

    private HttpRequestMessage Request(ProcessorAccount account)
    {
        var credentials = $"{account[PaypalConnector.ClientId]}:{account[PaypalConnector.ClientSecret]}";
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(addresses.Of(account.Tenant.Mode), "/v1/oauth2/token"))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        message.Options.Set(ProcessorHttp.Account, account);
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return message;
    }

    /// <summary>With a print of the credentials: changed ones do not use what the old ones gave.</summary>
    private static string NameOf(ProcessorAccount account) => account.Id + '/' + Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{account[PaypalConnector.ClientId]}:{account[PaypalConnector.ClientSecret]}")));
}
