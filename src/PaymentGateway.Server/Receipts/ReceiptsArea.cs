using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Ledger;
using PaymentGateway.Mail;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

public static class ReceiptsArea
{
    /// <summary>Needs the payments and their refunds.</summary>
    public static IServiceCollection AddReceipts(this IServiceCollection services)
    {
        services.AddSingleton<ReceiptStore>();
        services.AddSingleton<ReceiptFacts>();
        services.AddSingleton(p => new ReceiptBook(
            p.GetRequiredService<ReceiptStore>(), p.GetRequiredService<PaymentStore>(), p.GetRequiredService<ReceiptFacts>(),
            p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new PrintReceipt(
            p.GetRequiredService<ReceiptStore>(), p.GetRequiredService<RefundStore>(), p.GetRequiredService<Committer>(),
            p.GetRequiredService<ReceiptFacts>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton<CreditRefunds>();
        services.AddSingleton<IRefundFollower>(p => p.GetRequiredService<CreditRefunds>());
        foreach (var kind in new[] { ReceiptFiles.OfReceipt, ReceiptFiles.OfRefund })
        {
            services.AddSingleton<IAttachments>(p => new ReceiptFiles(kind, p.GetRequiredService<ReceiptBook>(), p.GetRequiredService<PrintReceipt>()));
        }

        services.AddSingleton<ReceiptsApi>();
        services.AddSingleton<SupplierApi>();
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between receipts, payments and refunds.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => ReceiptChecks.All;

    /// <summary>Documents and credit notes; run by the worker role.</summary>
    public static IServiceCollection AddReceiptWorkers(this IServiceCollection services) => services.AddHostedService<ReceiptsWorker>();

    public static void MapReceipts(this IEndpointRouteBuilder routes)
    {
        SupplierApi.Map(routes, routes.ServiceProvider.GetRequiredService<SupplierApi>());
        ReceiptsApi.Map(routes, routes.ServiceProvider.GetRequiredService<ReceiptsApi>());
    }
}
