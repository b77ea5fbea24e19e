using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PaymentGateway.Identity;

/// <summary>What a caller sent to say who it is, in one of the ways that the API knows; at least one half is there.</summary>
/// <param name="Id">The publishable half.</param>
/// <param name="Secret">The secret half; null when a page calls.</param>
internal sealed record Credentials(string? Id, string? Secret)
{
    public const string KeyHeader = "X-Api-Key";
    public const string SecretHeader = "X-Api-Secret";

    /// <summary>Longer than any key; what is longer is not looked up.</summary>
    private const int LengthMax = 200;

    private static readonly UTF8Encoding strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the headers; two ways at once, a header given twice and any malformed one are no credentials.</summary>
    public static bool TryRead(IHeaderDictionary headers, [NotNullWhen(true)] out Credentials? credentials)
    {
        var authorization = headers.Authorization;
        var key = headers[KeyHeader];
        var secret = headers[SecretHeader];
        credentials = (authorization.Count, key.Count, secret.Count) switch
        {
            (1, 0, 0) => FromAuthorization(authorization.ToString()),
            (0, 1, 1) => Pair(key.ToString(), secret.ToString()),
            (0, 1, 0) => Publishable(key.ToString()),
            _ => null,
        };
        return credentials is not null;
    }

    /// <summary>Nothing of it may get into a log.</summary>
    public override string ToString() => nameof(Credentials);

    private static Credentials? FromAuthorization(string header)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return null;
        }

        var value = header[(space + 1)..].Trim(' ');
        return header[..space].ToUpperInvariant() switch
        {
            "BASIC" => FromBasic(value),
            "BEARER" => Publishable(value) ?? (IsSecret(value) ? new(null, value) : null),
            _ => null,
        };
    }

    private static Credentials? FromBasic(string base64)
    {
        Span<byte> bytes = stackalloc byte[(2 * LengthMax) + 1];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            return null;
        }

        try
        {
            var text = strictUtf8.GetString(bytes[..length]);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? null : Pair(text[..colon], text[(colon + 1)..]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static Credentials? Pair(string id, string secret) => IsPublishable(id) && IsSecret(secret) ? new(id, secret) : null;

    private static Credentials? Publishable(string id) => IsPublishable(id) ? new(id, null) : null;

    private static bool IsPublishable(string text) => IsKey(text, ApiKey.PublishablePrefix);

    private static bool IsSecret(string text) => IsKey(text, ApiKey.SecretPrefix);

    private static bool IsKey(string text, string prefix) =>
        text.Length <= LengthMax && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
