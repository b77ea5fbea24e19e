using PaymentGateway.Http;

namespace PaymentGateway.Jobs;

/// <summary>What jobs there are and how they went, for those who show them; and one of them now. Who may is the caller's to check.</summary>
public sealed class JobBook
{
    /// <summary>The role of the installation that sees jobs and runs them.</summary>
    public const string Administrator = "admin";

    private readonly JobStore store;
    private readonly JobRegistry jobs;
    private readonly RunJobNow runNow;
    private readonly TimeProvider clock;

    internal JobBook(JobStore store, JobRegistry jobs, RunJobNow runNow, TimeProvider clock) =>
        (this.store, this.jobs, this.runNow, this.clock) = (store, jobs, runNow, clock);

    /// <summary>All jobs, by name.</summary>
    public async Task<IReadOnlyList<JobView>> List(CancellationToken cancel)
    {
        var (planned, last, now) = (await store.Planned(cancel), await store.LastRuns(cancel), clock.GetUtcNow());
        return [.. jobs.All.Select(job => JobView.Of(
            job, planned.GetValueOrDefault(job.Name)?.NextAt ?? job.Schedule.Next(now), last.GetValueOrDefault(job.Name)))];
    }

    /// <returns>The run, which some replica begins within seconds; or JOB_NOT_FOUND.</returns>
    public async Task<Outcome<JobRunView>> RunNow(Person person, string name, CancellationToken cancel)
    {
        var run = await runNow.Run(person, name, cancel);
        return run.IsRefused ? run.Refusal! : JobRunView.Of(run.Value);
    }
}
