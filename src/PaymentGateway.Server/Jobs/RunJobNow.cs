using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Jobs;

/// <summary>A person wants a job to run without waiting for its time. Asking again before it has begun changes nothing.</summary>
internal sealed class RunJobNow(JobStore store, JobRegistry jobs, Committer committer, TimeProvider clock)
{
    private const int RoundsMax = 10;

    /// <returns>The run, which some replica begins within seconds; or JOB_NOT_FOUND.</returns>
    public async Task<Outcome<JobRun>> Run(Person person, string name, CancellationToken cancel)
    {
        if (jobs.Find(name) is null)
        {
            return new Refusal(Errors.JobNotFound);
        }

        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.FindWaiting(name, cancel) is { } waiting)
            {
                return waiting;
            }

            var run = new JobRun(
                Id.New(JobRun.IdPrefix, clock), name, clock.GetUtcNow(), RunCause.Person, person.UserId, RunState.Waiting, 0, 0, null, null, null);
            switch (await committer.Commit(ChangeOf(run, person.Origin), cancel))
            {
                case CommitOutcome.Committed:
                    return run;
                case CommitOutcome.Rejected { Constraint: JobRows.OneWaiting }:
                    break;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"The job {name} met a conflict {RoundsMax} times in a row.");
    }

    private Change ChangeOf(JobRun run, Origin origin)
    {
        var change = new Change().Write(JobRows.Insert, run);
        AuditTrail.Record(
            change, AuditTrail.Platform, origin, clock, "job.run", "job", run.Job, before: null, after: new JsonObject { ["runId"] = run.Id });
        return change;
    }
}
