using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Refunds;

public static class RefundsArea
{
    /// <summary>Needs the payments and their settings.</summary>
    public static IServiceCollection AddRefunds(this IServiceCollection services)
    {
        services.AddSingleton<RefundStore>();
        services.AddSingleton<RefundMoves>();
        services.AddSingleton<RefundProcessors>();
        services.AddSingleton<RefundFollowUp>();
        services.AddSingleton<RefundsApi>();
        services.AddSingleton<INewsReader, RefundNewsReader>();
        services.AddSingleton<IWorkItemHandler, RefundOfWorkItem>();
        services.AddSingleton<FindRefundsOfPayment>(provider => provider.GetRequiredService<RefundStore>().SummariesOf);
        services.AddSingleton(p => new CreateRefund(
            p.GetRequiredService<RefundStore>(), p.GetRequiredService<RefundMoves>(), p.GetRequiredService<RefundProcessors>(),
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<MerchantStore>(), p.GetRequiredService<PaymentSettings>(),
            p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new RefundResolver(
            p.GetRequiredService<RefundStore>(), p.GetRequiredService<RefundMoves>(), p.GetRequiredService<RefundProcessors>(),
            p.GetRequiredService<PaymentSettings>(), p.GetRequiredService<MerchantClocks>(), p.GetRequiredService<ILogger<RefundResolver>>()));
        services.AddSingleton(RefundStore.RefundsToCheck);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between refunds, payments and the book.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => RefundChecks.All;

    /// <summary>The resolver; run by the worker role.</summary>
    public static IServiceCollection AddRefundWorkers(this IServiceCollection services) => services.AddHostedService<RefundsWorker>();

    public static void MapRefunds(this IEndpointRouteBuilder routes) =>
        RefundsApi.Map(routes, routes.ServiceProvider.GetRequiredService<RefundsApi>());
}
