using PaymentGateway.Clocks;
using PaymentGateway.Events;
using PaymentGateway.Ledger;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Methods;

public static class MethodsArea
{
    public static IServiceCollection AddMethods(this IServiceCollection services)
    {
        services.AddBookChecks(MethodChecks.All);

        return services.AddLoans();
    }

    private static IServiceCollection AddLoans(this IServiceCollection services) => services
        .AddSingleton<EmiRateCardStore>()
        .AddSingleton<EmiPlans>()
        .AddSingleton<EmiApi>()
        .AddSingleton<BnplStore>()
        .AddSingleton(BnplStore.NoticesInTime)
        .AddSingleton<BnplOffers>()
        .AddSingleton<InstallmentMoves>()
        .AddSingleton(p => new LoanRefunds(
            p.GetRequiredService<BnplStore>(), p.GetRequiredService<InstallmentMoves>(), p.GetRequiredService<EventConsumers>(),
            p.GetRequiredService<MerchantClocks>()))
        .AddSingleton<BnplApi>()
        .AddSingleton<MethodTerms>()
        .AddSingleton<MethodEffects>();

    /// <summary>The reminders of instalments; run by the worker role.</summary>
    public static IServiceCollection AddMethodWorkers(this IServiceCollection services) => services.AddHostedService<BnplWorker>();

    public static void MapMethods(this IEndpointRouteBuilder routes)
    {
        EmiApi.Map(routes, routes.ServiceProvider.GetRequiredService<EmiApi>());
        BnplApi.Map(routes, routes.ServiceProvider.GetRequiredService<BnplApi>());
    }
}
