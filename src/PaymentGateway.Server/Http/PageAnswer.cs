namespace PaymentGateway.Http;

/// <summary>Answers with pages that load files of this server alone, and send forms to it alone.</summary>
public static class PageAnswer
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public static IResult Show(HttpContext http, Html document, int status)
    {
        BrowserHeaders.WriteForPage(http.Response, Policy);
        return Results.Text(document.ToString(), "text/html; charset=utf-8", statusCode: status);
    }

    /// <summary>After a form did what it is for: the browser gets a page that it may load again.</summary>
    public static IResult SeeOther(HttpContext http, string path)
    {
        BrowserHeaders.WriteForPage(http.Response, Policy);
        http.Response.Headers.Location = path;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
