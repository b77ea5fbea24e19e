using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Identity;

namespace PaymentGateway.Checkout;

public static class CheckoutArea
{
    public static IServiceCollection AddCheckout(this IServiceCollection services)
    {
        services.AddSingleton<Assets>();
        services.AddSingleton<HostedDocument>();
        services.AddSingleton<CheckoutPage>();
        services.AddSingleton<MethodFrame>();
        services.AddSingleton<CheckoutViews>();
        services.AddSingleton<CheckoutApi>();

        // The sandbox's form tokenizer serves these pages; connectors know nothing of keys, so it learns here whose key a form carries.
        services.AddSingleton<FindTenantOfPublishableKey>(provider => provider.GetRequiredService<ApiKeys>().TenantOfPublishableKey);
        return services;
    }

    /// <summary>The pages. Their styles, script and images are files of the web root.</summary>
    public static IEndpointRouteBuilder MapCheckout(this IEndpointRouteBuilder routes)
    {
        CheckoutApi.Map(routes, routes.ServiceProvider.GetRequiredService<CheckoutApi>());
        return routes;
    }
}
