using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Jobs;

/// <summary>All SQL of jobs but that of a run that a person asks for.</summary>
internal sealed class JobStore(Db db)
{
    public async Task<IReadOnlyDictionary<string, PlannedJob>> Planned(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<PlannedJob>(new CommandDefinition(
            "SELECT s.job, s.schedule, s.next_at FROM jobs.schedules s", cancellationToken: cancel));
        return rows.ToDictionary(row => row.Job, StringComparer.Ordinal);
    }

    /// <summary>Plans a job that is new, or whose schedule is another than before.</summary>
    public async Task Begin(PlannedJob job, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO jobs.schedules AS s (job, schedule, next_at)
            VALUES (@Job, @Schedule, @NextAt)
            ON CONFLICT (job) DO UPDATE
            SET schedule = excluded.schedule, next_at = excluded.next_at
            WHERE s.schedule <> excluded.schedule
            """, job, cancellationToken: cancel));
    }

    /// <summary>Makes the run that is due, and moves the schedule on. Of all replicas that try, one does.</summary>
    /// <param name="planned">As it was read.</param>
    /// <param name="runId">Of the run to be made.</param>
    /// <param name="dueAt">The newest due time that has passed.</param>
    /// <param name="missed">How many passed before it.</param>
    /// <param name="nextAt">The first that is still to come.</param>
    /// <param name="cancel">Before it is sent.</param>
    public async Task MakeDue(
        PlannedJob planned, string runId, DateTimeOffset dueAt, int missed, DateTimeOffset nextAt, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH moved AS (
                UPDATE jobs.schedules
                SET next_at = @nextAt
                WHERE job = @Job AND next_at = @NextAtRead
                RETURNING job
            )
            INSERT INTO jobs.runs (id, job, due_at, cause, state, missed, attempts)
            SELECT @runId, job, @dueAt, 'schedule', 'waiting', @missed, 0
            FROM moved
            ON CONFLICT ON CONSTRAINT one_run_for_each_due_time DO NOTHING
            """, new { planned.Job, NextAtRead = planned.NextAt, runId, dueAt, missed, nextAt }, cancellationToken: cancel));
    }

    /// <summary>
    /// Takes what is to be done: of each job at most one run, first one whose replica has died. While one is running no other of that job is
    /// taken.
    /// </summary>
    public async Task<IReadOnlyList<JobRun>> Claim(IEnumerable<string> names, DateTimeOffset now, TimeSpan lease, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<JobRunRow>(new CommandDefinition(
            $"""
            WITH first AS MATERIALIZED (
                SELECT DISTINCT ON (r.job) r.id
                FROM jobs.runs r
                WHERE r.job = ANY (@names) AND r.state IN ('waiting', 'running')
                ORDER BY r.job, r.state = 'running' DESC, r.due_at
            ), free AS MATERIALIZED (
                SELECT r.id
                FROM jobs.runs r
                JOIN first ON first.id = r.id
                WHERE r.state = 'waiting' OR (r.state = 'running' AND r.claimed_until <= @now)
                FOR UPDATE OF r SKIP LOCKED
            )
            UPDATE jobs.runs AS r
            SET state = 'running', claimed_until = @until, started_at = coalesce(r.started_at, @now), attempts = r.attempts + 1
            FROM free
            WHERE r.id = free.id
            RETURNING {JobRunRow.Columns}
            """, new { names = names.ToArray(), now, until = now + lease }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToRun())];
    }

    /// <summary>Keeps a run a while longer.</summary>
    /// <returns>False: another replica has taken it.</returns>
    public async Task<bool> Keep(JobRun run, DateTimeOffset until, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE jobs.runs SET claimed_until = @until WHERE id = @Id AND state = 'running' AND attempts = @Attempts",
            new { run.Id, run.Attempts, until }, cancellationToken: cancel)) == 1;
    }

    /// <returns>False: another replica has taken it, and its word counts.</returns>
    public async Task<bool> Finish(JobRun run, RunState state, string outcome, DateTimeOffset when, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE jobs.runs
            SET state = @state, outcome = @outcome, finished_at = @when, claimed_until = NULL
            WHERE id = @Id AND state = 'running' AND attempts = @Attempts
            """, new { run.Id, run.Attempts, state = Words.Of(state), outcome, when }, cancellationToken: cancel)) == 1;
    }

    /// <summary>The newest run of each job that has begun.</summary>
    public async Task<IReadOnlyDictionary<string, JobRun>> LastRuns(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<JobRunRow>(new CommandDefinition(
            $"""
            SELECT {JobRunRow.Columns}
            FROM jobs.schedules s
            CROSS JOIN LATERAL (SELECT * FROM jobs.runs WHERE job = s.job AND state <> 'waiting' ORDER BY id DESC LIMIT 1) r
            """, cancellationToken: cancel));
        return rows.Select(row => row.ToRun()).ToDictionary(run => run.Job, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<JobRun>> List(string job, ListQuery query, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<JobRunRow>(new CommandDefinition(
            $"""
            SELECT {JobRunRow.Columns}
            FROM jobs.runs r
            WHERE r.job = @job {(query.Before is null ? "" : "AND r.id < @before")} {(query["status"] is null ? "" : "AND r.state = @status")}
            ORDER BY r.id DESC
            LIMIT @limit
            """, new { job, before = query.Before, status = query["status"], limit = query.Limit + 1 }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToRun())];
    }

    /// <summary>The run that a person asked for and that has not begun yet.</summary>
    public async Task<JobRun?> FindWaiting(string job, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<JobRunRow>(new CommandDefinition(
            $"SELECT {JobRunRow.Columns} FROM jobs.runs r WHERE r.job = @job AND r.state = 'waiting' AND r.cause = 'person'",
            new { job }, cancellationToken: cancel)))?.ToRun();
    }

    public async Task<int> Forget(DateTimeOffset before, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM jobs.runs WHERE finished_at < @before", new { before }, cancellationToken: cancel));
    }
}
