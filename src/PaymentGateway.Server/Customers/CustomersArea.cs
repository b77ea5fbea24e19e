using PaymentGateway.Clocks;
using PaymentGateway.Ledger;


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
        services.AddSingleton<SavingProcessors>();
        services.AddSingleton<PaymentMethodMoves>();
        services.AddSingleton<AttachPaymentMethod>();
        services.AddSingleton(p => new SaveFromPayment(
            p.GetRequiredService<CustomerFacts>(), p.GetRequiredService<PaymentMethodStore>(), p.GetRequiredService<PaymentMethodResolver>(),
            p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton<PaymentMethodResolver>();
        services.AddSingleton<ExpiryNotices>();
        services.AddSingleton<PaymentMethodsApi>();
        services.AddSingleton(PaymentMethodStore.MethodsToCheck);
        services.AddSingleton(PaymentMethodStore.NoticesInTime);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between customers and their methods.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => CustomerChecks.All;

    /// <summary>The resolver and the notices; run by the worker role.</summary>
    public static IServiceCollection AddCustomerWorkers(this IServiceCollection services) => services.AddHostedService<CustomersWorker>();

    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        CustomersApi.Map(routes, routes.ServiceProvider.GetRequiredService<CustomersApi>());
        PaymentMethodsApi.Map(routes, routes.ServiceProvider.GetRequiredService<PaymentMethodsApi>());
    }
}
