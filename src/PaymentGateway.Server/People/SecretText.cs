using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.People;

/// <summary>Secrets that are handed out once and kept as their hash: refresh tokens and the links in mails.</summary>
internal static class SecretText
{
    private const int Bytes = 32;
    private const int LengthMax = 100;

    public static string New(string prefix) => $"{prefix}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes))}";

    /// <summary>A hash without salt is enough: the secret is 256 random bits, there is no list of likely ones to try.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>What can be no secret of ours is not looked up.</summary>
    public static bool Fits(string? text, string prefix) =>
        text is { Length: <= LengthMax } && text.StartsWith(prefix + "_", StringComparison.Ordinal) && text.All(char.IsAscii);
}
