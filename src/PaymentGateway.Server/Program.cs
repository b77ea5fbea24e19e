using PaymentGateway.Audit;
using PaymentGateway.Balances;
using PaymentGateway.Checkout;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Courses;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Disputes;
using PaymentGateway.Docs;
using PaymentGateway.Events;
using PaymentGateway.Hosting;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Inbox;
using PaymentGateway.Jobs;
using PaymentGateway.Ledger;
using PaymentGateway.Mail;
using PaymentGateway.Mandates;
using PaymentGateway.Merchants;
using PaymentGateway.Methods;
using PaymentGateway.Monitoring;
using PaymentGateway.Payments;
using PaymentGateway.People;
using PaymentGateway.Processors;
using PaymentGateway.QrCodes;
using PaymentGateway.Receipts;
using PaymentGateway.Refunds;
using PaymentGateway.Routing;
using PaymentGateway.SetupIntents;
using PaymentGateway.SplitPayments;
using PaymentGateway.TestClocks;
using PaymentGateway.Webhooks;
using PaymentGateway.WorkItems;

namespace PaymentGateway;

/// <summary>The table of contents: every area of the server, from the ground up.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.Run(args);

    internal static void AddAreas(this IServiceCollection services, ServerContext server) => services
        .AddDatabase(server.Db)
        .AddClocks()
        .AddCommit(server.Commit)
        .AddHttp()
        .AddAudit(server.Audit)
        .AddIdentity(server.Keys)
        .AddJobs()
        .AddMerchants()
        .AddMail(server.Mail)
        .AddEvents()
        .AddLedger()
        .AddConnectors(server.Connectors, server.Sandbox)
        .AddProcessors(server.Processors)
        .AddProcessorRouting()
        .AddInbox()
        .AddMethods()
        .AddWorkItems()
        .AddBalances()
        .AddCustomers()
        .AddMandates()
        .AddPayments(server.Payments)
        .AddSetupIntents()
        .AddRefunds()
        .AddSplitPayments()
        .AddDisputes()
        .AddQrCodes()
        .AddReceipts()
        .AddCheckout()
        .AddPeople(server.People)
        .AddCourses()
        .AddWebhooks(server.Webhooks)
        .AddTestClocks()
        .AddMonitoring()
        .AddDocs();

    /// <summary>What works in the background; left out of a process that only answers requests.</summary>
    internal static void AddWorkers(this IServiceCollection services) => services
        .AddAuditWorkers()
        .AddJobWorkers()
        .AddMailWorkers()
        .AddConnectorWorkers()
        .AddInboxWorkers()
        .AddMethodWorkers()
        .AddCustomerWorkers()
        .AddMandateWorkers()
        .AddPaymentWorkers()
        .AddSetupIntentWorkers()
        .AddRefundWorkers()
        .AddSplitPaymentWorkers()
        .AddDisputeWorkers()
        .AddWorkItemWorkers()
        .AddQrCodeWorkers()
        .AddReceiptWorkers()
        .AddCourseWorkers()
        .AddTestClockWorkers();

    internal static void UseAreas(this WebApplication app) => app
        .UseErrorEdge()
        .UseMonitoring()
        .UseFiles()
        .UseRouting()
        .UseCrossOrigin()
        .UseCardDataWall()
        .UseIdentity();

    internal static void MapAreas(this WebApplication server)
    {
        var app = server.OpenToPages();
        app.MapAudit();
        app.MapIdentity();
        app.MapJobs();
        app.MapMerchants();
        app.MapSandbox();
        app.MapProcessors();
        app.MapProcessorRouting();
        app.MapInbox();
        app.MapMethods();
        app.MapCustomers();
        app.MapBalances();
        app.MapMandates();
        app.MapPayments();
        app.MapSetupIntents();
        app.MapRefunds();
        app.MapSplitPayments();
        app.MapDisputes();
        app.MapWorkItems();
        app.MapQrCodes();
        app.MapReceipts();
        app.MapCheckout();
        app.MapPeople();
        app.MapCourses();
        app.MapEvents();
        app.MapWebhooks();
        app.MapTestClocks();
        app.MapMonitoring();
        app.MapDocs();
    }
}
