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
        docs.MapGet("{name}", (string name, HttpContext http, Guides guides) => Show(http, guides.Find(name)));
        docs.MapGet("decisions/{name}", (string name, HttpContext http, Guides guides) => Show(http, guides.Find($"decisions/{name}")));
        docs.MapGet("states/{name}.svg", (string name, HttpContext http) => Drawing(http, Guides.FindDrawing($"states/{name}")));
        docs.MapGet("states/{name}", (string name, HttpContext http, Guides guides) => Show(http, guides.Find($"states/{name}")));
    }

    private static IResult Show(HttpContext http, Guide? guide) => guide is null
        ? Html(http, DocsPages.NotFound(), StatusCodes.Status404NotFound)
        : Html(http, DocsPages.Of(guide));

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
