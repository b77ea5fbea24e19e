using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The sandbox's keys, each derived from the one secret for one purpose.</summary>
internal sealed class SandboxKeys(SandboxSettings settings)
{
    public const string SignatureHeader = "X-Sandbox-Signature";

    private const int KeyLength = 32;
    private const int FingerprintLength = 16;

    private readonly byte[] signing = Derive(settings.Secret, "sandbox notification"u8);
    private readonly byte[] fingerprinting = Derive(settings.Secret, "sandbox card"u8);

    public string Sign(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(HMACSHA256.HashData(signing, body));

    public bool Fits(string signature, ReadOnlySpan<byte> body) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(Sign(body)));

    public string FingerprintOf(string cardNumber) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(fingerprinting, Encoding.ASCII.GetBytes(cardNumber)).AsSpan(0, FingerprintLength));

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyLength, info: purpose.ToArray());
}
