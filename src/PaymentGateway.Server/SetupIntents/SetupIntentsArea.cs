using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Ledger;

namespace PaymentGateway.SetupIntents;

public static class SetupIntentsArea
{
    /// <summary>Needs the customers, the mandates and the payments.</summary>
    public static IServiceCollection AddSetupIntents(this IServiceCollection services)
    {
        services.AddSingleton<SetupIntentStore>();
        services.AddSingleton<SetupIntentFacts>();
        services.AddSingleton<SetupIntentMoves>();
        services.AddSingleton<SetupProcessors>();
        services.AddSingleton<SettleSetup>();
        services.AddSingleton<ConfirmSetup>();
        services.AddSingleton<SetupIntentsApi>();
        services.AddSingleton<SetupReturnApi>();
        services.AddSingleton<ICustomerReferences, SetupReferences>();
        services.AddSingleton<INewsReader, SetupNewsReader>();
        services.AddSingleton(p => new SetupResolver(
            p.GetRequiredService<SetupIntentStore>(), p.GetRequiredService<SetupIntentMoves>(), p.GetRequiredService<SettleSetup>(),
            p.GetRequiredService<SetupProcessors>(), p.GetRequiredService<CustomerStore>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(SetupIntentStore.SetupsToCheck);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between set-ups and what came of them.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => SetupIntentChecks.All;

    /// <summary>The resolver; run by the worker role.</summary>
    public static IServiceCollection AddSetupIntentWorkers(this IServiceCollection services) => services.AddHostedService<SetupIntentsWorker>();

    public static void MapSetupIntents(this IEndpointRouteBuilder routes)
    {
        SetupIntentsApi.Map(routes, routes.ServiceProvider.GetRequiredService<SetupIntentsApi>());
        SetupReturnApi.Map(routes, routes.ServiceProvider.GetRequiredService<SetupReturnApi>());
    }
}
