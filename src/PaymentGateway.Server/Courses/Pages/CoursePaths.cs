using PaymentGateway.Database;

namespace PaymentGateway.Courses.Pages;

/// <summary>Where the pages of a merchant are. The address names the merchant and the mode, since nothing else does: a link can be passed on.</summary>
internal sealed record CoursePaths(Tenant Tenant)
{
    public const string CoursePattern = "/{courseId}";
    public const string HistoryPattern = "/payments";
    public const string PaymentPattern = HistoryPattern + "/{transactionId}";
    public const string CheckPattern = PaymentPattern + "/check";
    public const string RetryPattern = PaymentPattern + "/retry";
    public const string BankPattern = PaymentPattern + "/bank";
    public const string ReceiptPattern = PaymentPattern + "/receipt";

    public string Root => RootOf(Tenant.Mode, Tenant.MerchantId);

    public string History => Root + HistoryPattern;

    /// <summary>Of the route group; the handlers are the same in both modes.</summary>
    public static string PatternOf(Mode mode) => RootOf(mode, "{merchantId}");

    public string Course(string courseId) => $"{Root}/{courseId}";

    public string Payment(string transactionId) => $"{History}/{transactionId}";

    public string Check(string transactionId) => Payment(transactionId) + "/check";

    public string Retry(string transactionId) => Payment(transactionId) + "/retry";

    /// <summary>Leads on to the bank's page.</summary>
    public string Bank(string transactionId) => Payment(transactionId) + "/bank";

    public string Receipt(string transactionId) => Payment(transactionId) + "/receipt";

    private static string RootOf(Mode mode, string merchantId) =>
        mode == Mode.Live ? $"/m/{merchantId}/courses" : $"/m/{merchantId}/test/courses";
}
