using Npgsql;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The pretended processor's own life: what it settles, gives up and tells us while nobody calls it.</summary>
internal sealed partial class SandboxWorker(SandboxNotifier notifier, TimeProvider clock, ILogger<SandboxWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await WaitForTick(timer, stoppingToken))
        {
            try
            {
                await notifier.RunDue(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogDatabaseOutOfReach(e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static async Task<bool> WaitForTick(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The sandbox cannot reach the database; it tries again.")]
    private partial void LogDatabaseOutOfReach(NpgsqlException e);
}
