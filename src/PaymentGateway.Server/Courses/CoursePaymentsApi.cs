using System.Globalization;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.People;
using PaymentGateway.Receipts;

namespace PaymentGateway.Courses;

/// <param name="CourseId">The course.</param>
/// <param name="DiscountCode">At most one.</param>
/// <param name="Billing">Whom the receipt names. Needed from a total of 50,000 rupees on, where the merchant issues receipts.</param>
internal sealed record StartPaymentBody(string? CourseId, string? DiscountCode, BillingBody? Billing);

/// <summary>What students do with their own course payments.</summary>
/// <remarks>A start takes no idempotency key: a student has one open session for a course, and gets it again.</remarks>
internal sealed class CoursePaymentsApi(
    StartCoursePayment start, TransactionStore store, SessionExpiry expiry, ReceiptBook receipts, PrintReceipt print, Csrf csrf)
{
    private const int PageLimitMax = 50;
    private const int PageLimitOtherwise = 10;
    private const int PageMax = 100_000;
    internal static readonly RequestLimit Starts = new(5);
    internal static readonly RequestLimit Reads = new(10);
    internal static readonly RequestLimit Retries = new(3, RequestLimit.Hour, "transactionId");

    // The names under which calls are counted: pages do the same under the same.
    internal const string StartName = "initiateCoursePayment";
    internal const string StatusName = "getCoursePayment";
    internal const string ReceiptName = "downloadCourseReceipt";
    internal const string RetryName = "retryCoursePayment";
    internal const string HistoryName = "listCoursePayments";
    private const int CodeLengthMax = 40;

    public static void Map(IEndpointRouteBuilder routes, CoursePaymentsApi api)
    {
        var payments = routes.MapGroup("/api/payment").WithTags("Course payments").WithMetadata(new RequiresKey(KeyKind.Secret));
        payments.MapPost("initiate", api.Start).WithMetadata(Starts, new TakesNoIdempotencyKey())
            .WithName(StartName).WithSummary("Start the payment of a course")
            .WithDescription("By the student, with the CSRF token as X-CSRF-Token and its cookie. The browser then goes to paymentUrl. A second "
                + "start gets the session that is open; 202 while the gateway is still being asked for its page. Five a minute.")
            .Produces<StartedPaymentView>(StatusCodes.Status201Created).Produces<StartedPaymentView>(StatusCodes.Status202Accepted)
            .Example(CoursePaymentExamples.Start, CoursePaymentExamples.Started)
            .Errors(Errors.CsrfTokenInvalid, Errors.InvalidCourseId, Errors.EnrollmentExists, Errors.InvalidDiscountCode, Errors.AmountBelowMinimum,
                Errors.AmountAboveMaximum, Errors.InvalidState, Errors.PaymentMethodNotAvailable, Errors.ProcessorRejected);
        payments.MapGet("status/{transactionId}", api.Status).WithMetadata(Reads).WithName(StatusName)
            .WithSummary("Get one of your course payments")
            .WithDescription("Asks the gateway while it is open, and shows where it has been. Ten a minute.").Produces<CoursePaymentView>()
            .Example(CoursePaymentExamples.Paid)
            .Errors(Errors.InvalidTransactionId, Errors.TransactionNotFound);
        payments.MapGet("receipt/{transactionId}", api.Receipt).WithMetadata(Reads).WithName(ReceiptName)
            .WithSummary("Download the receipt of a course payment")
            .WithDescription("By the student who paid, or with an API key. A PDF; a page where a name is in a script that the PDF cannot show. Ten a minute.")
            .Produces<string>(StatusCodes.Status200OK, ReceiptFile.Pdf)
            .Example("\"the file\"")
            .Errors(Errors.InvalidTransactionId, Errors.TransactionNotFound, Errors.ReceiptNotAvailable);
        payments.MapPost("retry/{transactionId}", api.Retry).WithMetadata(Retries, new TakesNoIdempotencyKey())
            .WithName(RetryName).WithSummary("Retry a failed course payment")
            .WithDescription("Three times within 24 hours of the first attempt, each with a transaction and a session of its own at the same price; "
                + "after that, start a new one. While a retry is open it is answered again. Three calls an hour for each transaction.")
            .Produces<RetriedPaymentView>(StatusCodes.Status201Created).Produces<RetriedPaymentView>(StatusCodes.Status202Accepted)
            .Example("{}", CoursePaymentExamples.Retried)
            .Errors(Errors.InvalidTransactionId, Errors.TransactionNotFound, Errors.RetryLimitExceeded, Errors.PaymentAlreadySuccessful,
                Errors.EnrollmentExists, Errors.InvalidDiscountCode, Errors.InvalidCourseId, Errors.InvalidState, Errors.ProcessorRejected);
        payments.MapGet("history", api.History).WithMetadata(Reads).WithName(HistoryName)
            .WithSummary("List your course payments")
            .WithDescription("Newest first, by page. Ten a minute.").Produces<PaymentHistoryView>()
            .Query("page", "From 1; 1 when absent.").Query("limit", $"1 to {PageLimitMax}; {PageLimitOtherwise} when absent.")
            .Query("status", "pending, success, failed, expired, partially_refunded or refunded.")
            .Example(CoursePaymentExamples.History)
            .Errors(Errors.ValidationFailed, Errors.UnknownField);
    }

    private async Task<Answer> Start(Caller caller, HttpRequest request, Body<StartPaymentBody> body, CancellationToken cancel)
    {
        if ((WhyNoStudent(caller) ?? csrf.Check(request) ?? Check(body.Value)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var started = await start.Run(
            new(caller.Tenant, caller.Person!.UserId, body.Value.CourseId!, body.Value.DiscountCode, SandboxBehaviour.AskedBy(request), caller.Origin)
            {
                Billing = BillingFields.Of(body.Value.Billing),
            },
            cancel);
        return started.Refusal is { } refused ? Answer.Of(refused, caller.RequestId)
            : started.Value.PaymentUrl is null ? Answer.Accepted(StartedPaymentView.Of(started.Value))
            : Answer.Created(StartedPaymentView.Of(started.Value), $"/api/payment/status/{started.Value.Id}");
    }

    private async Task<Answer> Status(Caller caller, string transactionId, CancellationToken cancel)
    {
        var found = await FindOwn(caller, transactionId, cancel);
        if (found.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var now = await expiry.Expire(found.Value, caller.Origin, cancel);
        return Answer.Ok(CoursePaymentView.Of(now, await store.HistoryOf(now, cancel)));
    }

    private async Task<Answer> Retry(
        Caller caller, string transactionId, HttpRequest request, Body<EmptyBody> _, CancellationToken cancel)
    {
        var found = await FindOwn(caller, transactionId, cancel);
        if (found.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var started = await start.Retry(found.Value, SandboxBehaviour.AskedBy(request), caller.Origin, cancel);
        return started.Refusal is { } refused ? Answer.Of(refused, caller.RequestId)
            : started.Value.PaymentUrl is null ? Answer.Accepted(RetriedPaymentView.Of(started.Value))
            : Answer.Created(RetriedPaymentView.Of(started.Value), $"/api/payment/status/{started.Value.Id}");
    }

    private async Task<IResult> Receipt(Caller caller, string transactionId, HttpContext http, CancellationToken cancel)
    {
        var found = await FindOwn(caller, transactionId, cancel, orOfShop: true);
        if (found.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return found.Value.PaymentId is { } paymentId && await receipts.FindOfPayment(caller.Tenant, paymentId, cancel) is { } receipt
            ? ReceiptDownload.Of(http, receipt, await print.Of(receipt, caller.Origin, cancel))
            : Answer.Of(new Refusal(Errors.ReceiptNotAvailable), caller.RequestId);
    }

    private async Task<Answer> History(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var asked = ReadPage(request.Query);
        if ((WhyNoStudent(caller) ?? asked.Refusal) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var (page, limit, state) = asked.Value;
        var (rows, count) = await store.PageOf(caller.Tenant, caller.Person!.UserId, state, page, limit, cancel);
        return Answer.Ok(new PaymentHistoryView([.. rows.Select(row => CoursePaymentView.Of(row))], PaginationView.Of(page, limit, count)));
    }

    /// <summary>One of the student's own; another's is not found.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="transactionId">Which.</param>
    /// <param name="cancel">The look-up.</param>
    /// <param name="orOfShop">An API key of the merchant sees all of its payments.</param>
    private async Task<Outcome<CourseTransaction>> FindOwn(
        Caller caller, string transactionId, CancellationToken cancel, bool orOfShop = false)
    {
        if (!orOfShop && WhyNoStudent(caller) is { } refusal)
        {
            return refusal;
        }

        if (!CourseTransaction.IsId(transactionId))
        {
            return new Refusal(Errors.InvalidTransactionId);
        }

        return await store.Find(caller.Tenant, transactionId, cancel) is { } found
            && (caller.Person is null || found.StudentId == caller.Person.UserId)
            ? found
            : new Refusal(Errors.TransactionNotFound);
    }

    private static Refusal? WhyNoStudent(Caller caller) => caller.Person is null
        ? new Refusal(Errors.UnauthorizedAccess, "Only a person can pay a course: sign in.")
        : null;

    private static Refusal? Check(StartPaymentBody body)
    {
        var faults = new FieldFaults();
        faults.AddUnless(body.CourseId is { Length: > 0 and <= 64 }, "courseId", "is required");
        ObjectFields.CheckLength("discountCode", body.DiscountCode, CodeLengthMax, faults);
        BillingFields.Check(body.Billing, faults);
        return faults.Refusal;
    }

    private static Outcome<(int Page, int Limit, string? State)> ReadPage(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(name => name is not ("page" or "limit" or "status")) is { } unknown)
        {
            return Refusal.Field(Errors.UnknownField, unknown, "is not known here; known: page, limit, status");
        }

        var faults = new FieldFaults();
        var page = Number(query, "page", 1, PageMax, faults);
        var limit = Number(query, "limit", PageLimitOtherwise, PageLimitMax, faults);
        var state = query["status"] is [{ } word] ? word : null;
        faults.AddUnless(
            query["status"].Count == 0 || (state is not null && Words.StatesWith<TransactionState>(state, Words.Of).Length > 0), "status",
            $"must be one of {string.Join(", ", Enum.GetValues<TransactionState>().Select(Words.Of))}");
        return faults.Refusal is { } refusal ? refusal : (page, limit, state);
    }

    private static int Number(IQueryCollection query, string name, int otherwise, int max, FieldFaults faults)
    {
        if (query[name].Count == 0)
        {
            return otherwise;
        }

        var isRead = int.TryParse(query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max;
        faults.AddUnless(isRead, name, $"must be a whole number from 1 to {max}");
        return number;
    }
}
