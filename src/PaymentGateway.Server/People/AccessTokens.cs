using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentGateway.Settings;

namespace PaymentGateway.People;

/// <summary>The keys of access tokens, the current one first: new tokens are signed by it, tokens of all others are still taken.</summary>
internal sealed record AccessTokenKeys(IReadOnlyList<EncryptionKey> Keys);

/// <summary>What an access token says.</summary>
/// <param name="UserId"><c>sub</c>.</param>
/// <param name="SessionId"><c>sid</c>.</param>
/// <param name="Roles">Those of the whole installation.</param>
/// <param name="HasFactor"><c>amr</c> has <c>otp</c>.</param>
internal sealed record AccessToken(string UserId, string SessionId, IReadOnlyList<string> Roles, bool HasFactor);

/// <summary>
/// Makes and reads access tokens: JWT (RFC 7519) under HMAC-SHA256 and nothing else. What the head says of the algorithm is compared and
/// never believed, so that neither <c>none</c> nor a public key can stand in for the secret.
/// </summary>
internal sealed class AccessTokens(AccessTokenKeys keys, PersonTime time)
{
    public const string Issuer = "paymentgateway";
    public const string Audience = "paymentgateway-api";
    public const string Algorithm = "HS256";
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Clocks of replicas differ a little. It opens the beginning only: an end is an end.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromSeconds(30);

    private const int LengthMax = 4096;
    private const string Password = "pwd";
    private const string OneTimeCode = "otp";

    /// <summary>Only an access token has two dots; an API key has none.</summary>
    public static bool LooksLikeOne(string text) => text.Length <= LengthMax && text.Count(c => c == '.') == 2;

    public string Make(AccessToken token)
    {
        var now = time.Now.ToUnixTimeSeconds();
        var key = keys.Keys[0];
        var head = JsonSerializer.SerializeToUtf8Bytes(new Head(Algorithm, "JWT", key.Id), json);
        var claims = JsonSerializer.SerializeToUtf8Bytes(new Claims(
            Issuer, Audience, token.UserId, token.SessionId, token.Roles, token.HasFactor ? [Password, OneTimeCode] : [Password],
            now, now, now + (long)Life.TotalSeconds), json);
        var text = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(claims)}";
        return $"{text}.{Base64Url.EncodeToString(Sign(key, text))}";
    }

    /// <summary>What the token says, when every part of it holds now; otherwise null, whatever is wrong.</summary>
    public AccessToken? Read(string text)
    {
        if (!LooksLikeOne(text) || text.Split('.') is not [var head, var claims, var signature]
            || Parse<Head>(head) is not { Alg: Algorithm, Typ: "JWT", Crit: null } says
            || keys.Keys.FirstOrDefault(key => key.Id == says.Kid) is not { } key
            || Decode(signature) is not { } given
            || !CryptographicOperations.FixedTimeEquals(Sign(key, $"{head}.{claims}"), given))
        {
            return null;
        }

        return Parse<Claims>(claims) is { Iss: Issuer, Aud: Audience } read && IsInTime(read)
            ? new AccessToken(read.Sub, read.Sid, read.Roles, read.Amr.Contains(OneTimeCode))
            : null;
    }

    private bool IsInTime(Claims claims)
    {
        var now = time.Now;
        var latest = (now + skew).ToUnixTimeSeconds();
        return claims.Exp > now.ToUnixTimeSeconds() && claims.Nbf <= latest && claims.Iat <= latest;
    }

    private static byte[] Sign(EncryptionKey key, string text) => HMACSHA256.HashData(key.Bytes, Encoding.ASCII.GetBytes(text));

    private static byte[]? Decode(string base64Url)
    {
        try
        {
            return Base64Url.DecodeFromChars(base64Url);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static T? Parse<T>(string part) where T : class
    {
        try
        {
            return Decode(part) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <param name="Crit">Extensions that must be understood: none is.</param>
    private sealed record Head(string Alg, string Typ, string Kid, JsonElement? Crit = null);

    private sealed record Claims(
        string Iss, string Aud, string Sub, string Sid, IReadOnlyList<string> Roles, IReadOnlyList<string> Amr, long Iat, long Nbf, long Exp);
}
