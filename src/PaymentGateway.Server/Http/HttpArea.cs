namespace PaymentGateway.Http;

public static class HttpArea
{
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.AddSingleton<Idempotency>();
        services.AddHostedService<IdempotencyPurge>();
        services.AddCrossOrigin();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = Json.Options.PropertyNamingPolicy;
            json.SerializerOptions.NumberHandling = Json.Options.NumberHandling;
            json.SerializerOptions.DefaultIgnoreCondition = Json.Options.DefaultIgnoreCondition;
            foreach (var converter in Json.Options.Converters)
            {
                json.SerializerOptions.Converters.Add(converter);
            }
        });
        return services;
    }

    /// <summary>First in the pipeline: everything behind it may throw or answer without a body.</summary>
    public static IApplicationBuilder UseErrorEdge(this IApplicationBuilder app) => app.UseMiddleware<ErrorEdge>();

    /// <summary>Before anything that stores, logs or repeats a part of the request.</summary>
    public static IApplicationBuilder UseCardDataWall(this IApplicationBuilder app) => app.UseMiddleware<CardDataWall>();
}
