using PaymentGateway.Connectors;
using PaymentGateway.Ledger;

namespace PaymentGateway.Balances;

public static class BalancesArea
{
    /// <summary>Registers the balances of customers, and the connector that pays from them.</summary>
    public static IServiceCollection AddBalances(this IServiceCollection services)
    {
        services.AddSingleton<BalanceStore>();
        services.AddSingleton<BalanceMoves>();
        services.AddSingleton<BalancesApi>();
        services.AddSingleton<IConnector, AccountConnector>();
        return services.AddBookChecks(BalanceChecks.All);
    }

    public static void MapBalances(this IEndpointRouteBuilder routes) =>
        BalancesApi.Map(routes, routes.ServiceProvider.GetRequiredService<BalancesApi>());
}
