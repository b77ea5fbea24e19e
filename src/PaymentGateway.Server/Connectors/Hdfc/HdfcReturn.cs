using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>
/// The fields that the payer's browser brings back from SmartGateway, in the query or in a form. Signed by the response key of the
/// dashboard: HMAC-SHA256 over the fields, percent-encoded one by one, sorted, joined, and percent-encoded once more as a whole.
/// </summary>
/// <remarks>A true signature says that the bank wrote this about the order. What was paid is asked of the bank all the same.</remarks>
public static class HdfcReturn
{
    private const string Signature = "signature";
    private const string AlgorithmField = "signature_algorithm";
    private const string Algorithm = "HMAC-SHA256";

    /// <summary>Whether the bank signed exactly these fields.</summary>
    /// <param name="fields">All that came, decoded once, as a web framework hands them over. A name that stands twice is refused.</param>
    /// <param name="responseKey">As the dashboard shows it.</param>
    public static bool Verify(IEnumerable<KeyValuePair<string, string>> fields, string responseKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(responseKey);
        var came = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (!came.TryAdd(name, value))
            {
                return false;
            }
        }

        if (!came.Remove(Signature, out var signature) || !came.Remove(AlgorithmField, out var algorithm)
            || !string.Equals(algorithm, Algorithm, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var expected = Encoding.ASCII.GetBytes(Sign(came, responseKey));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(Plain(signature)));
    }

    /// <summary>What a signature of these fields reads; also for requests that are to be signed in the same way.</summary>
    /// <param name="fields">Without the signature and its algorithm.</param>
    /// <param name="responseKey">As the dashboard shows it: a text, not the bytes that its digits may stand for.</param>
    public static string Sign(IReadOnlyDictionary<string, string> fields, string responseKey) => Convert.ToBase64String(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(responseKey), Encoding.UTF8.GetBytes(MessageOf(fields))));

    internal static string MessageOf(IReadOnlyDictionary<string, string> fields) => Uri.EscapeDataString(string.Join('&', fields
        .Select(field => (Name: Uri.EscapeDataString(field.Key), Value: Uri.EscapeDataString(field.Value)))
        .OrderBy(field => field.Name, StringComparer.Ordinal)
        .Select(field => $"{field.Name}={field.Value}")));

    // It is often encoded twice in the address, and where it is not encoded at all, its plus signs were read as spaces.
    private static string Plain(string signature) =>
        (signature.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(signature) : signature).Replace(' ', '+');
}
