using PaymentGateway.Connectors;

namespace PaymentGateway.Processors;

public static class ProcessorsArea
{
    /// <summary>Registers the accounts that merchants have at processors: connectors ask for them by <see cref="IProcessorAccounts"/>.</summary>
    public static IServiceCollection AddProcessors(this IServiceCollection services) => services
        .AddSingleton<AccountStore>()
        .AddSingleton<IProcessorAccounts>(provider => provider.GetRequiredService<AccountStore>())
        .AddSingleton<AccountTrail>()
        .AddSingleton<ProcessorsApi>();

    public static void MapProcessors(this IEndpointRouteBuilder routes) =>
        ProcessorsApi.Map(routes, routes.ServiceProvider.GetRequiredService<ProcessorsApi>());
}
