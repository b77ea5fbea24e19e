using PaymentGateway.Clocks;
using PaymentGateway.Connectors.Hdfc;
using PaymentGateway.Connectors.Paypal;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Connectors.Square;
using PaymentGateway.Connectors.Stripe;

namespace PaymentGateway.Connectors;

public static class ConnectorsArea
{
    /// <summary>
    /// Registers the connectors and <see cref="ConnectorRegistry"/>. A further connector is one more
    /// <c>AddSingleton&lt;IConnector, …&gt;</c> here. Needs <see cref="IProcessorAccounts"/>, and tells <see cref="IRequestLog"/> where there is one.
    /// </summary>
    public static IServiceCollection AddConnectors(this IServiceCollection services, ConnectorSettings settings, SandboxSettings sandbox)
    {
        services.AddMetrics();
        services.AddSingleton(settings);
        services.AddSingleton<ConnectorMetrics>();
        services.AddSingleton<ConnectorRegistry>();
        services.AddSingleton<NewsDispatcher>();
        services.AddSandbox(sandbox);
        services.AddSingleton(p => new ProcessorHttp(
            ProcessorHttp.NewClient(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<ProcessorHttp>>(),
            p.GetService<IRequestLog>()));
        services.AddStripe(settings);
        services.AddSquare(settings);
        services.AddPaypal(settings);
        services.AddHdfc(settings);
        return services;
    }

    /// <summary>The sandbox's own clockwork: run it wherever the other background workers run.</summary>
    public static IServiceCollection AddConnectorWorkers(this IServiceCollection services) => services.AddHostedService<SandboxWorker>();

    private static void AddSandbox(this IServiceCollection services, SandboxSettings sandbox)
    {
        services.AddSingleton(sandbox);
        services.AddSingleton<SandboxKeys>();
        services.AddSingleton<SandboxAcs>();
        services.AddSingleton<SandboxStore>();
        services.AddSingleton(SandboxStore.WaitingCharges);
        services.AddSingleton(SandboxRefundStore.WaitingRefunds);
        services.AddSingleton<SandboxDisputeStore>();
        services.AddSingleton(SandboxDisputeStore.WaitingDisputes);
        services.AddSingleton(p => new SandboxBank(
            p.GetRequiredService<SandboxStore>(), p.GetRequiredService<SandboxDisputeStore>(), p.GetRequiredService<SandboxNotifier>(),
            p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton(SandboxStore.WaitingNotifications);
        services.AddSingleton<SandboxRefundStore>();
        services.AddSingleton<SandboxSavedStore>();
        services.AddSingleton<SandboxTokenizer>();
        services.AddSingleton<SandboxMandateStore>();
        services.AddSingleton<SandboxBankTokenizer>();
        services.AddSingleton(p => new SandboxPayer(p.GetRequiredService<SandboxMandateStore>(), p.GetRequiredService<SandboxNotifier>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SandboxNotifier>(provider, NotificationClient()));
        services.AddSingleton(p => new SandboxScanner(
            p.GetRequiredService<SandboxStore>(), p.GetRequiredService<SandboxNotifier>(), sandbox, p.GetRequiredService<MerchantClocks>()));
        services.AddSingleton<IConnector, SandboxConnector>();
    }

    private static void AddStripe(this IServiceCollection services, ConnectorSettings settings)
    {
        services.AddSingleton(p => new StripeClient(
            p.GetRequiredService<ProcessorHttp>(), settings.Stripe, p.GetRequiredService<IProcessorAccounts>()));
        services.AddSingleton<IConnector, StripeConnector>();
    }

    private static void AddSquare(this IServiceCollection services, ConnectorSettings settings)
    {
        services.AddSingleton(p => new SquareClient(
            p.GetRequiredService<ProcessorHttp>(), settings.Square, p.GetRequiredService<IProcessorAccounts>()));
        services.AddSingleton<IConnector, SquareConnector>();
    }

    private static void AddPaypal(this IServiceCollection services, ConnectorSettings settings)
    {
        services.AddSingleton(p => new PaypalTokens(p.GetRequiredService<ProcessorHttp>(), settings.Paypal, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new PaypalClient(
            p.GetRequiredService<ProcessorHttp>(), settings.Paypal, p.GetRequiredService<IProcessorAccounts>(), p.GetRequiredService<PaypalTokens>()));
        services.AddSingleton(p => new PaypalSignatures(ProcessorHttp.NewClient(), settings.Paypal, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PaypalOrders>();
        services.AddSingleton<IConnector, PaypalConnector>();
    }

    private static void AddHdfc(this IServiceCollection services, ConnectorSettings settings)
    {
        services.AddSingleton(p => new HdfcClient(
            p.GetRequiredService<ProcessorHttp>(), settings.Hdfc, p.GetRequiredService<IProcessorAccounts>()));
        services.AddSingleton<IConnector, HdfcConnector>();
    }

    // It calls this very server, for the server's life; the timeout is the notifier's own, which follows the clock.
    private static HttpClient NotificationClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    { Timeout = Timeout.InfiniteTimeSpan };
}
