using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>
/// Set-ups, by PayPal's vault: a setup token that a browser filled in or whose payer has agreed becomes a payment token, which is what is
/// kept. PayPal API, "Payment Method Tokens" v3.
/// </summary>
/// <remarks>
/// Setup tokens cannot be looked for, and payment tokens only by their customer. So each attempt has a customer of its own there, whose id
/// follows from our key. A setup token that waits for its payer is given up by leaving it alone: nothing but our call makes more of it, and
/// it ends after three days.
/// </remarks>
internal sealed class PaypalSetups(PaypalClient client)
{
    private const string Tokens = "/v3/vault/payment-tokens";
    private const string Setups = "/v3/vault/setup-tokens";

    /// <summary>Of 22 characters, the most that PayPal takes.</summary>
    private const int CustomerBytes = 16;

    public async Task<ConnectorOutcome> Begin(ProcessorAccount account, SetupCall call, CancellationToken cancel)
    {
        var token = call.Instrument is Instrument.Card card
            ? card.Token
            : throw new NotSupportedException($"{PaypalConnector.ConnectorName} sets up cards only, not {call.Instrument.Method}.");
        return await Read(account, Setups, token, cancel) is { } setup
            ? await Advance(account, setup, call.Key, cancel)
            : NoSuchToken(null);
    }

    /// <summary>What became of an attempt; one that its payer has agreed to is kept by this, which PayPal leaves to us.</summary>
    public async Task<ConnectorOutcome> Status(ProcessorAccount account, SetupStatusCall call, CancellationToken cancel)
    {
        if (await FindKept(account, call.Key, cancel) is { } kept)
        {
            return Ready(kept);
        }

        return call.Reference is not { } reference ? new ConnectorOutcome.NotFound()
            : await Read(account, Setups, reference, cancel) is { } setup ? await Advance(account, setup, call.Key, cancel)
            // A payment token that was deleted, or a setup token that has ended.
            : new ConnectorOutcome.Voided(reference);
    }

    /// <summary>
    /// Deletes what is kept. One that arrives after this would be kept for nobody: PayPal cannot be told beforehand, and nothing uses it.
    /// </summary>
    public async Task<ConnectorOutcome> Cancel(ProcessorAccount account, SetupStatusCall call, CancellationToken cancel)
    {
        if (await FindKept(account, call.Key, cancel) is { } kept)
        {
            PaypalClient.ExpectIfThere(await client.Delete(account, $"{Tokens}/{Uri.EscapeDataString(kept.Needed("id"))}", cancel));
        }

        return new ConnectorOutcome.Voided(call.Reference);
    }

    /// <summary>The payment token of an attempt.</summary>
    public async Task<JsonElement?> FindKept(ProcessorAccount account, string key, CancellationToken cancel)
    {
        var list = PaypalClient.ExpectIfThere(await client.Get(account, $"{Tokens}?customer_id={CustomerOf(key)}", cancel));
        return list?.Items("payment_tokens").FirstOrDefault() is { ValueKind: JsonValueKind.Object } kept ? kept : null;
    }

    private async Task<ConnectorOutcome> Advance(ProcessorAccount account, JsonElement setup, string key, CancellationToken cancel)
    {
        var (id, summary) = (setup.Needed("id"), PaypalMessages.SummaryOf(setup.At("payment_source")));
        return setup.Text("status") switch
        {
            "APPROVED" => await Keep(account, id, key, cancel),
            "CREATED" or "PAYER_ACTION_REQUIRED" when PaypalMessages.PayerLinkOf(setup) is { } url =>
                new ConnectorOutcome.ActionRequired(id, new NextAction("redirect_to_url", url), summary),
            // A token is good for once: for this attempt, or for something else.
            "VAULTED" => await FindKept(account, key, cancel) is { } kept ? Ready(kept) : NoSuchToken(id),
            var status => new ConnectorOutcome.Pending(id, summary, status),
        };
    }

    private async Task<ConnectorOutcome> Keep(ProcessorAccount account, string setupToken, string key, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["customer"] = new JsonObject { ["id"] = CustomerOf(key) },
            ["payment_source"] = new JsonObject { ["token"] = new JsonObject { ["id"] = setupToken, ["type"] = "SETUP_TOKEN" } },
        };
        var reply = await client.Post(account, Tokens, body, $"setup-{key}", cancel);
        return reply switch
        {
            { IsSuccess: true } => Ready(reply.Json),
            { Status: HttpStatusCode.TooManyRequests, MayBeDone: false } => new ConnectorOutcome.NotCalled("PayPal asked for fewer calls."),
            _ when !reply.MayBeDone && PaypalConnector.IsClearNo(reply) =>
                PaypalMessages.Declined(setupToken, PaypalClient.IssueOf(reply), null),
            _ => throw reply.NoAnswer(),
        };
    }

    private async Task<JsonElement?> Read(ProcessorAccount account, string path, string id, CancellationToken cancel) =>
        PaypalClient.ExpectIfThere(await client.Get(account, $"{path}/{Uri.EscapeDataString(id)}", cancel));

    private static ConnectorOutcome.Authorized Ready(JsonElement token) =>
        new(token.Needed("id"), PaypalMessages.SummaryOf(token.At("payment_source")));

    private static ConnectorOutcome.Declined NoSuchToken(string? reference) =>
        new(reference, Errors.InvalidToken.Code, Errors.InvalidToken.Sentence, "TOKEN_ID_NOT_FOUND", null);

    private static string CustomerOf(string key) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(..CustomerBytes));
}
