using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// The merchant's credentials. Any client id and secret are taken; a secret that begins with <c>wrong</c> is not. The tokens that they
/// give end after nine hours.
/// </summary>
internal sealed class Accounts(PaypalBook book)
{
    /// <summary>The merchant's own account.</summary>
    public const string Merchant = "MERCHANT2SPPK";

    private const string Path = "/v1/oauth2/token";
    private const string Kind = "_token";
    private static readonly TimeSpan lifetime = TimeSpan.FromSeconds(32_400);

    /// <summary>The call for a token, which no description has; null: this is another call.</summary>
    public Reply? Serve(Call call)
    {
        if (call.Path != Path)
            return null;
        if (call.Method != "POST")
            return Refused(405, "unsupported_method", "Use POST.");
        if (!IsKnown(call.Header("Authorization")))
            return Refused(401, "invalid_client", "Client Authentication failed");
        return Text(call.Fields, "grant_type") == "client_credentials"
            ? new(200, Issue()) { Keep = false }
            : Refused(400, "unsupported_grant_type", "Grant Type is NULL or not supported");
    }

    private static Reply Refused(int status, string error, string description) =>
        new(status, new JsonObject { ["error"] = error, ["error_description"] = description }) { Keep = false };

    private static bool IsKnown(string? header)
    {
        if (header?.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) != true)
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length))
            return false;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts is [{ Length: > 0 }, { Length: > 0 } secret] && !secret.StartsWith("wrong", StringComparison.Ordinal);
    }

    private JsonObject Issue()
    {
        var token = $"A21AA{book.World.Ids.Next(60)}";
        book.World.Shelf.Put(Kind, token, new() { ["until"] = Time(book.Now + lifetime) });
        return new()
        {
            ["scope"] = "https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/vault/payment-tokens/readwrite openid",
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["app_id"] = "APP-80W284485P519543T",
            ["expires_in"] = (int)lifetime.TotalSeconds,
            ["nonce"] = $"{Time(book.Now)}{book.World.Ids.Next(43)}",
        };
    }

    /// <summary>Whether the request carries a token that still holds.</summary>
    public bool MayCall(Call call) =>
        call.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && book.World.Shelf.Find(Kind, header[7..].Trim()) is { } token && !book.IsDue(token, "until");

    /// <summary>By hand: no token that was given so far holds any more.</summary>
    public Reply RevokeTokens()
    {
        var all = book.World.Shelf.Entries(Kind);
        foreach (var (token, one) in all)
        {
            one["until"] = Time(book.Now);
            book.World.Shelf.Put(Kind, token, one);
        }
        return new(200, new JsonObject { ["tokens"] = all.Count });
    }
}
