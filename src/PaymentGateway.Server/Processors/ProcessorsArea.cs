using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Jobs;

namespace PaymentGateway.Processors;

public static class ProcessorsArea
{
    /// <summary>
    /// Registers the accounts that merchants have at processors, which connectors ask for by <see cref="IProcessorAccounts"/>, and the log
    /// of requests to them. Needs <see cref="FindChargesOfPayment"/>.
    /// </summary>
    public static IServiceCollection AddProcessors(this IServiceCollection services, ProcessorSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<EnvironmentAccounts>()
        .AddHostedService<EnvironmentAccountsStart>()
        .AddSingleton<AccountStore>()
        .AddSingleton(AccountStore.Sealed)
        .AddSingleton<IProcessorAccounts>(provider => provider.GetRequiredService<AccountStore>())
        .AddSingleton<AccountTrail>()
        .AddSingleton(p => new AccountBook(
            p.GetRequiredService<ConnectorRegistry>(), p.GetRequiredService<AccountStore>(), p.GetRequiredService<AccountTrail>(),
            p.GetRequiredService<PublicAddress>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton<ProcessorsApi>()
        .AddSingleton<RequestStore>()
        .AddSingleton<RequestLog>()
        .AddSingleton<IRequestLog>(provider => provider.GetRequiredService<RequestLog>())
        // Whoever calls processors writes down what it said, whatever the role.
        .AddHostedService(provider => provider.GetRequiredService<RequestLog>())
        .AddSingleton<RequestPurge>()
        .AddSingleton<RequestsApi>()
        .AddForgetting();

    private static IServiceCollection AddForgetting(this IServiceCollection services) => JobRegistry.Add(
        services, "forget-processor-requests", "Forgets requests to processors that are older than PROCESSOR_REQUESTS_KEEP_DAYS.",
        Schedule.Hourly(10), async (provider, cancel) => $"{await provider.GetRequiredService<RequestPurge>().RunOnce(cancel)} forgotten");

    public static void MapProcessors(this IEndpointRouteBuilder routes)
    {
        ProcessorsApi.Map(routes, routes.ServiceProvider.GetRequiredService<ProcessorsApi>());
        RequestsApi.Map(routes, routes.ServiceProvider.GetRequiredService<RequestsApi>());
    }
}
