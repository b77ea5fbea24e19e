using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The pretended card networks.</summary>
internal static class SandboxNetwork
{
    private const int Length = 15;
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>
    /// What the network calls a transaction by card; null of every other method. It follows from the reference, and has letters in it as
    /// no card number has.
    /// </summary>
    public static string? TransactionIdOf(string reference, MethodSummary summary)
    {
        if (summary is not { Method: "card" or "emi", Network: { } network })
        {
            return null;
        }

        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{network}/{reference}"));
        return "SBX" + string.Concat(bytes.Take(Length - 3).Select(b => Letters[b % Letters.Length]));
    }
}
