using Microsoft.AspNetCore.Cors;

namespace PaymentGateway.Http;

/// <summary>
/// What the pages of other sites may call: exactly what a publishable key opens, from any origin and without cookies. And how long
/// browsers may keep what they get.
/// </summary>
public static class CrossOrigin
{
    private const string Pages = "pages";

    /// <summary>The longest that a browser keeps to.</summary>
    private static readonly TimeSpan preflightLasts = TimeSpan.FromHours(2);

    private static readonly string[] readable =
    [
        RequestId.Header, "Retry-After", "Location", "Idempotent-Replayed",
        "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
    ];

    public static IServiceCollection AddCrossOrigin(this IServiceCollection services) => services.AddCors(cors => cors.AddPolicy(
        Pages,
        policy => policy.AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader().WithExposedHeaders(readable).SetPreflightMaxAge(preflightLasts)));

    /// <summary>Behind the routing, and before whoever asks for a key: a preflight has none.</summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app) => app.UseCors().Use((http, next) =>
    {
        // An answer under a key is for its caller alone, whatever stands between; an endpoint that knows better says so after this.
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiresKey>() is not null)
        {
            http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        }

        return next(http);
    });

    /// <summary>Routes of which those that a publishable key opens are open to the pages of every origin.</summary>
    public static IEndpointRouteBuilder OpenToPages(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("");
        ((IEndpointConventionBuilder)all).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<RequiresKey>().LastOrDefault()?.Kinds.Contains(KeyKind.Publishable) == true)
            {
                endpoint.Metadata.Add(new EnableCorsAttribute(Pages));
            }
        });
        return all;
    }

    /// <summary>The files of our pages. One whose address has its fingerprint never changes; any other is asked for again.</summary>
    public static IApplicationBuilder UseFiles(this IApplicationBuilder app) => app.UseStaticFiles(new StaticFileOptions
    {
        OnPrepareResponse = file =>
        {
            file.Context.Response.Headers.CacheControl =
                file.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache";
            file.Context.Response.Headers.XContentTypeOptions = "nosniff";
        },
    });
}
