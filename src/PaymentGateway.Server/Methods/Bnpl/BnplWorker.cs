using Npgsql;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>Keeps time for reminders. Days are what counts, so once a minute is often enough.</summary>
internal sealed partial class BnplWorker(InstallmentMoves moves, TimeProvider clock, ILogger<BnplWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await moves.RunOnce(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogRoundFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for the reminders of instalments; the next round tries again")]
    private partial void LogRoundFailed(Exception e);
}
