using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Jobs;

internal static class JobRows
{
    /// <summary>The name of the index that keeps a person from asking twice for what has not begun yet.</summary>
    public const string OneWaiting = "one_waiting_run_by_hand_for_each_job";

    internal static readonly RowWriter<JobRun> Insert = RowWriter<JobRun>.Append("jobs.runs", 96, run => run.Id,
        """
        INSERT INTO jobs.runs (id, job, due_at, cause, requested_by, state, missed, attempts)
        SELECT id, job, due_at, cause, requested_by, 'waiting', 0, 0
        FROM unnest($1, $2, $3, $4, $5) AS r (id, job, due_at, cause, requested_by)
        """,
        RowWriter<JobRun>.Column(run => run.Id),
        RowWriter<JobRun>.Column(run => run.Job),
        RowWriter<JobRun>.Column(run => run.DueAt),
        RowWriter<JobRun>.Column(run => Words.Of(run.Cause)),
        RowWriter<JobRun>.Column(run => run.RequestedBy));
}
