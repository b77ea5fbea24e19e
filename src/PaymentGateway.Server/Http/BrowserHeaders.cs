namespace PaymentGateway.Http;

/// <summary>What a browser may do with an answer: each answer says what it needs, and nothing else is allowed.</summary>
public static class BrowserHeaders
{
    /// <summary>For what is about somebody, and may be kept by nobody.</summary>
    public const string NeverKept = "no-store";

    /// <summary>For a document that is only looked at or kept as a file.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="contentPolicy">What it may load and where it may send.</param>
    /// <param name="caching">Null: nothing is said of it.</param>
    public static void Write(HttpResponse response, string contentPolicy, string? caching = NeverKept)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = contentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (caching is not null)
        {
            headers.CacheControl = caching;
        }
    }

    /// <summary>For a page on which somebody acts: it stands alone, in a window that no other page holds, and uses none of the device.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="contentPolicy">What it may load and where it may send.</param>
    /// <param name="isFramed">It is made for a frame of our own.</param>
    public static void WriteForPage(HttpResponse response, string contentPolicy, bool isFramed = false)
    {
        Write(response, contentPolicy);
        var headers = response.Headers;
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!isFramed)
        {
            headers.XFrameOptions = "DENY";
        }
    }
}
