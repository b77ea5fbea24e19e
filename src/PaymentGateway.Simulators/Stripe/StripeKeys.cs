using System.Text;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>The API key of a request: a bearer token, or the user name of basic authentication.</summary>
internal static class StripeKeys
{
    public static string? Of(Call call)
    {
        var header = call.Header("Authorization") ?? "";
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header[7..].Trim();
        return header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) ? UserName(header[6..]) : Text(call);
    }

    // A form of a browser carries its key in the body.
    private static string? Text(Call call) => StripeBook.Text(call.Fields, "key");

    private static string? UserName(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded.Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : null;
    }

    public static bool IsSecret(Call call) => Of(call) is { } key && (key.StartsWith("sk_test_", StringComparison.Ordinal) || key.StartsWith("rk_test_", StringComparison.Ordinal));

    public static bool IsPublishable(Call call) => Of(call)?.StartsWith("pk_test_", StringComparison.Ordinal) == true;
}
