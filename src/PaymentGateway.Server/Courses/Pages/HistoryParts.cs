using System.Globalization;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses.Pages;

/// <summary>One page of a student's payments.</summary>
/// <param name="State">The only ones that are shown; null: all.</param>
internal sealed record PaymentHistory(IReadOnlyList<CourseTransaction> Payments, PaginationView Pages, TransactionState? State);

/// <summary>The page of a student's payments.</summary>
internal static class HistoryParts
{
    public static Html All(CoursePageView view, PaymentHistory history) => Html.Of($"""
        {Filter(view, history.State)}
        {(history.Payments.Count == 0
            ? Html.Of($"<p role=\"status\">{(history.State is null ? view.Texts.NoPayments : view.Texts.NoSuchPayments)}</p>")
            : Html.Of($"""
                <ul class="rows">
                {history.Payments.Select(payment => Row(view, payment))}
                </ul>
                {Pager(view, history)}
                """))}
        """);

    public static string Address(CoursePaths paths, int page, TransactionState? state) => (page, state) switch
    {
        ( <= 1, null) => paths.History,
        ( <= 1, { } only) => $"{paths.History}?status={Words.Of(only)}",
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{paths.History}?page={page}"),
        (_, { } only) => string.Create(CultureInfo.InvariantCulture, $"{paths.History}?page={page}&status={Words.Of(only)}"),
    };

    private static Html Filter(CoursePageView view, TransactionState? chosen) => Html.Of($"""
        <form method="get" action="{view.Paths.History}" class="inline">
        <div class="field">
        <label for="status">{view.Texts.Status}</label>
        <select id="status" name="status">
        <option value="">{view.Texts.AnyStatus}</option>
        {Enum.GetValues<TransactionState>().Select(state => Html.Of($"""
            <option value="{Words.Of(state)}"{Html.When(state == chosen, $" selected")}>{view.Texts.StateOf(state)}</option>
            """))}
        </select>
        </div>
        <button class="other">{view.Texts.Show}</button>
        </form>
        """);

    private static Html Row(CoursePageView view, CourseTransaction payment) => Html.Of($"""
        <li>
        <div>
        <a class="row-title" href="{view.Paths.Payment(payment.Id)}">{payment.Title}</a>
        <p class="hint">{Html.Time(payment.CreatedAt)}</p>
        </div>
        <div class="row-end">
        <p class="row-amount">{view.Amount(payment.Price.Total)}</p>
        <p class="badge {LookOf(payment.State)}">{view.Texts.StateOf(payment.State)}</p>
        </div>
        </li>
        """);

    private static string LookOf(TransactionState state) => state switch
    {
        TransactionState.Success => "good",
        TransactionState.Failed or TransactionState.Expired => "bad",
        _ => "plain",
    };

    private static Html Pager(CoursePageView view, PaymentHistory history) => history.Pages.TotalPages <= 1 ? Html.Empty : Html.Of($"""
        <nav class="pager" aria-label="{view.Texts.YourPayments}">
        {(history.Pages.HasPreviousPage ? PageLink(view, history, -1, view.Texts.Newer) : Html.Empty)}
        <span>{Html.Fill(
            view.Texts.Page, history.Pages.CurrentPage.ToString(CultureInfo.InvariantCulture),
            history.Pages.TotalPages.ToString(CultureInfo.InvariantCulture))}</span>
        {(history.Pages.HasNextPage ? PageLink(view, history, 1, view.Texts.Older) : Html.Empty)}
        </nav>
        """);

    private static Html PageLink(CoursePageView view, PaymentHistory history, int step, string text) =>
        Html.Of($"""<a class="quiet" href="{Address(view.Paths, history.Pages.CurrentPage + step, history.State)}">{text}</a>""");
}
