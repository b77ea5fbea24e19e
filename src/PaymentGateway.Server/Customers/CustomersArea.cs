
namespace PaymentGateway.Customers;

public static class CustomersArea
{
    public static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<PaymentMethodStore>();
        services.AddSingleton<CustomerFacts>();
        services.AddSingleton<CustomerActions>();
        services.AddSingleton<CustomersApi>();
        return services;
    }

    public static void MapCustomers(this IEndpointRouteBuilder routes) =>
        CustomersApi.Map(routes, routes.ServiceProvider.GetRequiredService<CustomersApi>());
}
