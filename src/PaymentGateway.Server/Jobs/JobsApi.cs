using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Jobs;

/// <summary>What recurring jobs there are and how they went, for the administrators of the installation.</summary>
internal sealed class JobsApi(JobStore store, JobRegistry jobs, JobBook book)
{
    public static void Map(IEndpointRouteBuilder routes, JobsApi api)
    {
        var group = routes.MapGroup("/api/admin/jobs").WithTags("Jobs")
            .WithMetadata(new RequiresPerson(JobBook.Administrator), new TakesNoIdempotencyKey());
        group.MapGet("", api.ListJobs).WithName("listJobs").WithSummary("List the recurring jobs")
            .WithDescription("Of the whole installation, with the next time and the last run of each.")
            .Produces<JobListView>()
            .Example(JobExamples.List)
            .Errors();
        group.MapGet("{name}/runs", api.ListRuns).WithName("listJobRuns").WithSummary("List the runs of a job")
            .WithDescription("Newest first; they are kept for 90 days.")
            .Produces<ListView<JobRunView>>()
            .Filters("status")
            .Example(OperationExample.ListOf(JobExamples.Run))
            .Errors(Errors.JobNotFound);
        group.MapPost("{name}/run", api.Run).WithName("runJob").WithSummary("Run a job now")
            .WithDescription("Some server begins it within seconds, once it has ended what it is at. Asking again before it has begun answers the same run.")
            .Produces<JobRunView>(StatusCodes.Status202Accepted)
            .Example(JobExamples.WaitingRun)
            .Errors(Errors.JobNotFound);
    }

    private async Task<Answer> ListJobs(Person person, CancellationToken cancel) => Answer.Ok(new JobListView(await book.List(cancel)));

    private async Task<Answer> ListRuns(Person person, string name, HttpRequest request, CancellationToken cancel)
    {
        if (jobs.Find(name) is null)
        {
            return Answer.Of(new Refusal(Errors.JobNotFound), person.RequestId);
        }

        var query = ListQuery.Read(request, JobRun.IdPrefix, "status");
        var refusal = query.Refusal ?? (query.Value["status"] is { } status && !IsState(status)
            ? Refusal.Field("status", $"must be one of {string.Join(", ", Enum.GetValues<RunState>().Select(Words.Of))}")
            : null);
        return refusal is not null
            ? Answer.Of(refusal, person.RequestId)
            : Answer.Ok(query.Value.Page(await store.List(name, query.Value, cancel), run => run.Id, JobRunView.Of));
    }

    private async Task<Answer> Run(Person person, string name, CancellationToken cancel)
    {
        var run = await book.RunNow(person, name, cancel);
        return run.Refusal is { } refusal ? Answer.Of(refusal, person.RequestId) : Answer.Accepted(run.Value);
    }

    private static bool IsState(string word) => Words.StatesWith<RunState>(word, Words.Of).Length == 1;
}
