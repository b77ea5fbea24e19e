using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.People;

/// <summary>Time-based one-time codes as RFC 6238 has them and every authenticator app makes them: SHA-1, 30 seconds, six digits.</summary>
internal static class Totp
{
    public const int SecretBytes = 20;
    public const int Digits = 6;
    private const int StepSeconds = 30;
    private const int Modulus = 1_000_000;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static long StepOf(DateTimeOffset when) => when.ToUnixTimeSeconds() / StepSeconds;

    public static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The standard and the apps ask for SHA-1; in an HMAC its collisions do not matter.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xF;
        var number = (BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue) % Modulus;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step that a code is of: the present one, the one before it for people who type slowly, or the one after it for telephones that
    /// are ahead. Null: of none. All three are compared, and each in a time that does not depend on where it differs.
    /// </summary>
    public static long? Find(byte[] secret, string code, DateTimeOffset when)
    {
        long? found = null;
        var sent = Encoding.UTF8.GetBytes(code);
        var now = StepOf(when);
        foreach (var step in (ReadOnlySpan<long>)[now - 1, now, now + 1])
        {
            found = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), sent) ? step : found;
        }

        return found;
    }

    /// <summary>RFC 4648 base 32, as the apps take it; 20 bytes need no padding.</summary>
    public static string Base32Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            (buffer, bits) = (((buffer << 8) | one) & 0xFFF, bits + 8);
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Alphabet[(buffer >> bits) & 31]);
            }
        }

        return text.ToString();
    }

    /// <summary>What the QR code holds.</summary>
    public static string UriOf(byte[] secret, string account, string issuer) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}"
        + $"?secret={Base32Of(secret)}&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
}
