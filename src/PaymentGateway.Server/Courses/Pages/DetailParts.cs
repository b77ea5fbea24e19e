using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses.Pages;

/// <summary>Everything that a student may know of one payment.</summary>
internal static class DetailParts
{
    public static Html Details(CoursePageView view, PaymentFacts facts)
    {
        var payment = facts.Payment;
        return Html.Of($"""
            {PaymentParts.Outcome(view, facts)}
            {CoursePage.Breakdown(view, payment.Price, payment.DiscountCode)}
            <dl class="facts">
            {CoursePage.Fact(view.Words.Course, payment.Title)}
            {CoursePage.Fact(view.Words.Transaction, payment.Id)}
            {CoursePage.Fact(view.Texts.Status, view.Texts.StateOf(payment.State))}
            {CoursePage.Fact(view.Texts.Started, Html.Time(payment.CreatedAt))}
            {(payment.State == TransactionState.Pending ? CoursePage.Fact(view.Texts.Until, Html.Time(payment.ExpiresAt)) : Html.Empty)}
            {(payment.Method is { } method ? CoursePage.Fact(view.Texts.PaidBy, WayToPay(view, method, payment.Last4)) : Html.Empty)}
            {(payment.RetryCount > 0 ? CoursePage.Fact(view.Texts.Attempt, $"{payment.RetryCount + 1}") : Html.Empty)}
            </dl>
            {(payment.RetryOf is { } first ? CoursePage.Link(view.Paths.Payment(first), view.Texts.FirstAttempt) : Html.Empty)}
            {Refunds(view, facts.Refunds)}
            {Timeline(view, facts.Steps)}
            {(payment.State == TransactionState.Pending
                ? Html.Empty
                : CoursePage.Form(view, view.Paths.Check(payment.Id), Html.Empty, view.Texts.Check, "other"))}
            """);
    }

    private static string WayToPay(CoursePageView view, string method, string? last4) =>
        last4 is null ? view.Texts.MethodOf(method) : $"{view.Texts.MethodOf(method)} •••• {last4}";

    private static Html Refunds(CoursePageView view, IReadOnlyList<Refund> refunds) => refunds.Count == 0 ? Html.Empty : Html.Of($"""
        <h2>{view.Texts.Refunds}</h2>
        <ul class="steps">
        {refunds.Select(refund => Html.Of($"<li><strong>{view.Amount(refund.Amount)}</strong> {StateOf(view, refund)}</li>"))}
        </ul>
        {(refunds.Any(refund => !refund.HoldsMoney) ? CoursePage.Help(view) : Html.Empty)}
        """);

    private static Html StateOf(CoursePageView view, Refund refund) => refund.State switch
    {
        RefundState.Succeeded => Html.Fill(view.Texts.RefundDone, BusinessDays.ExpectedBy(refund)),
        RefundState.Failed or RefundState.Canceled => Html.Text(view.Texts.RefundFailed),
        _ => Html.Fill(view.Texts.RefundOnItsWay, BusinessDays.ExpectedBy(refund)),
    };

    private static Html Timeline(CoursePageView view, IReadOnlyList<TransactionStep> steps) => Html.Of($"""
        <h2>{view.Texts.Timeline}</h2>
        <ol class="steps">
        {steps.Select((step, i) => Html.Of($"""
            <li><span>{(i == 0 ? view.Texts.Begun : view.Texts.StateOf(Words.Parse<TransactionState>(step.State)))}</span> {Html.Time(step.At)}</li>
            """))}
        </ol>
        """);
}
