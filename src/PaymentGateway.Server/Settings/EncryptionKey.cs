using System.Security.Cryptography;

namespace PaymentGateway.Settings;

/// <summary>One key of the ring: 32 bytes and the name that stored values are marked with.</summary>
public sealed class EncryptionKey
{
    public const int Length = 32;

    private const int IdLengthMax = 32;
    private readonly byte[] bytes;

    public EncryptionKey(string id, byte[] bytes) => (Id, this.bytes) = (id, bytes);

    public string Id { get; }

    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>
    /// Reads <c>id:base64,id:base64</c>, the current key first. A key without a name is named by its own hash, so that it keeps the
    /// name when it moves down the list.
    /// </summary>
    /// <returns>Null when the text is anything else; it must never be shown.</returns>
    public static IReadOnlyList<EncryptionKey>? ParseRing(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var keys = parts.Select(Parse).OfType<EncryptionKey>().DistinctBy(key => key.Id).ToList();
        return keys.Count == parts.Length ? keys : null;
    }

    /// <summary>The name is all that may be seen.</summary>
    public override string ToString() => Id;

    private static EncryptionKey? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var bytes = new byte[Length];
        if (!Convert.TryFromBase64String(text[(colon + 1)..], bytes, out var length) || length != Length)
        {
            return null;
        }

        var id = colon < 0 ? IdOf(bytes) : text[..colon];
        return IsId(id) ? new(id, bytes) : null;
    }

    private static string IdOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 4));

    private static bool IsId(string id) =>
        id.Length is >= 1 and <= IdLengthMax && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
