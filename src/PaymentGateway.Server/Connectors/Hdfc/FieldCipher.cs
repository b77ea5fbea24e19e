using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>
/// Encrypts single fields of a request with AES-256-GCM, for whoever keeps or passes on a request to the gateway: the payer's name,
/// address, telephone. A sealed text opens under its own field's name only. SmartGateway itself reads no such fields: to it, a whole call
/// is encrypted when the account has the keys for that.
/// </summary>
public static class FieldCipher
{
    private const string Version = "v1.";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <param name="field">The name of the field; it is bound to the sealed text.</param>
    /// <param name="text">What the field says.</param>
    /// <param name="key">32 bytes.</param>
    public static string Seal(string field, string text, ReadOnlySpan<byte> key)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var envelope = new byte[NonceLength + plain.Length + TagLength];
        var nonce = envelope.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(Checked(key), TagLength);
        cipher.Encrypt(
            nonce, plain, envelope.AsSpan(NonceLength, plain.Length), envelope.AsSpan(^TagLength..), Encoding.UTF8.GetBytes(field));
        return Version + Base64Url.EncodeToString(envelope);
    }

    /// <exception cref="FormatException">It was sealed for another field or under another key, or was changed.</exception>
    public static string Open(string field, string sealedText, ReadOnlySpan<byte> key)
    {
        if (!sealedText.StartsWith(Version, StringComparison.Ordinal))
        {
            throw Unreadable(field, null);
        }

        try
        {
            var envelope = Base64Url.DecodeFromChars(sealedText.AsSpan(Version.Length)).AsSpan();
            if (envelope.Length < NonceLength + TagLength)
            {
                throw Unreadable(field, null);
            }

            var plain = new byte[envelope.Length - NonceLength - TagLength];
            using var cipher = new AesGcm(Checked(key), TagLength);
            cipher.Decrypt(
                envelope[..NonceLength], envelope[NonceLength..^TagLength], envelope[^TagLength..], plain, Encoding.UTF8.GetBytes(field));
            return Encoding.UTF8.GetString(plain);
        }
        catch (CryptographicException changed)
        {
            throw Unreadable(field, changed);
        }
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> key) =>
        key.Length == 32 ? key : throw new ArgumentException("AES-256 has keys of 32 bytes.", nameof(key));

    private static FormatException Unreadable(string field, Exception? why) => new($"The sealed text of {field} cannot be opened.", why);
}
