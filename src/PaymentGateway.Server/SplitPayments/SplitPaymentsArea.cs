using PaymentGateway.Clocks;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

public static class SplitPaymentsArea
{
    /// <summary>Needs the payments and the refunds.</summary>
    public static IServiceCollection AddSplitPayments(this IServiceCollection services)
    {
        services.AddSingleton<SplitStore>();
        services.AddSingleton<SplitMoves>();
        services.AddSingleton<CreateSplitPayment>();
        services.AddSingleton<CancelSplitPayment>();
        services.AddSingleton<RefundSplitPayment>();
        services.AddSingleton<SplitPaymentsApi>();
        services.AddSingleton<ISplitRefunds>(p => p.GetRequiredService<SplitPaymentsApi>());
        services.AddSingleton<PartMoved>(_ => SplitRows.WritePartMoved);
        services.AddSingleton<FindSplitPayment>(p => p.GetRequiredService<SplitStore>().SummaryOf);
        services.AddSingleton(p => new SplitDriver(
            p.GetRequiredService<SplitStore>(), p.GetRequiredService<SplitMoves>(), p.GetRequiredService<SplitParts>(),
            p.GetRequiredService<CreateRefund>(), p.GetRequiredService<FindRefundsOfPayment>(), p.GetRequiredService<MerchantClocks>(),
            p.GetRequiredService<ILogger<SplitDriver>>()));
        services.AddSingleton(SplitStore.SplitsInTime);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between split payments, their parts and their orders.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => SplitChecks.All;

    /// <summary>The driver; run by the worker role.</summary>
    public static IServiceCollection AddSplitPaymentWorkers(this IServiceCollection services) => services.AddHostedService<SplitPaymentsWorker>();

    public static void MapSplitPayments(this IEndpointRouteBuilder routes) =>
        SplitPaymentsApi.Map(routes, routes.ServiceProvider.GetRequiredService<SplitPaymentsApi>());
}
