using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Http;
using PaymentGateway.Jobs;

namespace PaymentGateway.People.Pages;

/// <summary>The recurring jobs of the installation: what <c>/api/admin/jobs</c> answers, as a page for the same people.</summary>
internal sealed class JobsPageApi(AccountRequests requests, PageSessions pages, JobBook jobs)
{
    public static void Map(IEndpointRouteBuilder routes, JobsPageApi api)
    {
        var group = routes.MapGroup("").ExcludeFromDescription();
        group.MapGet(AccountPaths.Jobs, api.Show);
        group.MapPost(AccountPaths.Jobs, api.Run).WithMetadata(new RequestSizeLimitAttribute(PageForms.BytesMax));
    }

    public static bool IsFor(Person person) => RoleWords.Parse(person.Roles).Intersect(Permissions.OfPlatform["runJob"]).Any();

    private async Task<IResult> Show(HttpContext http, CancellationToken cancel)
    {
        if (await pages.Find(http, cancel) is not var (person, _))
        {
            return AccountRequests.ToSignIn(http);
        }

        var view = requests.View(http);
        return Denied(http, view, person) ?? await Page(http, view with
        {
            Notice = http.Request.Query["done"] == "asked" ? JobTexts.Of(view.Language).Asked : null,
        }, cancel);
    }

    private async Task<IResult> Run(HttpContext http, CancellationToken cancel)
    {
        if (await pages.Find(http, cancel) is not var (person, _))
        {
            return AccountRequests.SeeOther(http, AccountPaths.SignIn);
        }

        if (Denied(http, requests.View(http), person) is { } denied)
        {
            return denied;
        }

        var read = await requests.ReadForm(http, cancel);
        var refusal = read.Refusal ?? (await jobs.RunNow(person, read.Value["job"], cancel)).Refusal;
        return refusal is null
            ? AccountRequests.SeeOther(http, AccountPaths.Jobs, "asked")
            : await Page(http, requests.View(http, refusal), cancel);
    }

    /// <summary>Who has not the role is told so, and who has it without a second factor where to get one.</summary>
    private IResult? Denied(HttpContext http, AccountView view, Person person)
    {
        var texts = JobTexts.Of(view.Language);
        return IsFor(person) && person.HasFactor ? null : requests.Page(
            http, view with { Fault = new(Field: null, IsFor(person) ? texts.NeedsFactor : texts.NotForYou) }, texts.Title,
            IsFor(person) ? AccountPage.Link(AccountPaths.Factor, view.Texts.SecondFactor) : AccountPage.Link(AccountPaths.Root, view.Texts.YourAccount),
            StatusCodes.Status403Forbidden);
    }

    private async Task<IResult> Page(HttpContext http, AccountView view, CancellationToken cancel)
    {
        var texts = JobTexts.Of(view.Language);
        var all = await jobs.List(cancel);
        return requests.Page(http, view, texts.Title, Html.Of($"""
            {all.Select(job => Row(view, texts, job))}
            {AccountPage.Link(AccountPaths.Root, view.Texts.YourAccount)}
            """));
    }

    /// <summary>One below the other and no table, so that it fits a phone.</summary>
    private static Html Row(AccountView view, JobTexts texts, JobView job) => Html.Of($"""
        <section aria-labelledby="job-{job.Name}">
        <h2 id="job-{job.Name}">{job.Name}</h2>
        <p>{job.Purpose}</p>
        <ul>
        <li>{texts.Schedule}: {job.Schedule} ({job.TimeZone})</li>
        <li>{texts.Next}: {Html.TimeText(job.NextRunAt)}</li>
        <li>{texts.Last}: {(job.LastRun is { } last ? LastRun(texts, last) : texts.Never)}</li>
        </ul>
        {AccountPage.Form(view, AccountPaths.Jobs, Html.Of($"""<input type="hidden" name="job" value="{job.Name}">"""), texts.RunNow, "other")}
        </section>

        """);

    private static string LastRun(JobTexts texts, JobRunView run)
    {
        var outcome = run.Outcome is null ? "" : $" · {run.Outcome}";
        return $"{Html.TimeText(run.StartedAt ?? run.DueAt)} · {texts.StateOf(run.Status)}{outcome}";
    }
}
