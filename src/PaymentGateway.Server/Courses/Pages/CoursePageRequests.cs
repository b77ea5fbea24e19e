using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Checkout;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.People;

namespace PaymentGateway.Courses.Pages;

/// <summary>Somebody on a page.</summary>
/// <param name="Person">Null: nobody who is signed in.</param>
internal sealed record PageVisit(HttpContext Http, CourseShop Shop, Person? Person, CoursePageView View)
{
    public Tenant Tenant => Shop.Tenant;

    public CoursePaths Paths => Shop.Paths;

    /// <summary>Of a page that asks for a sign-in.</summary>
    public string StudentId => Person!.UserId;
}

/// <summary>What all handlers of these pages share: whose page it is, who looks at it, forms, limits and answers.</summary>
internal sealed class CoursePageRequests(
    CoursePage page, MerchantStore merchants, CoursePageLinksStore links, FindPageVisitor visitors, PageForms forms, Csrf csrf, PersonLimits limits)
{
    /// <summary>By which a page that is led to says what has just been done.</summary>
    public const string DoneParameter = "done";

    private const int MerchantIdMax = 64;

    public delegate Task<IResult> Handler(PageVisit visit, CancellationToken cancel);

    /// <summary>A page that everybody may look at.</summary>
    public async Task<IResult> Open(HttpContext http, Tenant tenant, Handler handle, CancellationToken cancel)
    {
        var person = await visitors(http, cancel);
        var address = AddressOf(http);
        return await FindShop(tenant, cancel) is { } shop
            ? await handle(new(http, shop, person, ViewOf(http, shop, address, person is not null)), cancel)
            : NotFound(http, ViewOf(http, null, address, person is not null));
    }

    /// <summary>A page of the student's own; whoever is not signed in is led to the form and back.</summary>
    public Task<IResult> OpenOwn(HttpContext http, Tenant tenant, Handler handle, CancellationToken cancel) => Open(
        http, tenant, async (visit, stop) => visit.Person is not null ? await handle(visit, stop) : PageAnswer.SeeOther(http, AccountLinks.SignInFor(PageOf(http))), cancel);

    /// <summary>The page behind the bank's, which knows the payment and not the student.</summary>
    public async Task<CoursePageView> ViewOfReturn(HttpContext http, CourseTransaction payment, CancellationToken cancel)
    {
        // The bank signs every field of the address, so another language can only be asked for on the page of the payment.
        var shop = await FindShop(payment.Tenant, cancel);
        return ViewOf(http, shop, shop?.Paths.Payment(payment.Id), isSignedIn: await visitors(http, cancel) is not null);
    }

    public CoursePageView ViewOfNobody(HttpContext http) => ViewOf(http, shop: null, address: null, isSignedIn: false);

    public Task<Outcome<SentForm>> ReadForm(PageVisit visit, CancellationToken cancel) => forms.Read(visit.Http, cancel);

    /// <inheritdoc cref="PersonLimits.Count"/>
    public Refusal? Count(PageVisit visit, string operation, RequestLimit limit, string? value = null) =>
        limits.Count(visit.StudentId, operation, limit, value);

    public IResult Show(HttpContext http, CoursePageView view, string title, Html part, int status = StatusCodes.Status200OK) =>
        PageAnswer.Show(http, page.Render(view, title, part), view.Fault?.Status ?? status);

    /// <summary>The same for what does not exist and for what is somebody else's.</summary>
    public IResult NotFound(HttpContext http, CoursePageView view) =>
        Show(http, view, view.Texts.NotFound, CoursePage.NotFound(view), StatusCodes.Status404NotFound);

    /// <summary>As it is asked for again, in this language or another one.</summary>
    private static string AddressOf(HttpContext http) => QueryHelpers.AddQueryString(
        http.Request.Path, http.Request.Query.Where(field => field.Key is not (Language.Parameter or DoneParameter)));

    /// <summary>Where somebody goes on who had to sign in first: a form that was sent is not sent again, its page is shown.</summary>
    private static string PageOf(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        return HttpMethods.IsGet(http.Request.Method) ? path + http.Request.QueryString
            : path.EndsWith("/check", StringComparison.Ordinal) || path.EndsWith("/retry", StringComparison.Ordinal) ? path[..path.LastIndexOf('/')]
            : path;
    }

    private async Task<CourseShop?> FindShop(Tenant tenant, CancellationToken cancel)
    {
        var isId = tenant.MerchantId.Length <= MerchantIdMax && tenant.MerchantId.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return isId && await merchants.Find(tenant) is { Status: MerchantStatus.Active } merchant
            ? new(tenant, merchant.Name, merchant.Brand.Color, await links.Find(tenant, cancel) ?? CoursePageLinks.None(tenant))
            : null;
    }

    private CoursePageView ViewOf(HttpContext http, CourseShop? shop, string? address, bool isSignedIn) =>
        new(shop, Language.Of(http, "courses_lang", "/"), address, csrf.ForForm(http), isSignedIn);
}
