using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.People;

namespace PaymentGateway.Courses.Pages;

/// <summary>The courses of a merchant, each with its price and the way to pay it.</summary>
internal sealed class CataloguePages(
    CoursePageRequests requests, CourseStore courses, EnrollmentStore enrollments, TransactionStore transactions, StartCoursePayment start,
    MerchantClocks clocks)
{
    private const int CoursesPerPage = 20;
    private static readonly RequestLimit codes = new(10);

    private static readonly HashSet<string> none = [];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var mode in Enum.GetValues<Mode>())
        {
            var group = routes.MapGroup(CoursePaths.PatternOf(mode)).ExcludeFromDescription();
            group.MapGet("", (HttpContext http, string merchantId, CancellationToken cancel) =>
                requests.Open(http, new(merchantId, mode), List, cancel));
            group.MapGet(CoursePaths.CoursePattern, (HttpContext http, string merchantId, string courseId, CancellationToken cancel) =>
                requests.Open(http, new(merchantId, mode), (visit, stop) => Show(visit, courseId, stop), cancel));
            group.MapPost(CoursePaths.CoursePattern, (HttpContext http, string merchantId, string courseId, CancellationToken cancel) =>
                requests.OpenOwn(http, new(merchantId, mode), (visit, stop) => Start(visit, courseId, stop), cancel))
                .WithMetadata(new RequestSizeLimitAttribute(PageForms.BytesMax));
        }
    }

    private async Task<IResult> List(PageVisit visit, CancellationToken cancel)
    {
        var query = visit.Http.Request.Query;
        var search = query["q"].ToString().Trim() is { Length: > 0 and <= CatalogueParts.SearchMax } text && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : null;
        var before = query["before"].ToString() is var cursor && Id.IsValid(Course.IdPrefix, cursor) ? cursor : null;
        var found = await courses.Search(visit.Tenant, search, before, CoursesPerPage, cancel);
        var shown = found.Take(CoursesPerPage).ToList();
        var owned = visit.Person is null || shown.Count == 0
            ? none
            : await enrollments.ActiveAmong(visit.Tenant, visit.StudentId, [.. shown.Select(course => course.Id)], cancel);
        var more = found.Count > CoursesPerPage
            ? QueryHelpers.AddQueryString(visit.Paths.Root, new Dictionary<string, string?> { ["q"] = search, ["before"] = shown[^1].Id })
            : null;
        return requests.Show(
            visit.Http, visit.View, visit.View.Texts.Courses,
            CatalogueParts.All(visit.View, new(shown, owned, search, more, clocks.Now(visit.Tenant))));
    }

    private async Task<IResult> Show(PageVisit visit, string courseId, CancellationToken cancel)
    {
        if (await courses.Find(visit.Tenant, courseId, cancel) is not { IsActive: true } course)
        {
            return requests.NotFound(visit.Http, visit.View);
        }

        var typed = Typed(visit.Http.Request.Query["code"].ToString());
        return visit.Person is null
            ? await Offer(visit, course, null, refusal: null, cancel)
            : await Offer(visit, course, typed, CountCode(visit, typed), cancel);
    }

    private async Task<IResult> Start(PageVisit visit, string courseId, CancellationToken cancel)
    {
        if (await courses.Find(visit.Tenant, courseId, cancel) is not { IsActive: true } course)
        {
            return requests.NotFound(visit.Http, visit.View);
        }

        var read = await requests.ReadForm(visit, cancel);
        if (read.Refusal is { } foreign)
        {
            return await Offer(visit, course, null, foreign, cancel);
        }

        var (typed, billing, texts) = (Typed(read.Value[CoursePageFault.CodeField]), BillingForm.Read(read.Value), visit.View.Texts);
        var fault = billing.Faulty.Count > 0 ? new CoursePageFault(CoursePageFault.BillingField, texts.BillingFault)
            : read.Value[CoursePageFault.TermsField] != "yes" ? new CoursePageFault(CoursePageFault.TermsField, texts.MustAgree)
            : null;
        if (fault is not null)
        {
            return await Offer(
                visit with { View = visit.View with { Fault = fault } }, course, typed, CountCode(visit, typed), cancel, billing);
        }

        var refusal = !visit.Shop.Links.AllowSelling ? new Refusal(Errors.InvalidState)
            : requests.Count(visit, CoursePaymentsApi.StartName, CoursePaymentsApi.Starts);
        return refusal is null
            ? await Start(visit, course, typed, billing, cancel)
            : await Offer(visit, course, typed, refusal, cancel, billing);
    }

    private async Task<IResult> Start(PageVisit visit, Course course, string? typed, BillingForm billing, CancellationToken cancel)
    {
        var request = new StartRequest(visit.Tenant, visit.StudentId, course.Id, typed, Behaviour: null, visit.Person!.Origin)
        {
            Billing = BillingFields.Of(billing.Sent),
        };
        var started = await start.Run(request, cancel);
        if (!started.IsRefused)
        {
            var payment = started.Value;
            return PageAnswer.SeeOther(
                visit.Http, payment.PaymentUrl is null ? visit.Paths.Payment(payment.Id) : visit.Paths.Bank(payment.Id));
        }

        // One that has begun, and what became of it is being found out: its own page tells.
        return started.Refusal!.Details?.GetValueOrDefault(CourseGateway.TransactionField) is string id
            ? PageAnswer.SeeOther(visit.Http, visit.Paths.Payment(id))
            : await Offer(visit, course, typed, started.Refusal, cancel, billing);
    }

    /// <summary>The page of the course. A code that does not count is kept in its field, and the price is the one without it.</summary>
    private async Task<IResult> Offer(
        PageVisit visit, Course course, string? typed, Refusal? refusal, CancellationToken cancel, BillingForm? billing = null)
    {
        var isOwned = visit.Person is not null && await enrollments.FindActive(visit.Tenant, course.Id, visit.StudentId, cancel) is not null;
        var open = visit.Person is null || isOwned ? null : await transactions.FindOpen(visit.Tenant, course.Id, visit.StudentId, cancel);
        var withCode = typed is null || refusal is not null ? null : (Outcome<CoursePrice>?)await Quote(visit, course, typed, cancel);
        var price = withCode is { IsRefused: false } counted ? counted : await Quote(visit, course, null, cancel);
        var fault = visit.View.Fault
            ?? ((refusal ?? withCode?.Refusal ?? price.Refusal) is { } why ? CoursePageFault.Of(why, visit.View.Texts) : null);
        var isPending = open is not null && open.ExpiresAt > clocks.Now(visit.Tenant);
        var offer = new CourseOffer(
            course, price.IsRefused ? null : price.Value, withCode is { IsRefused: false } ? DiscountCode.Normal(typed!) : null, typed, isOwned,
            isPending ? open : null, !price.IsRefused && await start.NeedsBilling(visit.Tenant, price.Value.Total, cancel), billing ?? BillingForm.Blank);
        return requests.Show(visit.Http, visit.View with { Fault = fault }, course.Title, BuyParts.Offer(visit.View with { Fault = fault }, offer));
    }

    private Task<Outcome<CoursePrice>> Quote(PageVisit visit, Course course, string? code, CancellationToken cancel) =>
        start.Quote(visit.Tenant, visit.Person?.UserId ?? "", course, code, cancel);

    /// <summary>Codes can be guessed, so each look at one counts.</summary>
    private Refusal? CountCode(PageVisit visit, string? typed) =>
        typed is null ? null : requests.Count(visit, "applyDiscountCode", codes);

    /// <summary>What is longer than any code is none either, and is looked up as what fits into the field.</summary>
    private static string? Typed(string text) => text.Trim() switch
    {
        "" => null,
        { Length: > BuyParts.CodeMax } code => code[..BuyParts.CodeMax],
        var code => code,
    };
}
