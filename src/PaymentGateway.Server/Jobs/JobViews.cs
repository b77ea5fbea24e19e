using PaymentGateway.Database;

namespace PaymentGateway.Jobs;

/// <param name="Schedule">In words.</param>
/// <param name="TimeZone">Whose clock the schedule means.</param>
/// <param name="LastRun">The newest that has begun.</param>
public sealed record JobView(string Name, string Purpose, string Schedule, string TimeZone, DateTimeOffset NextRunAt, JobRunView? LastRun)
{
    internal static JobView Of(Job job, DateTimeOffset nextRunAt, JobRun? last) => new(
        job.Name, job.Purpose, job.Schedule.Text, job.Schedule.TimeZone, nextRunAt, last is null ? null : JobRunView.Of(last));
}

internal sealed record JobListView(IReadOnlyList<JobView> Data);

/// <param name="Id">Begins with <c>run_</c>.</param>
/// <param name="DueAt">When it was to begin.</param>
/// <param name="Cause">schedule or person.</param>
/// <param name="RequestedBy">The id of the person who asked for it.</param>
/// <param name="Status">waiting, running, succeeded or failed.</param>
/// <param name="Missed">Earlier due times that passed while no server was there, and that this run makes up for.</param>
/// <param name="Attempts">More than one: a server died, and another began the run again.</param>
/// <param name="DurationMs">From the first attempt to the end.</param>
/// <param name="Outcome">What was done, or the kind of failure; the log says more by the id of the run.</param>
public sealed record JobRunView(
    string Id, string Job, DateTimeOffset DueAt, string Cause, string? RequestedBy, string Status, int Missed, int Attempts,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long? DurationMs, string? Outcome)
{
    internal static JobRunView Of(JobRun run) => new(
        run.Id, run.Job, run.DueAt, Words.Of(run.Cause), run.RequestedBy, Words.Of(run.State), run.Missed, run.Attempts, run.StartedAt,
        run.FinishedAt, run is { StartedAt: { } started, FinishedAt: { } finished } ? (long)(finished - started).TotalMilliseconds : null,
        run.Outcome);
}
