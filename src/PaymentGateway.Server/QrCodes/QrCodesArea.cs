using PaymentGateway.Connectors;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

public static class QrCodesArea
{
    public static IServiceCollection AddQrCodes(this IServiceCollection services)
    {
        services.AddSingleton<QrCodeStore>();
        services.AddSingleton<QrCodeFacts>();
        services.AddSingleton<CreateQrCode>();
        services.AddSingleton<INewsReader, CreditQrCode>();
        services.AddSingleton<QrCodeExpiry>();
        services.AddSingleton<QrCodesApi>();
        services.AddSingleton<ScanApi>();
        services.AddSingleton(QrCodeStore.CodesInTime);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between codes and payments.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => QrCodeRows.Checks;

    /// <summary>The expiry of codes; run by the worker role.</summary>
    public static IServiceCollection AddQrCodeWorkers(this IServiceCollection services) => services.AddHostedService<QrCodesWorker>();

    public static void MapQrCodes(this IEndpointRouteBuilder routes)
    {
        QrCodesApi.Map(routes, routes.ServiceProvider.GetRequiredService<QrCodesApi>());
        ScanApi.Map(routes, routes.ServiceProvider.GetRequiredService<ScanApi>());
    }
}
