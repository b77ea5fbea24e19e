namespace PaymentGateway.Tests.Architecture;

/// <summary>
/// The areas of the server from the ground up, and what each may use. An area that is not in the table is a mistake; so is a use that
/// is not in it. To use one more area is a decision: write it here, and the next reader sees it.
/// </summary>
internal static class Areas
{
    internal const string Root = "PaymentGateway";

    /// <summary>The folder Money: its types live in the root namespace, since a namespace of that name would hide the type.</summary>
    internal const string Money = "Money";

    internal const string Hosting = "Hosting";

    private static readonly string[] everything =
    [
        "Settings", "Money", "Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Jobs", "Merchants", "Events", "Ledger", "Connectors",
        "Mail", "Processors", "Routing", "Inbox", "WorkItems", "Methods", "Customers", "Balances", "Mandates", "Payments", "SetupIntents",
        "Refunds", "SplitPayments", "Disputes", "QrCodes", "Documents", "Receipts", "Checkout", "People", "Courses",
        "Webhooks", "TestClocks", "Monitoring", "Docs",
    ];

    /// <summary>An area may use those that stand after it here. An area that nobody has written yet may stand in the table.</summary>
    internal static IReadOnlyDictionary<string, string[]> MayUse { get; } = new Dictionary<string, string[]>
    {
        ["Settings"] = [],
        [Money] = [],
        ["Database"] = [],

        ["Clocks"] = ["Database"],
        ["Commit"] = ["Database"],
        ["Http"] = [Money, "Database", "Commit"],
        ["Audit"] = ["Database", "Commit", "Http"],
        ["Identity"] = ["Settings", "Database", "Commit", "Http", "Audit"],
        ["Jobs"] = ["Database", "Commit", "Http", "Audit"],
        ["Merchants"] = ["Settings", Money, "Database", "Commit", "Http", "Audit", "Identity"],
        ["Events"] = ["Database", "Clocks", "Commit", "Http"],
        ["Ledger"] = [Money, "Database", "Clocks", "Commit"],

        ["Connectors"] = [Money, "Database", "Clocks", "Http"],
        ["Mail"] = ["Settings", "Database", "Commit", "Http", "Identity"],
        ["Processors"] = ["Settings", "Database", "Commit", "Http", "Audit", "Identity", "Jobs", "Merchants", "Connectors"],
        ["Routing"] = [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Events", "Connectors"],
        ["Inbox"] = ["Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Jobs", "Connectors"],
        ["WorkItems"] = [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Events", "Ledger"],
        ["Methods"] = [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Merchants", "Events", "Ledger", "Connectors"],
        ["Customers"] = ["Database", "Clocks", "Commit", "Http", "Audit", "Events", "Ledger", "Connectors"],
        ["Balances"] = [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Events", "Ledger", "Connectors", "Customers"],
        ["Mandates"] =
            [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Events", "Ledger", "Connectors", "Methods", "Customers"],
        ["Payments"] =
        [
            Money, "Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Merchants", "Events", "Ledger", "Connectors", "Methods",
            "Customers", "Mandates", "WorkItems", "Processors", "Routing",
        ],

        ["SetupIntents"] =
        [
            Money, "Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Merchants", "Events", "Ledger", "Connectors", "Customers",
            "Mandates", "Payments",
        ],

        ["Refunds"] =
        [
            Money, "Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Merchants", "Events", "Ledger", "Connectors", "WorkItems", "Methods",
            "Payments",
        ],
        ["SplitPayments"] =
            [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Merchants", "Events", "Ledger", "Connectors", "Payments", "Refunds"],
        ["Disputes"] = [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Events", "Ledger", "Connectors", "Payments"],
        ["QrCodes"] =
            [Money, "Database", "Clocks", "Commit", "Http", "Audit", "Merchants", "Events", "Ledger", "Connectors", "WorkItems", "Payments"],

        ["Documents"] = [],
        ["Receipts"] =
        [
            Money, "Database", "Clocks", "Commit", "Http", "Audit", "Events", "Ledger", "Connectors", "Methods", "Payments", "Refunds",
            "Documents", "Mail",
        ],
        ["Checkout"] = [Money, "Database", "Clocks", "Http", "Identity", "Merchants", "Connectors", "Methods", "Payments"],
        ["People"] = ["Settings", "Database", "Commit", "Http", "Audit", "Identity", "Jobs", "Connectors", "Mail", "Checkout"],
        ["Courses"] =
        [
            Money, "Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Jobs", "Merchants", "Events", "Ledger", "Connectors", "Mail",
            "Processors", "Inbox", "Payments", "Refunds", "Receipts", "Checkout", "People",
        ],
        ["Webhooks"] = ["Database", "Clocks", "Commit", "Http", "Audit", "Identity", "Merchants", "Events"],
        ["TestClocks"] = ["Database", "Clocks", "Commit", "Http", "Events"],

        ["Monitoring"] = everything[..^2],
        ["Docs"] = everything[..^1],
        [Hosting] = everything,
    };

    /// <summary>SQL stands in the stores and row writers of an area, and all over these areas.</summary>
    internal static bool MayHoldSql(TypeName type) =>
        type.Area is "Commit" or "Database"
        || type.Outer.EndsWith("Store", StringComparison.Ordinal)
        || type.Outer.EndsWith("Rows", StringComparison.Ordinal)
        || type.Outer.EndsWith("Row", StringComparison.Ordinal)
        || SqlElsewhere.ContainsKey(type.FullOuter);

    /// <summary>Where SQL is the subject of a class, each with its reason.</summary>
    internal static IReadOnlyDictionary<string, string> SqlElsewhere { get; } = new Dictionary<string, string>
    {
        ["PaymentGateway.Ledger.BookVerifier"] = "the checks of the book are its SQL",
        ["PaymentGateway.Ledger.LedgerCheckpoints"] = "one statement, and all that it does",
        ["PaymentGateway.Payments.PaymentChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Mandates.MandateChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Clocks.MerchantClocks"] = "reads the one table that it keeps in memory",
        ["PaymentGateway.SplitPayments.SplitChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Refunds.RefundChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.SetupIntents.SetupIntentChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Customers.CustomerChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Methods.MethodChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Balances.BalanceChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Disputes.DisputeChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Receipts.ReceiptChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Courses.CourseChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.WorkItems.WorkItemChecks"] = "what it adds to the checks of the book",
        ["PaymentGateway.Http.Idempotency"] = "reads the one table that it owns",
        ["PaymentGateway.Http.IdempotencyPurge"] = "empties the one table that it owns",
        ["PaymentGateway.Webhooks.CommitAnnouncer"] = "NOTIFY",
        ["PaymentGateway.Monitoring.HealthProbe"] = "asks whether the database answers",
        ["PaymentGateway.Hosting.DemoPayment"] = "shows the lines of the ledger, which no endpoint does",
    };

    /// <summary>Only what talks to processors and to merchants' servers goes out over HTTP.</summary>
    internal static bool MayCallHttp(TypeName type) => type.Area is "Connectors" or "Webhooks" || HttpElsewhere.ContainsKey(type.FullOuter);

    internal static IReadOnlyDictionary<string, string> HttpElsewhere { get; } = new Dictionary<string, string>
    {
        ["PaymentGateway.Http.OutboundGuard"] = "stands in the way of the others' calls",
        ["PaymentGateway.Hosting.DemoShops"] = "creates the demo order and courses as shops would",
        ["PaymentGateway.Hosting.DemoPayment"] = "plays the shop and its customer",
        ["PaymentGateway.Hosting.DemoProcessors"] = "plays the shop at its processors' simulators",
    };

    /// <summary>The clock of the machine is named once; all others are handed one.</summary>
    internal static bool MayNameTheSystemClock(TypeName type) => type.Area == Hosting || ClockElsewhere.ContainsKey(type.FullOuter);

    internal static IReadOnlyDictionary<string, string> ClockElsewhere { get; } = new Dictionary<string, string>
    {
        ["PaymentGateway.Http.IdempotentCall"] = "a call without a key stores nothing and never looks at its clock",
    };

    /// <summary>
    /// What time it is, is a question to <c>MerchantClocks</c>, by tenant. The real time is asked by what carries clocks, by what watches
    /// processes, and by these.
    /// </summary>
    internal static bool MayAskTheRealTime(TypeName type) =>
        type.Area is "Clocks" or "Monitoring" or Hosting || RealTimeElsewhere.ContainsKey(type.FullOuter);

    internal static IReadOnlyDictionary<string, string> RealTimeElsewhere { get; } = new Dictionary<string, string>
    {
        ["PaymentGateway.Database.Id"] = "ids sort by the real time: no replica that lags behind a clock can make one too small",
        ["PaymentGateway.Http.Idempotency"] = "requests are repeated in real time; an advance must not forget its own key",
        ["PaymentGateway.Http.IdempotentCall"] = "as Idempotency, and its lease",
        ["PaymentGateway.Http.IdempotencyPurge"] = "as Idempotency",
        ["PaymentGateway.Identity.Authentication"] = "the seconds of Retry-After pass for the caller",
        ["PaymentGateway.Identity.ApiKeys"] = "a clock must not lock its merchant out",
        ["PaymentGateway.Identity.ApiKeysApi"] = "as ApiKeys",
        ["PaymentGateway.Identity.RollingApiKeys"] = "as ApiKeys",
        ["PaymentGateway.Identity.RateLimits"] = "limits guard the machine",
        ["PaymentGateway.Identity.StoredSecrets"] = "when a key of the operator may be removed",
        ["PaymentGateway.Jobs.JobRunner"] = "jobs are of the installation, which has no clock",
        ["PaymentGateway.Jobs.JobBook"] = "as JobRunner",
        ["PaymentGateway.Jobs.JobsArea"] = "as JobRunner",
        ["PaymentGateway.Jobs.RunJobNow"] = "as JobRunner",
        ["PaymentGateway.Mail.Outbox"] = "mailboxes have no test clock",
        ["PaymentGateway.Mail.MailDispatch"] = "as Outbox, and the leases of mails",
        ["PaymentGateway.Mail.MailOperator"] = "as Outbox",
        ["PaymentGateway.People.PersonTime"] = "a clock belongs to one merchant, a person may be in the teams of several",
        ["PaymentGateway.Audit.AuditTrail"] = "evidence, in months of the server",
        ["PaymentGateway.Audit.AuditVerifier"] = "a chain keeps its rows for years of real time",
        ["PaymentGateway.Audit.AuditWorker"] = "as AuditVerifier, and makes the months of the server",
        ["PaymentGateway.Merchants.CreateMerchant"] = "a merchant that is being created has no clock",
        ["PaymentGateway.Connectors.Breaker"] = "one for all merchants",
        ["PaymentGateway.Routing.ProcessorHealth"] = "as Breaker",
        ["PaymentGateway.Connectors.Stripe.StripeConnector"] = "the time of its processor, where a dispute has no version",
        ["PaymentGateway.Connectors.Square.SquareConnector"] = "the age of a key, whose time is the real one",
        ["PaymentGateway.Connectors.Hdfc.HdfcConnector"] = "as SquareConnector, and until when the bank lets an order be paid",
        ["PaymentGateway.Connectors.Sandbox.SandboxNotifier"] = "the lease of a message that its caller sends himself",
        ["PaymentGateway.SplitPayments.SplitMoves"] = "the lease of what a request drives itself",
        ["PaymentGateway.Processors.AccountBook"] = "keys are set in real time, as ApiKeys",
        ["PaymentGateway.Processors.EnvironmentAccountsStart"] = "as AccountBook",
        ["PaymentGateway.Processors.RequestPurge"] = "requests are kept for days of the operator",
        ["PaymentGateway.Connectors.ProcessorHttp"] = "when a request was sent, for its log",
        ["PaymentGateway.Connectors.Paypal.PaypalOrders"] = "PayPal forgets a request id in real time, and keys are as old as their ids",
        ["PaymentGateway.Connectors.Paypal.PaypalSignatures"] = "certificates hold in real time",
        ["PaymentGateway.Connectors.Paypal.PaypalTokens"] = "access tokens end in real time",
        ["PaymentGateway.Inbox.InboxApi"] = "as ReceiveMessage",
        ["PaymentGateway.Courses.GatewayApi"] = "as ReceiveMessage",
        ["PaymentGateway.Inbox.ReceiveMessage"] = "when a message came is evidence; its lease, and when it is tried again",
        ["PaymentGateway.Inbox.InboxOperator"] = "as ReceiveMessage",
        ["PaymentGateway.Webhooks.Dispatcher"] = "the leases of deliveries, and how long it sleeps",
        ["PaymentGateway.Webhooks.WebhookSender"] = "receivers compare the signed time with their own clock",
        ["PaymentGateway.TestClocks.TestClocksApi"] = "offsets are counted from it",
        ["PaymentGateway.TestClocks.TestClockReadiness"] = "as TestClocksApi",
    };

    /// <summary>Pure: no clock, no database, no request, no randomness, no files.</summary>
    internal static bool Decides(TypeName type) =>
        type.Area == Money
        || type.FullOuter == "PaymentGateway.Ledger.Chart"
        || type.Outer.EndsWith("Decisions", StringComparison.Ordinal);

    /// <summary>What a decision cannot touch: whole types, or one member.</summary>
    internal static bool IsImpure(string type, string? member) =>
        impureTypes.Contains(type)
        || impureNamespaces.Any(space => type.StartsWith(space, StringComparison.Ordinal))
        || (member is not null && impureMembers.Contains($"{type}.{member}"));

    private static readonly HashSet<string> impureTypes =
    [
        "System.TimeProvider", "System.Random", "System.Security.Cryptography.RandomNumberGenerator", "System.Diagnostics.Stopwatch",
        "System.IO.File", "System.IO.Directory", "System.Threading.Tasks.Task", "PaymentGateway.Database.Db",
    ];

    private static readonly string[] impureNamespaces = ["Npgsql.", "Dapper.", "Microsoft.AspNetCore.Http.", "System.Net.Http.", "System.Net.Sockets."];

    private static readonly HashSet<string> impureMembers =
    [
        "System.DateTimeOffset.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Now",
        "System.Environment.GetEnvironmentVariable", "System.Environment.get_TickCount64", "System.Guid.NewGuid", "System.Guid.CreateVersion7", "PaymentGateway.Database.Id.New",
    ];
}
