using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>How the fields that the payer's browser carries back are signed: encoded one by one, sorted, and encoded once more as a whole.</summary>
internal static class ReturnSignature
{
    public static string Of(IReadOnlyDictionary<string, string> fields, string key)
    {
        var pairs = fields
            .Select(one => (Name: Uri.EscapeDataString(one.Key), Value: Uri.EscapeDataString(one.Value)))
            .OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => $"{one.Name}={one.Value}");
        var message = Uri.EscapeDataString(string.Join('&', pairs));
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(message)));
    }
}
