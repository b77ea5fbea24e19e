using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Ledger;
using PaymentGateway.Mandates;
using PaymentGateway.Merchants;
using PaymentGateway.Methods;
using PaymentGateway.Processors;
using PaymentGateway.Routing;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Payments;

public static class PaymentsArea
{
    public static IServiceCollection AddPayments(this IServiceCollection services, PaymentSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<PaymentStore>();
        services.AddSingleton<AttemptBacklogStore>();
        services.AddSingleton<PaymentMoves>();
        services.AddSingleton<SavedMethods>();
        services.AddSingleton<MethodGate>();
        services.AddSingleton<PaymentRoutes>();
        services.AddSingleton(p => new CardProcessors(
            p.GetRequiredService<PaymentRoutes>(), p.GetRequiredService<ConnectorRegistry>(), p.GetRequiredService<MerchantStore>(),
            p.GetRequiredService<CustomerStore>()));
        services.AddSingleton<CountExperiment>(p => p.GetRequiredService<PaymentStore>().CountExperiment);
        services.AddSingleton<EligibilityApi>();
        services.AddSingleton<ICustomerReferences, PaymentReferences>();
        services.AddSingleton<ViewWriter>();
        services.AddSingleton<PaymentAnswers>();
        services.AddSingleton<OrdersApi>();
        services.AddSingleton<PaymentsApi>();
        services.AddSingleton<PaymentIntentsApi>();
        services.AddSingleton<ThreeDSecureSessions>();
        services.AddSingleton<ThreeDSecureApi>();
        services.AddSingleton<PaymentOptionsApi>();
        services.AddSingleton<INewsReader, ChargeNewsReader>();
        services.AddSingleton(p => new SuspendedMoney(
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<WorkItemStore>(),
            p.GetRequiredService<WorkItemMoves>(), p.GetRequiredService<Committer>()));
        services.AddSingleton<IWorkItemHandler>(p => p.GetRequiredService<SuspendedMoney>());
        services.AddSingleton(p => new ConfirmPayment(
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<ConnectorRegistry>(),
            p.GetRequiredService<LedgerStore>(), p.GetRequiredService<MerchantStore>(), p.GetRequiredService<MethodTerms>(), p.GetRequiredService<MethodGate>(),
            p.GetRequiredService<SavedMethods>(), p.GetRequiredService<CustomerStore>(), p.GetRequiredService<MandateTerms>(), settings,
            p.GetRequiredService<PublicAddress>(), p.GetRequiredService<ThreeDSecureSessions>(), p.GetRequiredService<PaymentRoutes>(),
            p.GetRequiredService<ProcessorHealth>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new FollowUp(
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<ConnectorRegistry>(),
            p.GetRequiredService<MerchantStore>(), settings, p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new AuthorizationExpiry(
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<FollowUp>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new ChargeResolver(
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<ConnectorRegistry>(),
            p.GetRequiredService<MerchantClocks>(), p.GetRequiredService<ILogger<ChargeResolver>>()));
        services.AddSingleton(p => new OrderExpiry(
            p.GetRequiredService<PaymentStore>(), p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<FollowUp>(),
            p.GetRequiredService<Committer>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new InboundPayments(
            p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<LedgerStore>(), p.GetRequiredService<MerchantStore>(), settings,
            p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(p => new ReturnDebit(p.GetRequiredService<PaymentMoves>()));
        services.AddSingleton(p => new SplitParts(
            p.GetRequiredService<PaymentMoves>(), p.GetRequiredService<ConfirmPayment>(), p.GetRequiredService<FollowUp>(),
            p.GetRequiredService<ViewWriter>(), p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton<FindChargesOfPayment>(p => p.GetRequiredService<PaymentStore>().FindChargeIds);
        services.AddSingleton(PaymentStore.OrdersInTime);
        services.AddSingleton(PaymentStore.ChargesToCheck);
        services.AddSingleton(PaymentStore.HoldsInTime);
        return services.AddBookChecks(BookChecks);
    }

    /// <summary>What must hold between payments and the book.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => PaymentChecks.All;

    /// <summary>The resolver and the expiry of orders and authorizations; run by the worker role.</summary>
    public static IServiceCollection AddPaymentWorkers(this IServiceCollection services) => services.AddHostedService<PaymentsWorker>();

    public static void MapPayments(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        OrdersApi.Map(routes, services.GetRequiredService<OrdersApi>());
        PaymentsApi.Map(routes, services.GetRequiredService<PaymentsApi>());
        PaymentIntentsApi.Map(routes, services.GetRequiredService<PaymentIntentsApi>());
        ThreeDSecureApi.Map(routes, services.GetRequiredService<ThreeDSecureApi>());
        PaymentOptionsApi.Map(routes, services.GetRequiredService<PaymentOptionsApi>());
        EligibilityApi.Map(routes, services.GetRequiredService<EligibilityApi>());
    }
}
