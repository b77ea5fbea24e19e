using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Checkout;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.People;
using PaymentGateway.Receipts;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses.Pages;

/// <summary>A student's own payments. Those of others are not found.</summary>
internal sealed class PaymentPages(
    CoursePageRequests requests, TransactionStore store, SessionExpiry expiry, StartCoursePayment start, ReceiptBook receipts, PrintReceipt print,
    RefundStore refunds, MerchantClocks clocks)
{
    private const string Checked = "checked";
    private const int PaymentsPerPage = 10;
    private const int PageMax = 100_000;

    /// <summary>What the address of a page about one payment says, and the call.</summary>
    internal readonly record struct PaymentAddress(HttpContext Http, string MerchantId, string TransactionId, CancellationToken Cancel);

    private delegate Task<IResult> PaymentHandler(PageVisit visit, CourseTransaction payment, CancellationToken cancel);

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var mode in Enum.GetValues<Mode>())
        {
            var group = routes.MapGroup(CoursePaths.PatternOf(mode)).ExcludeFromDescription();
            group.MapGet(CoursePaths.HistoryPattern, (HttpContext http, string merchantId, CancellationToken cancel) =>
                requests.OpenOwn(http, new(merchantId, mode), History, cancel));
            group.MapGet(CoursePaths.PaymentPattern, ([AsParameters] PaymentAddress address) => Open(mode, address, Show));
            group.MapGet(CoursePaths.BankPattern, ([AsParameters] PaymentAddress address) => Open(mode, address, ToBank));
            group.MapGet(CoursePaths.ReceiptPattern, ([AsParameters] PaymentAddress address) => Open(mode, address, Receipt));
            var forms = group.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(PageForms.BytesMax));
            forms.MapPost(CoursePaths.CheckPattern, ([AsParameters] PaymentAddress address) => Open(mode, address, Check));
            forms.MapPost(CoursePaths.RetryPattern, ([AsParameters] PaymentAddress address) => Open(mode, address, Retry));
        }
    }

    /// <summary>The page behind the bank's: what the bank has signed says which payment, and needs nobody to be signed in.</summary>
    public async Task<IResult> ShowReturn(HttpContext http, CourseTransaction payment, CancellationToken cancel)
    {
        var view = await requests.ViewOfReturn(http, payment, cancel);
        return view.Shop is null
            ? requests.NotFound(http, view)
            : requests.Show(http, view, PaymentParts.TitleOf(view, payment), PaymentParts.Result(view, await FactsOf(payment, cancel)));
    }

    public IResult ShowForged(HttpContext http)
    {
        var view = requests.ViewOfNobody(http);
        return requests.Show(
            http, view, view.Texts.NotAccepted, Html.Of($"""<p role="alert">{view.Texts.NotAcceptedText}</p>"""),
            Errors.SignatureVerificationFailed.Status);
    }

    private Task<IResult> Open(Mode mode, PaymentAddress address, PaymentHandler handle) => requests.OpenOwn(
        address.Http, new(address.MerchantId, mode), async (visit, stop) => CourseTransaction.IsId(address.TransactionId)
            && await store.Find(visit.Tenant, address.TransactionId, stop) is { } payment && payment.StudentId == visit.StudentId
                ? await handle(visit, payment, stop)
                : requests.NotFound(visit.Http, visit.View), address.Cancel);

    private async Task<IResult> History(PageVisit visit, CancellationToken cancel)
    {
        if (requests.Count(visit, CoursePaymentsApi.HistoryName, CoursePaymentsApi.Reads) is { } refusal)
        {
            return Refused(visit, visit.View.Texts.YourPayments, refusal);
        }

        // An address that somebody has changed by hand leads to the nearest page that there is.
        var query = visit.Http.Request.Query;
        var asked = query["status"].ToString();
        var state = Enum.GetValues<TransactionState>().Where(one => Words.Of(one) == asked).Select(one => (TransactionState?)one).SingleOrDefault();
        var page = int.TryParse(query["page"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 1, PageMax)
            : 1;
        var (rows, count) = await store.PageOf(
            visit.Tenant, visit.StudentId, state is { } only ? Words.Of(only) : null, page, PaymentsPerPage, cancel);
        return requests.Show(
            visit.Http, visit.View, visit.View.Texts.YourPayments,
            HistoryParts.All(visit.View, new(rows, PaginationView.Of(page, PaymentsPerPage, count), state)));
    }

    private Task<IResult> Show(PageVisit visit, CourseTransaction payment, CancellationToken cancel) => Details(
        visit.Http.Request.Query[CoursePageRequests.DoneParameter] == Checked ? visit with { View = visit.View with { Notice = visit.View.Texts.Checked } } : visit,
        payment, cancel);

    /// <summary>
    /// Leads on to the bank. The form that started the payment may be answered with addresses of this server only: browsers hold a redirect of a
    /// form to the page's content policy, and the bank's address is not known when that is written.
    /// </summary>
    private Task<IResult> ToBank(PageVisit visit, CourseTransaction payment, CancellationToken cancel)
    {
        if (payment.State != TransactionState.Pending || SafeUrl.Web(payment.PaymentUrl) is not { } url)
        {
            return Task.FromResult(PageAnswer.SeeOther(visit.Http, visit.Paths.Payment(payment.Id)));
        }

        visit.Http.Response.Headers["Refresh"] = $"0;url={new Uri(url).AbsoluteUri}";
        return Task.FromResult(requests.Show(visit.Http, visit.View, visit.View.Texts.ToBank, Html.Of($"""
            <p>{visit.View.Texts.ToBankText}</p>
            {CoursePage.Link(url, visit.View.Texts.ToBankPage, "pay")}
            """)));
    }

    private async Task<IResult> Check(PageVisit visit, CourseTransaction payment, CancellationToken cancel)
    {
        var read = await requests.ReadForm(visit, cancel);
        if ((read.Refusal ?? requests.Count(visit, CoursePaymentsApi.StatusName, CoursePaymentsApi.Reads)) is { } refusal)
        {
            return await Details(Faulty(visit, refusal), payment, cancel);
        }

        await expiry.Expire(payment, visit.Person!.Origin, cancel);
        return PageAnswer.SeeOther(visit.Http, $"{visit.Paths.Payment(payment.Id)}?{CoursePageRequests.DoneParameter}={Checked}");
    }

    private async Task<IResult> Retry(PageVisit visit, CourseTransaction payment, CancellationToken cancel)
    {
        var read = await requests.ReadForm(visit, cancel);
        var refusal = read.Refusal
            ?? (visit.Shop.Links.AllowSelling ? null : new Refusal(Errors.InvalidState))
            ?? requests.Count(visit, CoursePaymentsApi.RetryName, CoursePaymentsApi.Retries, payment.Id);
        if (refusal is not null)
        {
            return await Details(Faulty(visit, refusal), payment, cancel);
        }

        var started = await start.Retry(payment, behaviour: null, visit.Person!.Origin, cancel);
        return started.IsRefused
            ? await Details(Faulty(visit, started.Refusal!), payment, cancel)
            : PageAnswer.SeeOther(
                visit.Http,
                started.Value.PaymentUrl is null ? visit.Paths.Payment(started.Value.Id) : visit.Paths.Bank(started.Value.Id));
    }

    private async Task<IResult> Receipt(PageVisit visit, CourseTransaction payment, CancellationToken cancel)
    {
        if (requests.Count(visit, CoursePaymentsApi.ReceiptName, CoursePaymentsApi.Reads) is { } refusal)
        {
            return Refused(visit, visit.View.Texts.Receipt, refusal);
        }

        return payment.PaymentId is { } paymentId && await receipts.FindOfPayment(visit.Tenant, paymentId, cancel) is { } receipt
            ? ReceiptDownload.Of(visit.Http, receipt, await print.Of(receipt, visit.Person!.Origin, cancel))
            : await Details(Faulty(visit, new(Errors.ReceiptNotAvailable)), payment, cancel);
    }

    private async Task<IResult> Details(PageVisit visit, CourseTransaction payment, CancellationToken cancel)
    {
        var facts = await FactsOf(payment, cancel) with
        {
            Steps = await store.HistoryOf(payment, cancel),
            Refunds = payment is { PaidAt: not null, PaymentId: { } paymentId } ? await refunds.OfPayment(visit.Tenant, paymentId, cancel) : [],
        };
        return requests.Show(visit.Http, visit.View, PaymentParts.TitleOf(visit.View, payment), DetailParts.Details(visit.View, facts));
    }

    private async Task<PaymentFacts> FactsOf(CourseTransaction payment, CancellationToken cancel)
    {
        var now = clocks.Now(payment.Tenant);
        var latest = payment.State == TransactionState.Failed ? (await store.FindLatest(payment, cancel))! : payment;
        var canRetry = latest.Id == payment.Id && TransactionDecisions.WhyNoRetry(latest, now) is null;
        return new(payment, latest, canRetry, TransactionDecisions.RetriesLeft(latest, now))
        {
            HasReceipt = payment is { PaidAt: not null, PaymentId: { } paymentId }
                && await receipts.FindOfPayment(payment.Tenant, paymentId, cancel) is not null,
        };
    }

    private IResult Refused(PageVisit visit, string title, Refusal refusal) =>
        requests.Show(visit.Http, Faulty(visit, refusal).View, title, Html.Empty);

    private static PageVisit Faulty(PageVisit visit, Refusal refusal) =>
        visit with { View = visit.View with { Fault = CoursePageFault.Of(refusal, visit.View.Texts) } };
}
