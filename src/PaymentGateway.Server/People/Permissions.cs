namespace PaymentGateway.People;

/// <summary>What one can be allowed to do for a merchant.</summary>
internal enum Permission
{
    /// <summary>See payments, customers and settings.</summary>
    View,

    /// <summary>Make orders, links and codes; take, capture and cancel payments.</summary>
    TakePayments,

    /// <summary>Keep customers, their saved methods and their mandates.</summary>
    KeepCustomers,

    /// <summary>Ask for refunds, approve and reject them.</summary>
    Refund,

    /// <summary>Answer disputes, settle work items, credit balances, write off, issue receipts.</summary>
    Settle,

    /// <summary>Webhooks, events, test clocks and what the sandbox pretends.</summary>
    Integrate,

    /// <summary>API keys, webhook secrets, accounts at processors: whoever has them can do all the rest.</summary>
    KeepKeys,

    /// <summary>Settings, limits, fees and routing.</summary>
    Configure,

    /// <summary>Audit logs and their proof.</summary>
    Audit,

    /// <summary>Invite, change roles, remove.</summary>
    KeepTeam,

    /// <summary>See the courses that are sold, and one's own enrolments; the merchant's staff sees all of them.</summary>
    SeeCourses,

    /// <summary>Courses, discount codes and enrolments.</summary>
    KeepCourses,

    /// <summary>Give back what was paid for courses.</summary>
    RefundCourses,

    /// <summary>Pay a course, and see one's own course payments.</summary>
    BuyCourses,
}

/// <summary>
/// Who may do what with the merchant API: the table of permissions × roles, and the permission of each operation. An operation that is not
/// in it is open to API keys and to no person; a test finds it.
/// </summary>
internal static class Permissions
{
    private static readonly Dictionary<Permission, PersonRole[]> roles = new()
    {
        [Permission.View] =
        [
            PersonRole.Owner, PersonRole.Developer, PersonRole.Finance, PersonRole.Support, PersonRole.Admin, PersonRole.Compliance,
        ],
        [Permission.TakePayments] = [PersonRole.Owner, PersonRole.Developer, PersonRole.Support],
        [Permission.KeepCustomers] = [PersonRole.Owner, PersonRole.Developer, PersonRole.Support],
        [Permission.Refund] = [PersonRole.Owner, PersonRole.Finance],
        [Permission.Settle] = [PersonRole.Owner, PersonRole.Finance],
        [Permission.Integrate] = [PersonRole.Owner, PersonRole.Developer, PersonRole.Admin],
        [Permission.KeepKeys] = [PersonRole.Owner],
        [Permission.Configure] = [PersonRole.Owner, PersonRole.Admin],
        [Permission.Audit] = [PersonRole.Owner, PersonRole.Admin, PersonRole.Compliance],
        [Permission.KeepTeam] = [PersonRole.Owner, PersonRole.Admin],
        [Permission.SeeCourses] = [PersonRole.Student],
        [Permission.RefundCourses] = [PersonRole.Owner, PersonRole.Finance, PersonRole.Admin],
        [Permission.BuyCourses] = [PersonRole.Student],
        [Permission.KeepCourses] = [PersonRole.Owner, PersonRole.Support, PersonRole.Admin],
    };

