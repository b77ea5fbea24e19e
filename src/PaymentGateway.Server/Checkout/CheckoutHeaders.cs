namespace PaymentGateway.Checkout;

/// <summary>What a browser may do with these pages: nothing but what they need.</summary>
internal static class CheckoutHeaders
{
    public static void Write(HttpResponse response, CheckoutView? view)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy(SafeUrl.Origin(view?.Shop.LogoUrl), SafeUrl.Origin(view?.Offer.Cards?.FormUrl),
            SafeUrl.Origin(view?.Offer.Cards?.JsonUrl));
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static string ContentPolicy(string? logo, string? tokenizerForm, string? tokenizerJson) => string.Join("; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        With("img-src 'self' data:", logo),
        With("connect-src 'self'", tokenizerJson),
        With("form-action 'self'", tokenizerForm),
        "base-uri 'none'",
        "frame-ancestors 'none'");

    private static string With(string directive, string? origin) => origin is null ? directive : $"{directive} {origin}";
}
