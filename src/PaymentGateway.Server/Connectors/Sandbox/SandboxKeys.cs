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

    private readonly byte[] signing = Derive(settings.Secret, "sandbox notification"u8);
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

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyLength, info: purpose.ToArray());
}
