using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Identity;
using PaymentGateway.Jobs;

namespace PaymentGateway.Inbox;

public static class InboxArea
{
    /// <summary>Needs the readers of the areas above, which register themselves.</summary>
    public static IServiceCollection AddInbox(this IServiceCollection services)
    {
        services.AddSingleton<InboxApi>();
        services.AddSingleton(p => new ReceiveMessage(
            p.GetRequiredService<InboxStore>(), p.GetRequiredService<Committer>(), p.GetRequiredService<NewsDispatcher>(),
            p.GetRequiredService<ConnectorRegistry>(), p.GetRequiredService<IProcessorAccounts>(), p.GetRequiredService<SecretVault>(), p.GetRequiredService<MerchantClocks>(),
            p.GetRequiredService<ILogger<ReceiveMessage>>()));
        services.AddInboxOperator();
        services.AddSingleton(InboxStore.MessagesToActOn);
        services.AddSingleton(ReceiveMessage.Sealed);
        JobRegistry.Add(
            services, "forget-processor-messages", "Forgets messages of processors that were handled more than 30 days ago.", Schedule.Hourly(30),
            async (provider, cancel) => $"{await provider.GetRequiredService<ReceiveMessage>().Purge(cancel)} forgotten");
        return services;
    }

    /// <summary>What a command of the operator needs, without processors.</summary>
    public static IServiceCollection AddInboxOperator(this IServiceCollection services) => services
        .AddSingleton<InboxStore>()
        .AddSingleton(p => new InboxOperator(
            p.GetRequiredService<InboxStore>(), p.GetRequiredService<Committer>(), p.GetRequiredService<MerchantClocks>()));

    /// <summary>Acts on what was left, and forgets what is old; run by the worker role.</summary>
    public static IServiceCollection AddInboxWorkers(this IServiceCollection services) => services.AddHostedService<InboxWorker>();

    public static void MapInbox(this IEndpointRouteBuilder routes) =>
        InboxApi.Map(routes, routes.ServiceProvider.GetRequiredService<InboxApi>());
}
