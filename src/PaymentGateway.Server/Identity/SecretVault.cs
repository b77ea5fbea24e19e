using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Identity;

/// <summary>A stored secret that cannot be opened: its key is not in the ring, or the value was changed or moved.</summary>
public sealed class SecretUnreadableException(string why, Exception? cause = null) : Exception(why, cause);

/// <summary>
/// Seals secrets for storage (AES-256-GCM, under the current key of the ring) and derives keys for signatures (HKDF, from the root of
/// the ring). A purpose is a constant text that says what the secret is; what was made for one purpose is of no use for another.
/// </summary>
public sealed class SecretVault(KeyRing ring)
{
    private const string Version = "v1";
    private const string ClientSecretPurpose = "client-secret";
    private const int ClientSecretBytes = 20;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] clientSecretKey = Derive(ring.Root, ClientSecretPurpose);

    /// <summary>Seals <paramref name="text"/> as <c>v1.keyid.base64</c>.</summary>
    public string Encrypt(string purpose, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var envelope = new byte[NonceLength + plain.Length + TagLength];
        var nonce = envelope.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(ring.Current.Bytes, TagLength);
        cipher.Encrypt(
            nonce, plain, envelope.AsSpan(NonceLength, plain.Length), envelope.AsSpan(^TagLength..), Encoding.UTF8.GetBytes(purpose));
        return $"{Version}.{ring.Current.Id}.{Convert.ToBase64String(envelope)}";
    }

    /// <exception cref="SecretUnreadableException">Sealed under a key that is not here or for another purpose, or changed.</exception>
    public string Decrypt(string purpose, string sealedText)
    {
        var parts = sealedText.Split('.');
        if (parts is not [Version, var keyId, var base64])
        {
            throw new SecretUnreadableException($"A stored secret ({purpose}) is not an envelope of the form v1.keyid.base64.");
        }

        var key = ring.Find(keyId)
            ?? throw new SecretUnreadableException(
                $"A stored secret ({purpose}) is sealed under the key {keyId}, which ENCRYPTION_KEY does not list.");
        try
        {
            return Open(key.Bytes, purpose, Convert.FromBase64String(base64));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new SecretUnreadableException(
                $"A stored secret ({purpose}) does not open: it was changed, or moved from another place.", e);
        }
    }

    /// <summary>32 bytes that only this installation knows, always the same for a purpose.</summary>
    public byte[] DeriveKey(string purpose) => Derive(ring.Root, purpose);

    /// <summary>HMAC-SHA256 of the text under the purpose's own key, in lower-case hex.</summary>
    public string Sign(string purpose, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(DeriveKey(purpose), Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether <see cref="Sign"/> gave this signature, in a time that does not depend on where it differs.</summary>
    public bool IsSignature(string purpose, string text, string? signature) => AreEqual(Sign(purpose, text), signature);

    /// <summary>The secret that lets a page see one object: made from the object's id, so it needs no storage.</summary>
    public string ClientSecretOf(string objectId)
    {
        var hash = HMACSHA256.HashData(clientSecretKey, Encoding.UTF8.GetBytes(objectId));
        return $"{objectId}_secret_{Base32.Of(hash.AsSpan(0, ClientSecretBytes))}";
    }

    /// <inheritdoc cref="IsSignature"/>
    public bool IsClientSecretOf(string objectId, string? clientSecret) => AreEqual(ClientSecretOf(objectId), clientSecret);

    private static string Open(ReadOnlySpan<byte> key, string purpose, byte[] envelope)
    {
        if (envelope.Length < NonceLength + TagLength)
        {
            throw new FormatException("The envelope is too short.");
        }

        var plain = new byte[envelope.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(
            envelope.AsSpan(0, NonceLength), envelope.AsSpan(NonceLength, plain.Length), envelope.AsSpan(^TagLength..), plain,
            Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    private static byte[] Derive(ReadOnlySpan<byte> root, string purpose)
    {
        var derived = new byte[Settings.EncryptionKey.Length];
        HKDF.Expand(HashAlgorithmName.SHA256, root, derived, Encoding.UTF8.GetBytes(purpose));
        return derived;
    }

    private static bool AreEqual(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
