namespace PaymentGateway.Checkout;

public static class CheckoutArea
{
    public static IServiceCollection AddCheckout(this IServiceCollection services)
    {
        services.AddSingleton<Assets>();
        services.AddSingleton<CheckoutPage>();
        services.AddSingleton<CheckoutViews>();
        services.AddSingleton<CheckoutApi>();
        return services;
    }

    /// <summary>The pages. Their styles, script and images are files of the web root.</summary>
    public static IEndpointRouteBuilder MapCheckout(this IEndpointRouteBuilder routes)
    {
        CheckoutApi.Map(routes, routes.ServiceProvider.GetRequiredService<CheckoutApi>());
        return routes;
    }
}
