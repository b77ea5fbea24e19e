using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>What can happen to a course payment. The name is the word for it.</summary>
internal abstract record TransactionCommand(string Name)
{
    /// <summary>The gateway has an order for it, and a page.</summary>
    public sealed record Reach(string PaymentId, string Reference, string? PaymentUrl) : TransactionCommand("reach");

    /// <summary>The money was taken.</summary>
    /// <param name="HasCourse">The student had the course already.</param>
    public sealed record Pay(string PaymentId, string? Method, string? Last4, bool HasCourse) : TransactionCommand("pay");

    /// <param name="Code">As the error catalogue has it.</param>
    public sealed record Fail(string? Code) : TransactionCommand("fail");

    /// <summary>The time of the session is over, and the gateway does not say that it was paid.</summary>
    public sealed record Expire() : TransactionCommand("expire");

    /// <summary>So much went back.</summary>
    public sealed record Refund(Money Amount) : TransactionCommand("refund");

    /// <summary>A refund that was done came back.</summary>
    public sealed record UndoRefund(Money Amount) : TransactionCommand("undo_refund");
}

/// <summary>The state machine of a course payment: pure, one line for each pair that is legal.</summary>
internal static class TransactionDecisions
{
    /// <returns>The next one; the same object when nothing is new. Money that was taken always counts, however late it is heard of.</returns>
    public static Outcome<CourseTransaction> Decide(CourseTransaction now, TransactionCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (TransactionState.Pending, TransactionCommand.Reach reach) => Reached(now, reach),
        (not TransactionState.Pending, TransactionCommand.Reach) => now,

        (TransactionState.Pending or TransactionState.Failed or TransactionState.Expired, TransactionCommand.Pay pay) => Paid(now, pay, when),
        (_, TransactionCommand.Pay) => now,

        // That nobody came to the end of the page in time is no failure of theirs.
        (TransactionState.Pending, TransactionCommand.Fail fail) => when >= now.ExpiresAt && ReasonOf(fail.Code) == FailureReason.UserCancelled
            ? Expired(now, when)
            : Failed(now, fail.Code, when),
        (_, TransactionCommand.Fail) => now,

        (TransactionState.Pending, TransactionCommand.Expire) => when >= now.ExpiresAt ? Expired(now, when) : Refuse(now),
        (_, TransactionCommand.Expire) => now,

        (TransactionState.Success or TransactionState.PartiallyRefunded, TransactionCommand.Refund refund) =>
            WentBack(now, now.AmountRefunded + refund.Amount, when),
        (TransactionState.PartiallyRefunded or TransactionState.Refunded, TransactionCommand.UndoRefund undo) =>
            WentBack(now, now.AmountRefunded - undo.Amount, when),

        _ => Refuse(now),
    };

    public const int RetriesMax = 3;

    /// <summary>How often a failed payment may still be retried.</summary>
    public static int RetriesLeft(CourseTransaction failed, DateTimeOffset when) =>
        when < failed.FirstAttemptAt + retryWithin ? RetriesMax - failed.RetryCount : 0;

    private static readonly TimeSpan retryWithin = TimeSpan.FromHours(24);

    /// <summary>Why a failed payment cannot be tried again; null: it can.</summary>
    /// <param name="latest">The last attempt of those that belong together.</param>
    /// <param name="when">In the merchant's time.</param>
    public static Refusal? WhyNoRetry(CourseTransaction latest, DateTimeOffset when) => latest.State switch
    {
        TransactionState.Failed when RetriesLeft(latest, when) > 0 => null,
        TransactionState.Failed => new Refusal(Errors.RetryLimitExceeded, $"A payment can be retried {RetriesMax} times within a day: start a new one."),
        TransactionState.Success or TransactionState.PartiallyRefunded or TransactionState.Refunded => new Refusal(Errors.PaymentAlreadySuccessful),
        _ => Refuse(latest),
    };

    /// <summary>The codes of the error catalogue, sorted for students. What is not known says nothing about the student.</summary>
    public static FailureReason ReasonOf(string? code) => code switch
    {
        "INSUFFICIENT_FUNDS" or "INSUFFICIENT_BALANCE" => FailureReason.InsufficientFunds,
        "CARD_DECLINED" or "PAYMENT_DECLINED" or "UPI_DECLINED" or "LIMIT_EXCEEDED" or "SUSPECTED_FRAUD" or "INVALID_CARD" =>
            FailureReason.CardDeclined,
        "CARD_EXPIRED" => FailureReason.CardExpired,
        "INVALID_CVV" => FailureReason.InvalidCvv,
        "GATEWAY_UNAVAILABLE" or "BANK_UNAVAILABLE" => FailureReason.NetworkError,
        "GATEWAY_TIMEOUT" or "UPI_TIMEOUT" or "PROCESSING_ERROR" => FailureReason.GatewayTimeout,
        "AUTHENTICATION_REQUIRED" or "CARD_AUTHENTICATION_FAILED" or "CARD_AUTHENTICATION_REJECTED" or "CARD_AUTHENTICATION_UNAVAILABLE" =>
            FailureReason.AuthenticationFailed,
        "AUTHENTICATION_ABANDONED" => FailureReason.UserCancelled,
        _ => FailureReason.Other,
    };

    /// <summary>Whether the same way to pay can work now, or another must be taken.</summary>
    public static FailureAdvice AdviceOf(FailureReason reason) => reason switch
    {
        FailureReason.InsufficientFunds or FailureReason.CardDeclined or FailureReason.CardExpired => FailureAdvice.AnotherMethod,
        _ => FailureAdvice.RetryNow,
    };

    private static CourseTransaction Reached(CourseTransaction now, TransactionCommand.Reach reach)
    {
        var next = now with { PaymentId = reach.PaymentId, GatewayReference = reach.Reference, PaymentUrl = reach.PaymentUrl ?? now.PaymentUrl };
        return next == now ? now : next;
    }

    private static CourseTransaction Paid(CourseTransaction now, TransactionCommand.Pay pay, DateTimeOffset when) => now with
    {
        State = TransactionState.Success,
        PaymentId = pay.PaymentId,
        PaymentUrl = null,
        Method = pay.Method,
        Last4 = pay.Last4,
        FailureReason = null,
        FailureCode = null,
        IsDuplicate = pay.HasCourse,
        RefundDueAt = pay.HasCourse ? when : null,
        PaidAt = when,
        EndedAt = null,
    };

    private static CourseTransaction Failed(CourseTransaction now, string? code, DateTimeOffset when) => now with
    {
        State = TransactionState.Failed,
        FailureReason = ReasonOf(code),
        FailureCode = code,
        PaymentUrl = null,
        EndedAt = when,
    };

    private static CourseTransaction Expired(CourseTransaction now, DateTimeOffset when) =>
        now with { State = TransactionState.Expired, PaymentUrl = null, EndedAt = when };

    private static Outcome<CourseTransaction> WentBack(CourseTransaction now, Money refunded, DateTimeOffset when)
    {
        if (refunded.IsNegative || refunded > now.Price.Total)
        {
            return new Refusal(Errors.RefundAmountExceedsOriginal);
        }

        var isAll = refunded == now.Price.Total;
        return now with
        {
            AmountRefunded = refunded,
            State = isAll ? TransactionState.Refunded : refunded.IsZero ? TransactionState.Success : TransactionState.PartiallyRefunded,
            EndedAt = isAll ? when : null,
        };
    }

    private static Refusal Refuse(CourseTransaction now) => Refusal.InvalidState("transaction", Words.Of(now.State), []);
}
