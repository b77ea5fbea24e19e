using PaymentGateway.Http;

namespace PaymentGateway.Courses.Pages;

/// <summary>How a visitor stands to a course.</summary>
/// <param name="Price">What it costs now, with the code that counts; null: its total cannot be paid here.</param>
/// <param name="Code">The code that counts.</param>
/// <param name="Typed">What stands in the field of the code.</param>
/// <param name="Open">A payment of it that has begun.</param>
/// <param name="NeedsBilling">The receipt must name its buyer.</param>
internal sealed record CourseOffer(
    Course Course, CoursePrice? Price, string? Code, string? Typed, bool IsOwned, CourseTransaction? Open, bool NeedsBilling, BillingForm Billing);

/// <summary>The page of one course: what it costs, and the way to pay it.</summary>
internal static class BuyParts
{
    public const int CodeMax = 40;

    public static Html Offer(CoursePageView view, CourseOffer offer) => Html.Of($"""
        <p class="hint">{offer.Course.Instructor}</p>
        {(offer.IsOwned ? Html.Of($"""<p class="badge good">{view.Texts.YoursText}</p>""")
            : offer.Open is { } open ? Begun(view, open)
            : Sale(view, offer))}
        """);

    private static Html Begun(CoursePageView view, CourseTransaction open) => Html.Of($"""
        <p>{view.Texts.OpenPayment}</p>
        {CoursePage.Breakdown(view, open.Price, open.DiscountCode)}
        {(open.PaymentUrl is null ? Html.Empty : CoursePage.Link(view.Paths.Bank(open.Id), view.Texts.ToBankPage, "pay"))}
        {CoursePage.Link(view.Paths.Payment(open.Id), view.Texts.Details, "other")}
        """);

    private static Html Sale(CoursePageView view, CourseOffer offer) => Html.Of($"""
        {(offer.Price is { } price ? CoursePage.Breakdown(view, price, offer.Code) : Html.Empty)}
        {(!view.Shop!.Links.AllowSelling ? Html.Of($"<p>{view.Texts.NotSoldYet}</p>")
            : !view.IsSignedIn
                ? CoursePage.Link(People.AccountLinks.SignInFor(view.Paths.Course(offer.Course.Id)), view.Texts.SignInToBuy, "pay")
            : Html.Of($"""
                {CodeForm(view, offer)}
                {(offer.Price is { } total ? PayForm(view, offer, view.Amount(total.Total)) : Html.Empty)}
                """))}
        """);

    /// <summary>Asks for the same page with the code in its address: it works everywhere, and can be gone back from.</summary>
    private static Html CodeForm(CoursePageView view, CourseOffer offer)
    {
        var error = view.FaultOf(CoursePageFault.CodeField);
        var invalid = Html.When(error is not null, $" aria-invalid=\"true\"");
        return Html.Of($"""
            <form method="get" action="{view.Paths.Course(offer.Course.Id)}" class="inline">
            <div class="field">
            <label for="code">{view.Texts.DiscountCode}</label>
            <input id="code" name="code" type="text" autocomplete="off" maxlength="{CodeMax}" value="{offer.Typed}" aria-describedby="code-error"{invalid}>
            <p class="error" id="code-error">{error}</p>
            </div>
            <button class="other">{view.Texts.Apply}</button>
            </form>
            {(offer.Typed is null ? Html.Empty : CoursePage.Link(view.Paths.Course(offer.Course.Id), view.Texts.RemoveCode))}
            """);
    }

    private static Html PayForm(CoursePageView view, CourseOffer offer, string total)
    {
        var error = view.FaultOf(CoursePageFault.TermsField);
        var invalid = Html.When(error is not null, $" aria-invalid=\"true\"");
        return CoursePage.Form(view, view.Paths.Course(offer.Course.Id), Html.Of($"""
            <input type="hidden" name="code" value="{offer.Code}">
            {BillingParts.Ask(view, offer.Billing, offer.NeedsBilling)}
            <div class="field">
            <div class="agree">
            <input id="terms" name="terms" type="checkbox" value="yes" required aria-describedby="terms-error"{invalid}>
            <label for="terms">{Html.Fill(
                view.Texts.Agree, Words(view.Texts.Terms, view.Shop!.Links.TermsUrl), Words(view.Texts.Privacy, view.Shop.Links.PrivacyUrl))}</label>
            </div>
            <p class="error" id="terms-error">{error}</p>
            </div>
            <p class="hint">{view.Texts.PaidAtBank}</p>
            """), view.Texts.Pay.Replace("{0}", total, StringComparison.Ordinal));
    }

    private static Html Words(string text, string? url) => url is null
        ? Html.Text(text)
        : Html.Of($"""<a href="{url}" target="_blank" rel="noopener noreferrer">{text}</a>""");
}
