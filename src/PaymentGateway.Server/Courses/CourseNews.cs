using PaymentGateway.Checkout;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Courses.Pages;
using PaymentGateway.Http;
using PaymentGateway.Mail;
using PaymentGateway.Payments;
using PaymentGateway.People;
using PaymentGateway.Receipts;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses;

/// <summary>
/// What a student gets to read about a payment: the receipt, and a letter. Both are rows of the change that moves the money, so there is one of
/// each however often and from where the news comes.
/// </summary>
internal sealed partial class CourseNews(
    ReceiptBook receipts, BillingVault billings, Outbox outbox, FindContact people, PublicAddress address, MerchantClocks clocks, ILogger<CourseNews> log)
{
    /// <summary>The course is paid: a receipt, and the letter that it goes with.</summary>
    public async Task Paid(Change change, CourseTransaction paid, Payment payment, Origin origin, CancellationToken cancel)
    {
        var student = await people(paid.StudentId, cancel);
        var issued = await receipts.Issue(change, payment, DraftOf(paid, billings.Open(paid), student), origin, cancel);
        if (issued.Refusal is { } refusal)
        {
            // Money was taken and the course opens: why there is no receipt is for the operator, who can issue one later.
            LogNoReceipt(paid.Id, refusal.Message ?? refusal.Kind.Sentence);
        }

        if (student is not null)
        {
            var price = paid.Price;
            outbox.Queue(change, CourseLetters.Paid, new CoursePaid(
                About(paid, student.Name), Format(price.Original, student), price.Discount.IsZero ? null : Format(price.Discount, student),
                price.Gst.IsZero ? null : Format(price.Gst, student), Format(price.Total, student)), To(paid, student, "paid") with
                {
                    Attachments = issued.IsRefused ? [] : [new(ReceiptFiles.OfReceipt, issued.Value.Id)],
                });
        }
    }

    public async Task Failed(Change change, CourseTransaction failed, CancellationToken cancel)
    {
        if (await people(failed.StudentId, cancel) is { } student)
        {
            outbox.Queue(change, CourseLetters.Failed, new CourseFailed(
                About(failed, student.Name), Format(failed.Price.Total, student), failed.FailureReason!.Value,
                TransactionDecisions.RetriesLeft(failed, clocks.Now(failed.Tenant))), To(failed, student, "failed"));
        }
    }

    /// <summary>So much more went back; the credit note is of the same change.</summary>
    public async Task Refunded(Change change, CourseTransaction refunded, Refund refund, CancellationToken cancel)
    {
        if (await people(refunded.StudentId, cancel) is { } student)
        {
            var hasReceipt = await receipts.FindOfPayment(refunded.Tenant, refund.PaymentId, cancel) is not null;
            outbox.Queue(change, CourseLetters.Refunded, new CourseRefunded(
                About(refunded, student.Name), Format(refund.Amount, student), BusinessDays.ExpectedBy(refund), refunded.State == TransactionState.Refunded),
                To(refunded, student, refund.Id) with { Attachments = hasReceipt ? [new(ReceiptFiles.OfRefund, refund.Id)] : [] });
        }
    }

    private static ReceiptDraft DraftOf(CourseTransaction paid, Billing? billing, PersonContact? student) => new(paid.PaymentId!,
    [
        new(paid.Title, paid.Price.Original)
        {
            Details = [paid.Instructor],
            Sac = paid.Sac,
            Discount = paid.Price.Discount.IsZero ? null : paid.Price.Discount,
            Taxability = paid.Price.GstPercent is null ? Taxability.ExemptEntry66 : Taxability.Taxable,
            TaxPercent = paid.Price.GstPercent,
            Tax = paid.Price.GstPercent is null ? null : paid.Price.Gst,
        },
    ])
    {
        Buyer = billing?.Buyer ?? (student is null ? null : new(student.Name, [], State: null, Gstin: null)),
        TransactionId = paid.Id,
    };

    /// <summary>The page of the payment: with its receipt, or with the button that tries again.</summary>
    private AboutPayment About(CourseTransaction transaction, string name) => new(
        name, transaction.Title, transaction.Id, address.Link(new CoursePaths(transaction.Tenant).Payment(transaction.Id)));

    private static MailTo To(CourseTransaction transaction, PersonContact student, string about) => new(student.Email, student.Language)
    {
        Key = $"{transaction.Id}/{about}",
        PersonId = student.UserId,
        Tenant = transaction.Tenant,
    };

    private static string Format(Money amount, PersonContact student) => AmountFormat.Of(amount, student.Language);

    [LoggerMessage(LogLevel.Error, "Course payment {TransactionId} gets no receipt: {Why}")]
    private partial void LogNoReceipt(string transactionId, string why);
}
