using PaymentGateway.Http;

namespace PaymentGateway.Courses.Pages;

/// <summary>What is sold.</summary>
/// <param name="Search">Null: nothing was searched for.</param>
/// <param name="More">The address of what comes after; null: this is all.</param>
internal sealed record Catalogue(IReadOnlyList<Course> Courses, IReadOnlySet<string> Owned, string? Search, string? More, DateTimeOffset Now);

/// <summary>The page of all courses.</summary>
internal static class CatalogueParts
{
    public const int SearchMax = 100;

    public static Html All(CoursePageView view, Catalogue found) => Html.Of($"""
        <form method="get" action="{view.Paths.Root}" role="search" class="inline">
        <div class="field">
        <label for="q">{view.Texts.SearchHint}</label>
        <input id="q" name="q" type="search" maxlength="{SearchMax}" value="{found.Search}">
        </div>
        <button class="other">{view.Texts.Search}</button>
        </form>
        {(found.Courses.Count == 0 ? Nothing(view, found.Search) : Html.Of($"""
            <ul class="rows">
            {found.Courses.Select(course => Row(view, course, found))}
            </ul>
            """))}
        {(found.More is { } more ? CoursePage.Link(more, view.Texts.MoreCourses, "other") : Html.Empty)}
        """);

    private static Html Nothing(CoursePageView view, string? search) => search is null
        ? Html.Of($"<p>{view.Texts.NoCourses}</p>")
        : Html.Of($"""
            <p role="status">{Html.Fill(view.Texts.NothingFound, search)}</p>
            {CoursePage.Link(view.Paths.Root, view.Texts.AllCourses)}
            """);

    private static Html Row(CoursePageView view, Course course, Catalogue found) => Html.Of($"""
        <li>
        <div>
        <a class="row-title" href="{view.Paths.Course(course.Id)}">{course.Title}</a>
        <p class="hint">{course.Instructor}</p>
        </div>
        <div class="row-end">
        {(found.Owned.Contains(course.Id) ? Html.Of($"""<p class="badge good">{view.Texts.Yours}</p>""") : Html.Of($"""
            <p class="row-amount">{view.Amount(course.Price)}</p>
            <p class="hint">{(course.TaxAt(found.Now).Percent is { } rate
                ? Html.Fill(view.Texts.PlusGst, CoursePage.Percent(rate))
                : Html.Text(view.Texts.NoGst))}</p>
            """))}
        </div>
        </li>
        """);
}
