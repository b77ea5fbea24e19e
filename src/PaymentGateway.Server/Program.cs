using PaymentGateway.Checkout;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Docs;
using PaymentGateway.Events;
using PaymentGateway.Hosting;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;
using PaymentGateway.Methods;
using PaymentGateway.Monitoring;
using PaymentGateway.Payments;
using PaymentGateway.Webhooks;

namespace PaymentGateway;

/// <summary>The table of contents: every area of the server, from the ground up.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.Run(args);

    internal static void AddAreas(this IServiceCollection services, ServerContext server) => services
        .AddDatabase(server.Db)
        .AddSingleton<Committer>()
        .AddHttp()
        .AddIdentity(server.Keys)
        .AddMerchants()
        .AddEvents()
        .AddLedger()
        .AddConnectors(server.Connectors, server.Sandbox)
        .AddMethods()
        .AddPayments(server.Payments)
        .AddCheckout()
        .AddWebhooks(server.Webhooks)
        .AddMonitoring()
        .AddDocs();

    /// <summary>What works in the background; left out of a process that only answers requests.</summary>
    internal static void AddWorkers(this IServiceCollection services) => services
        .AddConnectorWorkers()
        .AddMethodWorkers()
        .AddPaymentWorkers();

    internal static void UseAreas(this WebApplication app) => app
        .UseErrorEdge()
        .UseMonitoring()
        .UseStaticFiles()
        .UseRouting()
        .UseIdentity();

    internal static void MapAreas(this WebApplication app)
    {
        app.MapIdentity();
        app.MapMerchants();
        app.MapSandbox();
        app.MapMethods();
        app.MapPayments();
        app.MapCheckout();
        app.MapEvents();
        app.MapWebhooks();
        app.MapMonitoring();
        app.MapDocs();
    }
}
