using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Webhooks;

/// <summary>The secrets that sign a delivery: the newest first, and the former one while their overlap lasts.</summary>
internal sealed record SigningSecrets(string Current, string? Previous = null)
{
    internal const int OverlapHoursMax = 168;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string NewSecret(Database.Mode mode) =>
        $"whsec_{Database.Modes.ToSql(mode)}_{RandomNumberGenerator.GetString(Letters, length: 40)}";
}

/// <summary>The headers by which a receiver knows that a message is ours, whole and fresh.</summary>
internal static class Signature
{
    /// <summary>The key is the secret's text as it was shown, prefix and all: what a handler gives to its HMAC function.</summary>
    public static IEnumerable<(string Name, string Value)> Headers(
        string eventId, DateTimeOffset sentAt, ReadOnlySpan<byte> body, SigningSecrets secrets)
    {
        var timestamp = sentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Signed(eventId, timestamp, body);
        var current = StandardSignature(secrets.Current, signed);
        return
        [
            ("X-Webhook-Signature", Convert.ToHexStringLower(Hmac(secrets.Current, body))),
            ("webhook-id", eventId),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", secrets.Previous is { } previous ? $"{current} {StandardSignature(previous, signed)}" : current),
        ];
    }

    private static byte[] Signed(string eventId, string timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{eventId}.{timestamp}."), .. body];

    private static string StandardSignature(string secret, byte[] signed) => $"v1,{Convert.ToBase64String(Hmac(secret, signed))}";

    private static byte[] Hmac(string secret, ReadOnlySpan<byte> text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), text);
}