    private static readonly Dictionary<Permission, string[]> operations = new()
    {
        [Permission.View] =
        [
            "downloadEvidenceFile", "downloadReceipt", "explainRouting", "getBnplInstallment", "getCharge", "getCustomer", "getDiscountCode",
            "getDiscountCodeUsage", "getDispute", "getEmiRateCards",
            "getEvent", "getMandate", "getMerchant", "getOrder", "getPayment", "getPaymentIntent", "getPaymentMethod",
            "getPaymentMethodEligibility", "getProcessor", "getQrCode", "getReceipt", "getReceiptSupplier", "getRefund", "getRouting",
            "getRoutingExperiment", "getRoutingHealth", "getSetupIntent", "getSplitPayment", "getTestClock", "getWebhookDelivery",
            "getWebhookEndpoint", "getWorkItem", "listBalanceTransactions", "listBanks", "listBnplInstallments", "listCharges",
            "listCustomerBalances", "listCustomers", "listDiscountCodes", "listDisputes", "listEmiPlans", "listEventDeliveries", "listEvents",
            "listInvitations",
            "listMandateNotices", "listMandates", "listMembers", "listOrders", "listPaymentIntents", "listPaymentMethods", "listPayments",
            "listProcessorRequests", "listProcessors", "listQrCodeCredits", "listQrCodes", "listReceipts", "listRefunds",
            "listSetupIntents", "listSplitPayments", "listTestClocks", "listWallets", "listWebhookDeliveries", "listWebhookEndpoints",
            "listWorkItems", "showReceipt",
        ],
        [Permission.TakePayments] =
        [
            "abandonAttempt", "cancelOrder", "cancelPaymentIntent", "cancelQrCode", "cancelSetupIntent", "cancelSplitPayment",
            "capturePaymentIntent", "checkBnplEligibility", "confirmPaymentIntent", "confirmSetupIntent", "createOrder", "createPayment",
            "createPaymentIntent", "createQrCode", "createSetupIntent", "createSplitPayment", "createToken", "incrementPaymentIntent",
            "payBnplInstallment", "payOrder", "updatePaymentIntent", "validateUpiAddress",
        ],
        [Permission.KeepCustomers] =
        [
            "announceDebit", "attachPaymentMethod", "createCustomer", "createMandate", "deleteCustomer", "detachPaymentMethod", "revokeMandate",
            "updateCustomer",
        ],
        [Permission.Refund] = ["approveRefund", "cancelRefund", "createRefund", "refundCharge", "refundSplitPayment", "rejectRefund"],
        [Permission.Settle] =
        [
            "acceptDispute", "createBalanceTransaction", "creditReceipt", "issueReceipt", "resolveWorkItem", "saveDisputeEvidence", "uploadEvidenceFile",
            "writeOffBnplInstallment",
        ],
        [Permission.Integrate] =
        [
            "advanceTestClock", "createTestClock", "createWebhookEndpoint", "decideSandboxDispute", "deleteTestClock", "deleteWebhookEndpoint",
            "openSandboxDispute", "redeliverEvent", "redeliverEvents", "revokeSandboxMandate", "testProcessorAccount", "testWebhookEndpoint",
            "updateWebhookEndpoint",
        ],
        [Permission.KeepKeys] = ["deleteProcessorAccount", "listApiKeys", "putProcessorAccount", "rollApiKeys", "rollWebhookSecret"],
        [Permission.Configure] =
        [
            "getPaymentConfig", "putPaymentConfig", "putReceiptSupplier", "replaceRouting", "setEmiRateCards", "testPaymentConnection",
            "updateMerchant",
        ],
        [Permission.Audit] = ["exportAuditLogs", "getAuditLog", "listAuditLogs", "verifyAuditLogs"],
        [Permission.KeepTeam] = ["changeMemberRoles", "inviteMember", "removeMember", "withdrawInvitation"],
        [Permission.SeeCourses] = ["getCourse", "getEnrollment", "listCourses", "listEnrollments"],
        [Permission.BuyCourses] = ["downloadCourseReceipt", "getCoursePayment", "initiateCoursePayment", "listCoursePayments", "retryCoursePayment"],
        [Permission.RefundCourses] = ["refundCoursePayment"],
        [Permission.KeepCourses] =
        [
            "closeEnrollment", "createCourse", "createDiscountCode", "createEnrollment", "updateCourse", "updateDiscountCode",
        ],
    };

    /// <summary>What concerns no merchant: the operations of the whole installation, and the roles for it. Their endpoints say the same.</summary>
    public static IReadOnlyDictionary<string, PersonRole[]> OfPlatform { get; } = new Dictionary<string, PersonRole[]>
    {
        ["listJobs"] = [PersonRole.Admin],
        ["listJobRuns"] = [PersonRole.Admin],
        ["runJob"] = [PersonRole.Admin],
    };

    private static readonly Dictionary<string, Permission> ofOperation =
        operations.SelectMany(entry => entry.Value.Select(operation => (operation, entry.Key))).ToDictionary();

    /// <summary>The permission that an operation needs; null: it is not for people.</summary>
    public static Permission? Of(string operation) => ofOperation.TryGetValue(operation, out var permission) ? permission : null;

    /// <summary>Everybody is a student too: what students may do, all may.</summary>
    public static bool Allows(PersonRole role, Permission permission) =>
        roles[permission].Contains(role) || roles[permission].Contains(PersonRole.Student);

    /// <summary>Whether the role shows what belongs to others.</summary>
    public static bool IsStaff(PersonRole role) => roles[Permission.View].Contains(role);

    /// <summary>Everything in the table, for the docs and the tests.</summary>
    public static IReadOnlyDictionary<string, Permission> All => ofOperation;
}
