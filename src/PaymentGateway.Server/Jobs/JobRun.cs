using PaymentGateway.Database;

namespace PaymentGateway.Jobs;

internal enum RunState
{
    /// <summary>It is due, and no replica has taken it yet.</summary>
    Waiting,

    /// <summary>A replica is at it, or was until it died: then another takes it when the lease is over.</summary>
    Running,

    Succeeded,

    Failed,
}

internal enum RunCause
{
    Schedule,
    Person,
}

/// <summary>One run of a job: by its schedule there is one for each due time, whatever the number of replicas.</summary>
/// <param name="RequestedBy">The person's id, where a person asked for it.</param>
/// <param name="Missed">Earlier due times that passed unattended, and that this run makes up for.</param>
/// <param name="Attempts">How often it was begun; the number of the newest is what its replica proves itself by.</param>
/// <param name="Outcome">What was done, or the kind of failure.</param>
internal sealed record JobRun(
    string Id, string Job, DateTimeOffset DueAt, RunCause Cause, string? RequestedBy, RunState State, int Missed, int Attempts,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Outcome)
{
    public const string IdPrefix = "run";
}

/// <summary>A run as it is stored.</summary>
internal sealed record JobRunRow(
    string Id, string Job, DateTimeOffset DueAt, string Cause, string? RequestedBy, string State, int Missed, int Attempts,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Outcome)
{
    public const string Columns =
        "r.id, r.job, r.due_at, r.cause, r.requested_by, r.state, r.missed, r.attempts, r.started_at, r.finished_at, r.outcome";

    public JobRun ToRun() => new(
        Id, Job, DueAt, Words.Parse<RunCause>(Cause), RequestedBy, Words.Parse<RunState>(State), Missed, Attempts, StartedAt, FinishedAt, Outcome);
}

/// <summary>When a job is due next, as all replicas agree.</summary>
internal sealed record PlannedJob(string Job, string Schedule, DateTimeOffset NextAt);
