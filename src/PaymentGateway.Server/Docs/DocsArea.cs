using Swashbuckle.AspNetCore.SwaggerUI;

namespace PaymentGateway.Docs;

/// <summary>What people read: guides, the API, errors, events and settings. Above all other areas.</summary>
public static class DocsArea
{
    public static IServiceCollection AddDocs(this IServiceCollection services)
    {
        services.AddOpenApi(OpenApi.DocumentName, OpenApi.Configure);
        services.AddSingleton<Guides>();
        return services;
    }

    public static IEndpointRouteBuilder MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi.json").ExcludeFromDescription();
        DocsApi.Map(routes);
        routes.Map("/docs/api/{**file}", ApiBrowser(routes)).ExcludeFromDescription();
        return routes;
    }

    /// <summary>Swagger UI is a middleware that serves its files where no endpoint was chosen, so here none is.</summary>
    private static RequestDelegate ApiBrowser(IEndpointRouteBuilder routes)
    {
        var app = routes.CreateApplicationBuilder();
        app.Use((http, next) =>
        {
            http.SetEndpoint(null);
            DocsHeaders.Write(http.Response, DocsHeaders.ForApiBrowser);
            return next(http);
        });
        app.UseSwaggerUI(browser =>
        {
            browser.RoutePrefix = "docs/api";
            browser.DocumentTitle = "PaymentGateway API";
            browser.SwaggerEndpoint("/openapi.json", "PaymentGateway");
            browser.ConfigObject.DocExpansion = DocExpansion.List;
            browser.ConfigObject.DefaultModelsExpandDepth = -1;
            browser.ConfigObject.ValidatorUrl = null;
        });
        return app.Build();
    }
}
