using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses.Pages;

/// <summary>One payment, as its page shows it.</summary>
/// <param name="Latest">The last attempt of those that belong together; it may be this one.</param>
/// <param name="CanRetry">Whether there may be another.</param>
/// <param name="RetriesLeft">Of a failed one.</param>
internal sealed record PaymentFacts(CourseTransaction Payment, CourseTransaction Latest, bool CanRetry, int RetriesLeft)
{
    public bool HasReceipt { get; init; }
    public IReadOnlyList<TransactionStep> Steps { get; init; } = [];
    public IReadOnlyList<Refund> Refunds { get; init; } = [];
}

/// <summary>What became of a payment, and what can be done now: the page behind the bank's, and the first part of the details.</summary>
internal static class PaymentParts
{
    public static string TitleOf(CoursePageView view, CourseTransaction payment) => payment.State switch
    {
        TransactionState.Success when payment.IsDuplicate => view.Texts.PaidTwice,
        TransactionState.Success => view.Texts.Paid,
        TransactionState.Failed => view.Texts.NotPaid,
        TransactionState.Expired => view.Texts.Expired,
        TransactionState.PartiallyRefunded or TransactionState.Refunded => view.Texts.Refunded,
        _ => view.Texts.NotFinished,
    };

    /// <summary>Where the browser comes back to: the result, and the way to everything else.</summary>
    public static Html Result(CoursePageView view, PaymentFacts facts) => Html.Of($"""
        {Outcome(view, facts)}
        <dl class="facts">
        {CoursePage.Fact(view.Words.Course, facts.Payment.Title)}
        {CoursePage.Fact(view.Words.Total, view.Amount(facts.Payment.Price.Total))}
        {CoursePage.Fact(view.Words.Transaction, facts.Payment.Id)}
        </dl>
        {CoursePage.Link(view.Paths.Payment(facts.Payment.Id), view.Texts.Details, "other")}
        """);

    /// <summary>What became of it, in a sentence, with the one thing to do next.</summary>
    public static Html Outcome(CoursePageView view, PaymentFacts facts)
    {
        var payment = facts.Payment;
        var (mark, part) = payment.State switch
        {
            TransactionState.Success => ("good", Paid(view, facts)),
            TransactionState.Failed => ("bad", Failed(view, facts)),
            TransactionState.Expired => ("bad", Html.Of($"""
                <p>{view.Texts.ExpiredText}</p>
                {CoursePage.Link(view.Paths.Course(payment.CourseId), view.Texts.NewStart, "pay")}
                {CoursePage.Help(view)}
                """)),
            TransactionState.PartiallyRefunded or TransactionState.Refunded => ("good", Html.Of($"""
                <p>{view.Texts.RefundedText}</p>
                {Receipt(view, facts)}
                """)),
            _ => ("waiting", Pending(view, payment)),
        };
        return Html.Of($"""
            <div class="result" data-state="{Words.Of(payment.State)}">
            <span class="mark {mark}" aria-hidden="true"></span>
            {part}
            </div>
            """);
    }

    private static Html Paid(CoursePageView view, PaymentFacts facts) => Html.Of($"""
        <p>{(facts.Payment.IsDuplicate ? view.Texts.PaidTwiceText : view.Texts.PaidText)}</p>
        {Receipt(view, facts)}
        """);

    private static Html Failed(CoursePageView view, PaymentFacts facts) => Html.Of($"""
        <p>{view.Texts.NotPaidText} {view.Words.AdviceOf(facts.Payment.FailureReason!.Value)}</p>
        {(facts.CanRetry ? Html.Of($"""
            {CoursePage.Form(view, view.Paths.Retry(facts.Payment.Id), Html.Empty, view.Texts.Retry)}
            <p class="hint">{Html.Fill(view.Words.RetriesLeft, $"{facts.RetriesLeft}")}</p>
            """)
            : facts.Latest.Id != facts.Payment.Id
                ? CoursePage.Link(view.Paths.Payment(facts.Latest.Id), view.Texts.LatestAttempt, "pay")
            : Html.Of($"""
                <p class="hint">{view.Words.StartAgain}</p>
                {CoursePage.Link(view.Paths.Course(facts.Payment.CourseId), view.Texts.NewStart, "pay")}
                """))}
        {CoursePage.Help(view)}
        """);

    private static Html Pending(CoursePageView view, CourseTransaction payment) => Html.Of($"""
        <p>{view.Texts.NotFinishedText} <span class="with-script">{view.Texts.LooksAgain}</span></p>
        {(payment.PaymentUrl is null ? Html.Empty : CoursePage.Link(view.Paths.Bank(payment.Id), view.Texts.ToBankPage, "pay"))}
        {CoursePage.Form(view, view.Paths.Check(payment.Id), Html.Empty, view.Texts.Check, "other")}
        <span hidden data-refresh=""></span>
        """);

    private static Html Receipt(CoursePageView view, PaymentFacts facts) => facts.HasReceipt
        ? CoursePage.Link(view.Paths.Receipt(facts.Payment.Id), view.Texts.Receipt, "pay")
        : Html.Empty;
}
