namespace PaymentGateway.Checkout;

/// <summary>What a browser may do with these pages: nothing but what they need.</summary>
internal static class CheckoutHeaders
{
    public static void Write(HttpResponse response, CheckoutView? view)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy(SafeUrl.Origin(view?.Shop.LogoUrl), SafeUrl.Origin(view?.Offer.Cards?.FormUrl),
            SafeUrl.Origin(view?.Offer.Cards?.JsonUrl), SafeUrl.Origin(view?.Action?.Challenge?.AcsUrl));
        headers.XFrameOptions = "DENY";
        WriteForAll(headers);
    }

    /// <summary>A page in the hidden frame of our own page: it runs its script, posts its form to the bank, and nothing else.</summary>
    public static void WriteFramed(HttpResponse response, string? formTarget)
    {
        response.Headers.ContentSecurityPolicy = string.Join("; ",
            "default-src 'none'", "script-src 'self'", With("form-action 'self'", SafeUrl.Origin(formTarget)), "base-uri 'none'", "frame-ancestors 'self'");
        WriteForAll(response.Headers);
    }

    private static void WriteForAll(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static string ContentPolicy(string? logo, string? tokenizerForm, string? tokenizerJson, string? bank) => string.Join("; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        With("img-src 'self' data:", logo),
        With("connect-src 'self'", tokenizerJson),
        With(With("form-action 'self'", tokenizerForm), bank),
        "frame-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'");

    private static string With(string directive, string? origin) => origin is null ? directive : $"{directive} {origin}";
}
