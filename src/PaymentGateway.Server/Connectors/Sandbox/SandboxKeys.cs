using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The sandbox's keys, each derived from the one secret for one purpose.</summary>
internal sealed class SandboxKeys(SandboxSettings settings)
{
    public const string SignatureHeader = "X-Sandbox-Signature";

    private const int KeyLength = 32;
    private const int FingerprintLength = 16;
    private const int ProofLength = 20;

    private readonly byte[] signing = Derive(settings.Secret, "sandbox notification"u8);
    private readonly byte[] authenticating = Derive(settings.Secret, "sandbox 3-D Secure"u8);
    private readonly byte[] fingerprinting = Derive(settings.Secret, "sandbox card"u8);

    public string Sign(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(HMACSHA256.HashData(signing, body));

    public bool Fits(string signature, ReadOnlySpan<byte> body) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(Sign(body)));

    /// <summary>
    /// The same for the same card or address of one merchant. The merchant is in it, so that two merchants cannot find out together
    /// whether they have a customer in common.
    /// </summary>
    public string FingerprintOf(Tenant tenant, string what) => Convert.ToHexStringLower(
        HMACSHA256.HashData(fingerprinting, Encoding.UTF8.GetBytes($"{tenant.MerchantId}\n{what}")).AsSpan(0, FingerprintLength));

    /// <summary>The authentication value of a transaction, the same every time: 20 bytes as base64.</summary>
    public string ProofOf(string serverTransId) => Convert.ToBase64String(Authenticating(serverTransId).AsSpan(0, ProofLength));

    /// <summary>The id of one part in a transaction, the same every time: a UUID by hash, version 5.</summary>
    public string TransIdOf(string part, string of)
    {
        var bytes = Authenticating($"{part}|{of}").AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    private byte[] Authenticating(string text) => HMACSHA256.HashData(authenticating, Encoding.UTF8.GetBytes(text));

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyLength, info: purpose.ToArray());
}
