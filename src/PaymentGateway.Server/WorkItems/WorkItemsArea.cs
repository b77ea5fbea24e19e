using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Events;
using PaymentGateway.Ledger;

namespace PaymentGateway.WorkItems;

public static class WorkItemsArea
{
    public static IServiceCollection AddWorkItems(this IServiceCollection services)
    {
        services.AddSingleton<WorkItemStore>();
        services.AddSingleton<WorkItemsApi>();
        services.AddSingleton(p => new WorkItemMoves(
            p.GetRequiredService<WorkItemStore>(), p.GetRequiredService<Committer>(), p.GetRequiredService<LedgerStore>(),
            p.GetRequiredService<EventConsumers>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new ResolveWorkItem(
            p.GetRequiredService<WorkItemStore>(), p.GetRequiredService<WorkItemMoves>(), p.GetRequiredService<MerchantClocks>(),
            p.GetServices<IWorkItemHandler>()));
        services.AddSingleton(WorkItemStore.ItemsToActOn);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between work items and the book.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => WorkItemChecks.All;

    /// <summary>Carries out what is chosen; run by the worker role.</summary>
    public static IServiceCollection AddWorkItemWorkers(this IServiceCollection services) => services.AddHostedService<WorkItemsWorker>();

    public static void MapWorkItems(this IEndpointRouteBuilder routes) =>
        WorkItemsApi.Map(routes, routes.ServiceProvider.GetRequiredService<WorkItemsApi>());
}
