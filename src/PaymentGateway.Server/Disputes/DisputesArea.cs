using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

public static class DisputesArea
{
    /// <summary>Needs the payments and their settings.</summary>
    public static IServiceCollection AddDisputes(this IServiceCollection services)
    {
        services.AddSingleton<DisputeStore>();
        services.AddSingleton<DisputeMoves>();
        services.AddSingleton<DisputeProcessors>();
        services.AddSingleton<AnswerDispute>();
        services.AddSingleton<DisputesApi>();
        services.AddSingleton<SandboxDisputesApi>();
        services.AddSingleton<INewsReader, DisputeNewsReader>();
        services.AddSingleton<FindDisputesOfPayment>(provider => provider.GetRequiredService<DisputeStore>().SummariesOf);
        services.AddSingleton(p => new DisputeResolver(
            p.GetRequiredService<DisputeStore>(), p.GetRequiredService<DisputeMoves>(), p.GetRequiredService<DisputeProcessors>(),
            p.GetRequiredService<PaymentSettings>(), p.GetRequiredService<MerchantClocks>(), p.GetRequiredService<ILogger<DisputeResolver>>()));
        services.AddSingleton(p => new DisputeReminders(
            p.GetRequiredService<DisputeStore>(), p.GetRequiredService<DisputeMoves>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(DisputeStore.DisputesToCheck);
        services.AddSingleton(DisputeStore.DeadlinesNear);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between disputes, payments and the book.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => DisputeChecks.All;

    /// <summary>The resolver and the reminders; run by the worker role.</summary>
    public static IServiceCollection AddDisputeWorkers(this IServiceCollection services) => services.AddHostedService<DisputesWorker>();

    public static void MapDisputes(this IEndpointRouteBuilder routes)
    {
        DisputesApi.Map(routes, routes.ServiceProvider.GetRequiredService<DisputesApi>());
        SandboxDisputesApi.Map(routes, routes.ServiceProvider.GetRequiredService<SandboxDisputesApi>());
    }
}
