using PaymentGateway.Checkout;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.People;

namespace PaymentGateway.Courses.Pages;

/// <summary>The frame of every page, and what the parts are made of. Looks as the checkout does.</summary>
internal sealed class CoursePage(HostedDocument document, Assets assets)
{
    public Html Render(CoursePageView view, string title, Html part) => document.Render(
        view.Language, view.Shop is { } shop ? $"{title} · {shop.Name}" : title, assets.Of("/courses/js/courses.js"), view.Shop?.Colour,
        Html.Of($"""
            <body>
            <a class="skip" href="#content">{view.Texts.SkipToContent}</a>
            {Html.When(view.Shop?.Tenant.Mode == Mode.Test, $"""<p class="test" role="note">{view.Texts.TestMode}</p>""")}
            <div class="sheet narrow courses">
            {Header(view)}
            <main class="payment" id="content" tabindex="-1">
            {(view.Notice is { } notice ? Html.Of($"""<p class="test" role="status">{notice}</p>""") : Html.Empty)}
            <h1>{title}</h1>
            {(view.Fault is { Field: null } fault ? Html.Of($"""<div class="alert" role="alert"><p>{fault.Sentence}</p></div>""") : Html.Empty)}
            {part}
            </main>
            {(view.Address is { } address
                ? Html.Of($"""<footer class="foot">{HostedDocument.Languages(view.Language, address)}</footer>""")
                : Html.Empty)}
            </div>
            </body>
            """),
        assets.Of("/courses/css/courses.css"));

    public static Html NotFound(CoursePageView view) => Html.Of($"""
        <p>{view.Texts.NotFoundText}</p>
        {(view.Shop is null ? Html.Empty : Link(view.Paths.Root, view.Texts.AllCourses))}
        """);

    /// <inheritdoc cref="PageForms.Write"/>
    public static Html Form(CoursePageView view, string action, Html fields, string button, string look = "pay") =>
        PageForms.Write(view.Csrf, action, fields, button, look);

    public static Html Link(string path, string text, string look = "quiet") => Html.Of($"""<p><a class="{look}" href="{path}">{text}</a></p>""");

    public static Html Fact(string label, string value) => Html.Of($"<div><dt>{label}</dt><dd>{value}</dd></div>");

    public static Html Fact(string label, Html value) => Html.Of($"<div><dt>{label}</dt><dd>{value}</dd></div>");

    /// <summary>What is paid and what it is made of.</summary>
    public static Html Breakdown(CoursePageView view, CoursePrice price, string? code) => Html.Of($"""
        <dl class="facts amounts">
        {Fact(view.Words.Price, view.Amount(price.Original))}
        {(price.Discount.IsZero ? Html.Empty : Fact(code is null ? view.Words.Discount : $"{view.Words.Discount} {code}", $"−{view.Amount(price.Discount)}"))}
        {(price.GstPercent is { } rate ? Fact($"{view.Words.Gst} {Percent(rate)} %", view.Amount(price.Gst)) : Html.Empty)}
        <div class="total"><dt>{view.Words.Total}</dt><dd>{view.Amount(price.Total)}</dd></div>
        </dl>
        """);

    public static string Percent(decimal rate) => rate.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where there is help; nothing where the merchant has not said.</summary>
    public static Html Help(CoursePageView view) => view.Shop!.Links.SupportUrl is { } url
        ? Html.Of($"""<p><a class="quiet" href="{url}" rel="noopener">{view.Texts.Help}</a></p>""")
        : Html.Empty;

    private static Html Header(CoursePageView view) => view.Shop is not { } shop ? Html.Empty : Html.Of($"""
        <header class="bar">
        <a class="shop-name" href="{shop.Paths.Root}">{shop.Name}</a>
        <nav aria-label="{shop.Name}">
        <a href="{shop.Paths.Root}">{view.Texts.Courses}</a>
        <a href="{shop.Paths.History}">{view.Texts.YourPayments}</a>
        {(view.IsSignedIn
            ? Html.Of($"""<a href="{AccountLinks.Account}">{view.Texts.YourAccount}</a>""")
            : Html.Of($"""<a href="{AccountLinks.SignInFor(view.Address ?? shop.Paths.Root)}">{view.Texts.SignIn}</a>"""))}
        </nav>
        </header>
        """);
}
