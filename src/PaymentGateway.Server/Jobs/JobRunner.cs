using System.Diagnostics.Metrics;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Jobs;

/// <summary>
/// Finds what is due and does it, on whatever replica is first. A run is kept by a lease that its replica renews; when a replica dies
/// the lease ends, and another begins the run again.
/// </summary>
internal sealed partial class JobRunner(
    JobStore store, JobRegistry jobs, IServiceProvider services, TimeProvider clock, ILogger<JobRunner> log)
{
    /// <summary>A run that takes its replica down with it each time is given up.</summary>
    public const int AttemptsMax = 5;

    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const int OutcomeMax = 500;
    private static readonly TimeSpan renewEvery = TimeSpan.FromSeconds(20);

    private static readonly Meter meter = new("PaymentGateway.Jobs");
    private static readonly Counter<long> finished = meter.CreateCounter<long>("job.runs", "{run}", "Runs of jobs that have ended, by how.");

    /// <summary>Begins all that is due, and waits for its end.</summary>
    /// <returns>How many runs there were.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var begun = await Begin(cancel);
        await Task.WhenAll(begun);
        return begun.Count;
    }

    /// <summary>Begins all that is due.</summary>
    /// <returns>The runs, which do not fail.</returns>
    public async Task<IReadOnlyList<Task>> Begin(CancellationToken cancel)
    {
        await Plan(cancel);
        var claimed = await store.Claim(jobs.All.Select(job => job.Name), clock.GetUtcNow(), Lease, cancel);
        return [.. claimed.Select(run => Run(run, jobs.Find(run.Job)!, cancel))];
    }

    /// <summary>Of several due times that have passed, one run makes up for all.</summary>
    private async Task Plan(CancellationToken cancel)
    {
        var (planned, now) = (await store.Planned(cancel), clock.GetUtcNow());
        foreach (var job in jobs.All)
        {
            var schedule = $"{job.Schedule.Text} {job.Schedule.TimeZone}";
            if (planned.GetValueOrDefault(job.Name) is not { } known || known.Schedule != schedule)
            {
                await store.Begin(new(job.Name, schedule, job.Schedule.Next(now)), cancel);
            }
            else if (known.NextAt <= now)
            {
                var dueAt = job.Schedule.Latest(now);
                await store.MakeDue(
                    known, Id.New(JobRun.IdPrefix, clock), dueAt, job.Schedule.CountBetween(known.NextAt, dueAt), job.Schedule.Next(now), cancel);
            }
        }
    }

    private async Task Run(JobRun run, Job job, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keeping = Keep(run, ending);
        try
        {
            var (state, outcome) = run.Attempts > AttemptsMax ? (RunState.Failed, $"given up: begun {AttemptsMax} times and never ended")
                : await Do(run, job, ending.Token);
            await End(run, state, outcome);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // This process ends, or has lost the run: it is begun again when its lease is over.
            LogLeft(run.Job, run.Id);
        }
        catch (NpgsqlException e)
        {
            LogNotWritten(e, run.Job, run.Id);
        }
        finally
        {
            await ending.CancelAsync();
            await keeping;
        }
    }

    /// <summary>Whatever a job throws is its own failure and nobody else's: the others go on.</summary>
    private async Task<(RunState State, string Outcome)> Do(JobRun run, Job job, CancellationToken cancel)
    {
        try
        {
            var outcome = await job.Run(services, cancel);
            return (RunState.Succeeded, outcome.Length <= OutcomeMax ? outcome : outcome[..OutcomeMax]);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            LogFailed(e, run.Job, run.Id);
            return (RunState.Failed, e.GetType().Name);
        }
    }

    private async Task End(JobRun run, RunState state, string outcome)
    {
        if (await store.Finish(run, state, outcome, clock.GetUtcNow(), CancellationToken.None))
        {
            finished.Add(1, KeyValuePair.Create<string, object?>("job", run.Job), KeyValuePair.Create<string, object?>("state", Words.Of(state)));
        }
    }

    /// <summary>Renews the lease until the run ends, and ends the run when the lease is lost.</summary>
    private async Task Keep(JobRun run, CancellationTokenSource ending)
    {
        using var timer = new PeriodicTimer(renewEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                if (!await store.Keep(run, clock.GetUtcNow() + Lease, ending.Token))
                {
                    await ending.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The run has ended.
        }
        catch (NpgsqlException e)
        {
            LogNotWritten(e, run.Job, run.Id);
            await ending.CancelAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The job {Job} failed in its run {RunId}")]
    private partial void LogFailed(Exception e, string job, string runId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The job {Job} left its run {RunId}; it is begun again")]
    private partial void LogLeft(string job, string runId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for the job {Job} in its run {RunId}; it is begun again")]
    private partial void LogNotWritten(Exception e, string job, string runId);
}
