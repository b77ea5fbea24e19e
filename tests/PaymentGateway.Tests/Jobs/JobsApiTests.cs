using System.Net;
using PaymentGateway.Jobs;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.People;

namespace PaymentGateway.Tests.Jobs;

public sealed class JobsApiTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    private const string Job = "forget-job-runs";

    private readonly TestGateway gateway = shared.Gateway;

    [Fact]
    public async Task An_administrator_sees_the_jobs_runs_one_at_once_and_sees_how_it_went()
    {
        using var admin = await Administrator(withFactor: true);
        var (status, asked, _) = await admin.Post($"/api/admin/jobs/{Job}/run", new { });
        Assert.Equal((HttpStatusCode.Accepted, "waiting", "person"), (status, asked.Text("status"), asked.Text("cause")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => admin.Post($"/api/admin/jobs/{Job}/run", new { })));
        Assert.All(answers, answer => Assert.Equal(asked.Text("id"), answer.Body.Text("id")));

        Assert.Equal(1, await gateway.Get<JobRunner>().RunOnce(CancellationToken.None));
        var runs = (await admin.Client.GetJson($"/api/admin/jobs/{Job}/runs?status=succeeded")).GetProperty("data");
        Assert.Equal((1, asked.Text("id"), "0 forgotten"), (runs.GetArrayLength(), runs[0].Text("id"), runs[0].Text("outcome")));
        Assert.Equal(await admin.Id(), runs[0].Text("requestedBy"));

        var jobs = (await admin.Client.GetJson("/api/admin/jobs")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["expire-course-sessions", "forget-job-runs", "forget-people", "forget-processor-messages", "forget-processor-requests"], jobs.Select(job => job.Text("name")));
        var next = Schedule.Daily(3, 20, "UTC").Next(shared.Clock.GetUtcNow());
        Assert.Equal(("daily at 03:20", next), (jobs[1].Text("schedule"), jobs[1].GetProperty("nextRunAt").GetDateTimeOffset()));
        Assert.Equal("succeeded", jobs[1].GetProperty("lastRun").Text("status"));
        Assert.Equal($"user:{await admin.Id()}", await gateway.Query<string>("SELECT actor FROM audit.rows WHERE action = 'job.run' AND object_id = @Job", new { Job }));
    }

    [Fact]
    public async Task Nobody_else_may()
    {
        using var somebody = await shared.WithFactor();
        Assert.Equal("UNAUTHORIZED_ACCESS", (await somebody.Client.Call(HttpMethod.Get, "/api/admin/jobs")).Body.Code());
        using var hasty = await Administrator(withFactor: false);
        Assert.Equal("TWO_FACTOR_AUTH_REQUIRED", (await hasty.Post($"/api/admin/jobs/{Job}/run", new { })).Body.Code());
        using var key = gateway.Client();
        Assert.Equal("SESSION_EXPIRED", (await key.Call(HttpMethod.Get, "/api/admin/jobs")).Body.Code());
    }

    [Fact]
    public async Task A_job_that_there_is_not_is_not_found()
    {
        using var admin = await Administrator(withFactor: true);
        Assert.Equal("JOB_NOT_FOUND", (await admin.Client.Call(HttpMethod.Get, "/api/admin/jobs/nothing/runs")).Body.Code());
        Assert.Equal("JOB_NOT_FOUND", (await admin.Post("/api/admin/jobs/nothing/run", new { })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await admin.Client.Call(HttpMethod.Get, $"/api/admin/jobs/{Job}/runs?status=odd")).Body.Code());
    }

    private async Task<Somebody> Administrator(bool withFactor)
    {
        var person = withFactor ? await shared.WithFactor() : await shared.SignedIn();
        await gateway.Execute("UPDATE people.users SET platform_roles = '{admin}' WHERE email_key = @Email", new { person.Email });
        shared.Clock.Advance(TimeSpan.FromSeconds(5));
        return person;
    }
}
