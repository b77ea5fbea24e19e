using Microsoft.AspNetCore.WebUtilities;

namespace PaymentGateway.Checkout;

/// <summary>
/// Addresses that may stand in a link. Escaping makes an address harmless as text; only its scheme makes it harmless as a link.
/// </summary>
public static class SafeUrl
{
    /// <summary>The address when it is a page of the web; null for anything else, such as a script.</summary>
    public static string? Web(string? url) => HasScheme(url, "https", "http") ? url : null;

    /// <summary>The address when it is a UPI payment link.</summary>
    public static string? Upi(string? url) => HasScheme(url, "upi") ? url : null;

    /// <summary>Scheme, host and port of a web address, as a content security policy names it.</summary>
    public static string? Origin(string? url) => Web(url) is { } web ? new Uri(web).GetLeftPart(UriPartial.Authority) : null;

    private static bool HasScheme(string? url, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && schemes.Contains(parsed.Scheme);

    public static string WithQuery(string url, IEnumerable<KeyValuePair<string, string?>> parameters) =>
        QueryHelpers.AddQueryString(url, parameters);
}
