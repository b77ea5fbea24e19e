using PaymentGateway.Database;

namespace PaymentGateway.Jobs;

/// <summary>Keeps time. A job that takes long holds up no other.</summary>
internal sealed class JobsWorker(JobRunner runner, TimeProvider clock, ILogger<JobsWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(5);

    private readonly List<Task> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Rounds.Repeat("jobs", Round, clock, log, stoppingToken, interval);
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task Round(CancellationToken cancel)
    {
        running.RemoveAll(run => run.IsCompleted);
        running.AddRange(await runner.Begin(cancel));
    }
}
