using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Ledger;

namespace PaymentGateway.Mandates;

public static class MandatesArea
{
    /// <summary>Needs the customers and the connectors.</summary>
    public static IServiceCollection AddMandates(this IServiceCollection services)
    {
        services.AddSingleton<MandateStore>();
        services.AddSingleton<MandateFacts>();
        services.AddSingleton<MandateMoves>();
        services.AddSingleton<MandateProcessors>();
        services.AddSingleton<MandateTerms>();
        services.AddSingleton<ICustomerReferences, MandateReferences>();
        services.AddSingleton<INewsReader, MandateNewsReader>();
        services.AddSingleton<SandboxMandatesApi>();
        services.AddSingleton<MandatesApi>();
        services.AddSingleton(p => new CreateMandate(
            p.GetRequiredService<MandateStore>(), p.GetRequiredService<MandateMoves>(), p.GetRequiredService<MandateProcessors>(),
            p.GetRequiredService<CustomerStore>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new MandateResolver(
            p.GetRequiredService<MandateStore>(), p.GetRequiredService<MandateMoves>(), p.GetRequiredService<MandateProcessors>(),
            p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new MandateExpiry(
            p.GetRequiredService<MandateStore>(), p.GetRequiredService<MandateMoves>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(MandateStore.MandatesToCheck);
        services.AddSingleton(MandateStore.MandatesInTime);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between mandates and their debits.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => MandateChecks.All;

    /// <summary>The resolver and the expiry; run by the worker role.</summary>
    public static IServiceCollection AddMandateWorkers(this IServiceCollection services) => services.AddHostedService<MandatesWorker>();

    public static void MapMandates(this IEndpointRouteBuilder routes)
    {
        MandatesApi.Map(routes, routes.ServiceProvider.GetRequiredService<MandatesApi>());
        SandboxMandatesApi.Map(routes, routes.ServiceProvider.GetRequiredService<SandboxMandatesApi>());
    }
}
