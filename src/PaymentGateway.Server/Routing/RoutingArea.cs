namespace PaymentGateway.Routing;

public static class RoutingArea
{
    public static IServiceCollection AddProcessorRouting(this IServiceCollection services)
    {
        services.AddSingleton<RoutingStore>();
        services.AddSingleton<ProcessorHealth>();
        services.AddSingleton(p => new ProcessorRouting(p.GetRequiredService<RoutingStore>(), p.GetRequiredService<ProcessorHealth>()));
        services.AddSingleton<RoutingApi>();
        return services;
    }

    public static void MapProcessorRouting(this IEndpointRouteBuilder routes) =>
        RoutingApi.Map(routes, routes.ServiceProvider.GetRequiredService<RoutingApi>());
}
