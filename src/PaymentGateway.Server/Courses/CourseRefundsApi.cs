using System.Globalization;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses;

/// <param name="TransactionId">The course payment.</param>
/// <param name="Amount">Major units: all of it, or a part.</param>
/// <param name="Reason">In your own words, 10 to 500 characters.</param>
/// <param name="TwoFactorCode">A fresh code of your authenticator app. It is good for this refund and for no other.</param>
internal sealed record RefundCourseBody(string? TransactionId, AmountText? Amount, string? Reason, string? TwoFactorCode);

/// <summary>A refund of a course payment.</summary>
/// <param name="Status">pending, succeeded, requires_approval or failed.</param>
/// <param name="EstimatedCompletionDate">By then the student has it: seven days on which banks work, often five.</param>
/// <param name="ProcessedBy">Who asked for it.</param>
internal sealed record CourseRefundView(
    string RefundTransactionId, string OriginalTransactionId, string Status, decimal Amount, string Currency, string EstimatedCompletionDate,
    string ProcessedBy, DateTimeOffset ProcessedAt);

/// <summary>
/// Gives back what was paid for a course. The refund is one of the payment core, so the course closes in the commit in which the money goes
/// back. Without an idempotency key the one-time code is one: a code is good for one refund.
/// </summary>
internal sealed class CourseRefundsApi(
    TransactionStore store, CreateRefund create, ISecondFactor secondFactor, Idempotency idempotency, SecretVault vault, MerchantClocks clocks)
{
    private const int RefundsPerHour = 10;
    private const int ReasonMin = 10;
    private const int ReasonMax = 500;
    private const string KeyPurpose = "courses.refund_key";

    public static void Map(IEndpointRouteBuilder routes, CourseRefundsApi api) =>
        routes.MapPost("/api/admin/payment/refund", api.Refund).WithTags("Course payments")
            .WithMetadata(new RequiresKey(KeyKind.Secret), new RequestLimit(RefundsPerHour, RequestLimit.Hour))
            .WithName("refundCoursePayment").WithSummary("Refund a course payment")
            .WithDescription("By admin, finance or owner, with a fresh one-time code. In full or in part, never more than was paid. What goes back in "
                + "full closes the enrolment. 201 when the gateway has done it, 202 while it works on it or somebody must approve. Ten an hour.")
            .Produces<CourseRefundView>(StatusCodes.Status201Created).Produces<CourseRefundView>(StatusCodes.Status202Accepted)
            .Example(CoursePaymentExamples.Refund, CoursePaymentExamples.Refunded)
            .Errors(Errors.InvalidTransactionId, Errors.TransactionNotFound, Errors.InvalidAmount, Errors.AmountAboveMaximum,
                Errors.RefundAmountExceedsOriginal, Errors.PaymentAlreadyRefunded, Errors.PaymentDisputed, Errors.RefundNotEligible,
                Errors.RefundDeclined, Errors.TwoFactorAuthFailed, Errors.TooManyAttempts, Errors.AccountLocked);

    private async Task<Answer> Refund(Caller caller, HttpRequest request, Body<RefundCourseBody> body, CancellationToken cancel)
    {
        var asked = body.Value;
        if ((WhyNoPerson(caller) ?? Check(asked)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        if (!request.Headers.ContainsKey(Idempotency.Header))
        {
            request.Headers[Idempotency.Header] = vault.Sign(KeyPurpose, $"{caller.KeyId}/{asked.TransactionId}/{asked.TwoFactorCode}/{DayOf(caller)}");
        }

        return await idempotency.RunSteps<Refund>(
            caller, request, body.Fingerprint, refund => AnswerOf(caller, asked.TransactionId!, refund),
            (call, answer) => Run(caller, asked, call, answer, cancel), cancel);
    }

    private async Task<Outcome<Refund>?> Run(
        Caller caller, RefundCourseBody asked, IdempotentCall call, Func<Refund, Answer> answer, CancellationToken cancel)
    {
        if (await store.Find(caller.Tenant, asked.TransactionId!, cancel) is not { } transaction)
        {
            return new Refusal(Errors.TransactionNotFound);
        }

        if (transaction.PaidAt is null || transaction.PaymentId is null)
        {
            return new Refusal(Errors.RefundNotEligible, "Only a payment that has succeeded can be refunded.");
        }

        var factor = await secondFactor.Check(
            caller, asked.TwoFactorCode, $"course_refund/{transaction.Id}/{asked.Amount!.Value.Text}", cancel);
        if (factor.IsRefused || !factor.Value)
        {
            return factor.Refusal ?? new Refusal(Errors.TwoFactorAuthRequired);
        }

        return await create.Run(
            new RefundRequest(
                caller.Tenant, transaction.PaymentId, null, asked.Amount, RefundReason.RequestedByCustomer, asked.Reason, "{}", caller.KeyId,
                Behaviour: null, caller.Origin),
            call, answer, cancel);
    }

    private static Answer AnswerOf(Caller caller, string transactionId, Refund refund)
    {
        var view = new CourseRefundView(
            refund.Id, transactionId, refund.Status, refund.Amount.ToMajor(), refund.Amount.Currency.Code,
            BusinessDays.ExpectedBy(refund),
            caller.KeyId, refund.CreatedAt);
        return refund switch
        {
            { State: RefundState.Failed, FailureCode: { } code } => Answer.Of(
                new Refusal(Errors.ByCode(code), refund.FailureReason, new Dictionary<string, object?> { ["refund"] = view }), caller.RequestId),
            { State: RefundState.Succeeded } => Answer.Created(view, $"/api/payments/refunds/{refund.Id}"),
            _ => Answer.Accepted(view),
        };
    }

    /// <summary>Six digits come again after some time: a key of them is good for a day.</summary>
    private string DayOf(Caller caller) => clocks.Now(caller.Tenant).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Refusal? WhyNoPerson(Caller caller) => caller.Person is null
        ? new Refusal(Errors.UnauthorizedAccess, "A key has no one-time code: a person refunds course payments. A key can use POST /api/payments/refunds.")
        : null;

    private static Refusal? Check(RefundCourseBody asked)
    {
        if (asked.TransactionId is null || !CourseTransaction.IsId(asked.TransactionId))
        {
            return new Refusal(Errors.InvalidTransactionId);
        }

        var faults = new FieldFaults();
        faults.AddUnless(asked.Amount is not null, "amount", "is required: a number in major units such as 9440");
        faults.AddUnless(asked.Reason is { Length: >= ReasonMin and <= ReasonMax }, "reason", $"is required: {ReasonMin} to {ReasonMax} characters");
        return faults.Refusal ?? (string.IsNullOrEmpty(asked.TwoFactorCode)
            ? new Refusal(Errors.TwoFactorAuthRequired, "A refund needs a fresh one-time code as twoFactorCode.")
            : null);
    }
}
