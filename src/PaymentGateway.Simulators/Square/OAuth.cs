using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>
/// How a seller lets an application in: the page that asks them, the code, the tokens. Every other token that begins with <c>EAAA</c>
/// is taken as the seller's own, with all scopes and without an end.
/// </summary>
internal sealed class OAuth(SquareBook book)
{
    private const string AuthorizePath = "/oauth2/authorize";
    private const string Codes = "_oauth_code";
    private const string Tokens = "_oauth_token";
    private const string Grants = "_oauth_grant";

    private static readonly TimeSpan codeLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan tokenLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan shortLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan singleUseLife = TimeSpan.FromDays(90);

    /// <summary>The bearer token of a request; null: there is none.</summary>
    public static string? TokenOf(Call call) =>
        call.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..].Trim() : null;

    /// <summary>The refusal of a token that was given by OAuth and is over, revoked, or not for this.</summary>
    public Reply? Check(Call call)
    {
        if (TokenOf(call) is not { } token || book.Find(Tokens, token) is not { } known)
            return null;
        if (Flag(known, "revoked", otherwise: false))
            return SquareErrors.Unauthorized("ACCESS_TOKEN_REVOKED");
        if (SquareLists.Time(Text(known, "expires_at")!) <= book.Now)
            return SquareErrors.Unauthorized("ACCESS_TOKEN_EXPIRED");
        var granted = Scopes(known).ToHashSet(StringComparer.Ordinal);
        return Needed(call).FirstOrDefault(scope => !granted.Contains(scope)) is { } missing ? SquareErrors.Forbidden(missing) : null;
    }

    // As the description says it: "security": [{ "oauth2": ["PAYMENTS_WRITE"] }].
    private static IEnumerable<string> Needed(Call call) => (call.Operation!.Described["security"] as JsonArray ?? [])
        .SelectMany(one => one?["oauth2"] as JsonArray ?? []).Select(scope => scope!.GetValue<string>());

    private static IEnumerable<string> Scopes(JsonObject grant) => (grant["scopes"] as JsonArray ?? []).Select(one => one!.GetValue<string>());

    /// <summary>The page that asks the seller, and where their answer goes.</summary>
    public Reply? Page(Call call)
    {
        if (call.Path != AuthorizePath)
            return null;
        var sent = call.Method == "POST" ? call.Fields : call.Query;
        if (Text(sent, "client_id") is not { Length: > 0 } || !Uri.TryCreate(Text(sent, "redirect_uri"), UriKind.Absolute, out var back))
            return Html(400, "<p>client_id and redirect_uri are needed.</p>");
        return call.Method == "POST" ? Answer(sent, back.ToString()) : Ask(sent);
    }

    private Reply Answer(JsonObject sent, string back)
    {
        var state = Text(sent, "state") ?? "";
        if (Text(sent, "answer") != "allow")
            return Reply.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["error"] = "access_denied", ["error_description"] = "user_denied", ["state"] = state }));
        var code = $"sandbox-sq0cgb-{book.World.Ids.Next(22)}";
        var kept = new JsonObject { ["scopes"] = new JsonArray([.. (Text(sent, "scope") ?? "").Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries).Select(one => JsonValue.Create(one))]) };
        Copy(sent, kept, "client_id", "code_challenge");
        kept["until"] = Written(book.Now + codeLife);
        book.World.Shelf.Put(Codes, code, kept);
        return Reply.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["code"] = code, ["response_type"] = "code", ["state"] = state }));
    }

    private static Reply Ask(JsonObject sent) => Html(200, $"""
        <p><strong>{WebUtility.HtmlEncode(Text(sent, "client_id"))}</strong> asks for: {WebUtility.HtmlEncode(Text(sent, "scope") ?? "nothing")}.</p>
        <form method="post">
          {string.Concat(sent.Where(one => one.Value is JsonValue).Select(one => $"<input type=\"hidden\" name=\"{WebUtility.HtmlEncode(one.Key)}\" value=\"{WebUtility.HtmlEncode(one.Value!.ToString())}\">"))}
          <button name="answer" value="allow">Allow</button>
          <button name="answer" value="deny">Deny</button>
        </form>
        """);

    private static Reply Html(int status, string content) => new(status, Page: $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Permission test page</title>
        <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem } button { font: inherit; padding: .5rem 1rem; min-height: 44px; margin-right: .5rem }</style>
        <main><h1>Permission test page</h1>{{content}}</main>
        </html>
        """);

    public Reply Obtain(Call call) => Text(call.Fields, "grant_type") switch
    {
        "authorization_code" => FromCode(call.Fields),
        "refresh_token" => FromRefresh(call.Fields),
        var other => SquareErrors.Invalid("INVALID_VALUE", $"`{other}` is not a grant type.", "grant_type"),
    };

    private Reply FromCode(JsonObject fields)
    {
        if (Text(fields, "code") is not { } code)
            return SquareErrors.Missing("code");
        if (book.Find(Codes, code) is not { } kept || Text(kept, "client_id") != Text(fields, "client_id") || SquareLists.Time(Text(kept, "until")!) <= book.Now)
            return SquareErrors.Unauthorized();
        if (!Proves(kept, fields))
            return SquareErrors.Unauthorized();
        book.World.Shelf.Remove(Codes, code);
        var refresh = $"EQAA{book.World.Ids.Next(60)}";
        var grant = new JsonObject { ["single_use"] = Text(kept, "code_challenge") is not null };
        Copy(kept, grant, "client_id", "scopes");
        return Issue(refresh, grant, fields);
    }

    // With a challenge the application shows what it was made of; without one it has a secret.
    private static bool Proves(JsonObject kept, JsonObject fields) => Text(kept, "code_challenge") is { } challenge
        ? Text(fields, "code_verifier") is { } verifier && WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == challenge
        : Text(fields, "client_secret") is { Length: > 0 };

    private Reply FromRefresh(JsonObject fields)
    {
        if (Text(fields, "refresh_token") is not { } refresh)
            return SquareErrors.Missing("refresh_token");
        if (book.Find(Grants, refresh) is not { } grant || Text(grant, "client_id") != Text(fields, "client_id"))
            return SquareErrors.Unauthorized();
        var single = Flag(grant, "single_use", otherwise: false);
        if (single ? SquareLists.Time(Text(grant, "until")!) <= book.Now : Text(fields, "client_secret") is not { Length: > 0 })
            return SquareErrors.Unauthorized();
        if (single)
            book.World.Shelf.Remove(Grants, refresh);
        return Issue(single ? $"EQAA{book.World.Ids.Next(60)}" : refresh, grant, fields);
    }

    private Reply Issue(string refresh, JsonObject grant, JsonObject fields)
    {
        var shortLived = Flag(fields, "short_lived", otherwise: false);
        grant["until"] = Written(book.Now + singleUseLife);
        book.World.Shelf.Put(Grants, refresh, grant);
        var token = $"EAAA{book.World.Ids.Next(60)}";
        var wanted = (fields["scopes"] as JsonArray ?? []).Select(one => one!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var kept = new JsonObject
        {
            ["client_id"] = Text(grant, "client_id"),
            ["expires_at"] = Written(book.Now + (shortLived ? shortLife : tokenLife)),
            ["scopes"] = new JsonArray([.. Scopes(grant).Where(scope => wanted.Count == 0 || wanted.Contains(scope)).Select(scope => JsonValue.Create(scope))]),
        };
        book.World.Shelf.Put(Tokens, token, kept);
        var answer = new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "bearer",
            ["expires_at"] = Text(kept, "expires_at"),
            ["merchant_id"] = MerchantId,
            ["refresh_token"] = refresh,
            ["short_lived"] = shortLived,
        };
        if (Flag(grant, "single_use", otherwise: false))
            answer["refresh_token_expires_at"] = Text(grant, "until");
        return new(200, answer);
    }

    /// <summary>Ends one token, or all that the application has of this seller.</summary>
    public Reply Revoke(Call call)
    {
        var named = Text(call.Fields, "access_token");
        if (named is null && Text(call.Fields, "merchant_id") != MerchantId)
            return SquareErrors.NotFound("Merchant", Text(call.Fields, "merchant_id") ?? "", "merchant_id");
        if (named is not null && book.Find(Tokens, named) is null)
            return SquareErrors.NotFound("Token", "access_token", "access_token");
        var client = Text(call.Fields, "client_id");
        var only = Flag(call.Fields, "revoke_only_access_token", otherwise: false);
        foreach (var (token, kept) in All(Tokens).Where(one => only ? one.Id == named : Text(one.Kept, "client_id") == client))
        {
            kept["revoked"] = true;
            book.World.Shelf.Put(Tokens, token, kept);
        }
        if (!only)
        {
            foreach (var (refresh, _) in All(Grants).Where(one => Text(one.Kept, "client_id") == client))
                book.World.Shelf.Remove(Grants, refresh);
            book.Tell("oauth.authorization.revoked", "revocation", new() { ["id"] = book.World.Ids.NextUuid(), ["revoked_at"] = book.NowText, ["revoker_type"] = "APPLICATION" });
        }
        return new(200, new JsonObject { ["success"] = true });
    }

    private IReadOnlyList<(string Id, JsonObject Kept)> All(string kind) => [.. book.World.Shelf.Entries(kind).Select(one => (one.Key, one.Value))];

    public Reply Status(Call call)
    {
        var answer = new JsonObject { ["merchant_id"] = MerchantId };
        if (book.Find(Tokens, TokenOf(call)) is { } known)
        {
            Copy(known, answer, "scopes", "expires_at", "client_id");
            return new(200, answer);
        }
        answer["scopes"] = new JsonArray("CUSTOMERS_READ", "CUSTOMERS_WRITE", "DISPUTES_READ", "DISPUTES_WRITE", "MERCHANT_PROFILE_READ", "MERCHANT_PROFILE_WRITE", "PAYMENTS_READ", "PAYMENTS_WRITE", "PAYOUTS_READ");
        answer["client_id"] = "sandbox-sq0idb-simulator";
        return new(200, answer);
    }
}
