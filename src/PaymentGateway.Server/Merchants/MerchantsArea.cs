using PaymentGateway.Identity;

namespace PaymentGateway.Merchants;

public static class MerchantsArea
{
    public static IServiceCollection AddMerchants(this IServiceCollection services)
    {
        services.AddSingleton<MerchantStore>();
        services.AddSingleton(MerchantStore.Sealed);
        services.AddSingleton<FindAccessRules>(provider => provider.GetRequiredService<MerchantStore>().AccessRulesOf);
        services.AddSingleton<CreateMerchant>();
        services.AddSingleton<DemoMerchants>();
        return services;
    }

    public static IEndpointRouteBuilder MapMerchants(this IEndpointRouteBuilder app)
    {
        MerchantsApi.Map(app);
        return app;
    }
}
