using PaymentGateway.Http;

namespace PaymentGateway.Docs;

/// <summary>What a browser may do with the pages.</summary>
internal static class DocsHeaders
{
    public const string ForPages =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Swagger UI is a script with drawings in data addresses; it sets styles by itself.</summary>
    public const string ForApiBrowser = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>As a mail program shows them: nothing is loaded, nothing is run.</summary>
    public const string ForLetters =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /// <summary>They are the same for everybody, so a browser may keep them.</summary>
    public static void Write(HttpResponse response, string contentPolicy) => BrowserHeaders.Write(response, contentPolicy, caching: null);
}
