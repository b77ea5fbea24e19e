using System.Security.Cryptography;

namespace PaymentGateway.Simulators.Engine;

/// <summary>
/// The RSA key of every simulator of this process that has not kept one from before. To make one takes longer than all else that a simulator does
/// when it begins, and nobody has secrets from a simulator.
/// </summary>
internal static class ProcessKey
{
    private const int Bits = 2048;

    private static readonly Lazy<byte[]> made = new(() =>
    {
        using var key = RSA.Create(Bits);
        return key.ExportPkcs8PrivateKey();
    });

    /// <summary>The caller's own to dispose of.</summary>
    public static RSA Open()
    {
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(made.Value, out _);
        return key;
    }
}
