using PaymentGateway.Mail;

namespace PaymentGateway.Docs;

/// <summary>The pages of <c>/docs</c>.</summary>
internal static class DocsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var docs = routes.MapGroup("/docs").ExcludeFromDescription();
        docs.MapGet("", (HttpContext http, Guides guides) => Html(http, DocsPages.Index(guides.All)));
        docs.MapGet("errors", (HttpContext http) => Html(http, DocsPages.ErrorCodes()));
        docs.MapGet("events", (HttpContext http) => Html(http, DocsPages.EventKinds()));
        docs.MapGet("settings", (HttpContext http) => Html(http, DocsPages.Variables()));
        docs.MapGet("mails", (HttpContext http, LetterTemplates letters) => Html(http, MailPages.Index(letters)));
        docs.MapGet("mails/{template}/{language}", ShowLetter);
        docs.MapGet("{name}", (string name, HttpContext http, Guides guides) => Show(http, guides.Find(name)));
        docs.MapGet("decisions/{name}", (string name, HttpContext http, Guides guides) => Show(http, guides.Find($"decisions/{name}")));
        docs.MapGet("states/{name}.svg", (string name, HttpContext http) => Drawing(http, Guides.FindDrawing($"states/{name}")));
        docs.MapGet("states/{name}", (string name, HttpContext http, Guides guides) => Show(http, guides.Find($"states/{name}")));
    }

    private static IResult Show(HttpContext http, Guide? guide) => guide is null
        ? Html(http, DocsPages.NotFound(), StatusCodes.Status404NotFound)
        : Html(http, DocsPages.Of(guide));

    /// <summary>A letter with made-up data, as it is mailed: its styles stand on its elements.</summary>
    private static IResult ShowLetter(HttpContext http, LetterTemplates letters, string template, string language, string? form)
    {
        if (letters.Find(template) is not { } found || !LetterLanguages.All.Contains(language))
        {
            return Html(http, DocsPages.NotFound(), StatusCodes.Status404NotFound);
        }

        DocsHeaders.Write(http.Response, DocsHeaders.ForLetters);
        var letter = found.Sample(language);
        return form == "text"
            ? Results.Text(LetterPrinter.Text(letter, language), "text/plain; charset=utf-8")
            : Results.Text(LetterPrinter.Html(letter, language), "text/html; charset=utf-8");
    }

    private static IResult Drawing(HttpContext http, Stream? drawing)
    {
        DocsHeaders.Write(http.Response, DocsHeaders.ForPages);
        return drawing is null ? Results.NotFound() : Results.Stream(drawing, "image/svg+xml");
    }

    private static IResult Html(HttpContext http, string page, int status = StatusCodes.Status200OK)
    {
        DocsHeaders.Write(http.Response, DocsHeaders.ForPages);
        return Results.Text(page, "text/html; charset=utf-8", statusCode: status);
    }
}
