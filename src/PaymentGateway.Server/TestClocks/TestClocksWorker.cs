using Npgsql;
using PaymentGateway.Clocks;

namespace PaymentGateway.TestClocks;

/// <summary>Looks for clocks that have become ready.</summary>
internal sealed partial class TestClocksWorker(TestClockReadiness readiness, MerchantClocks clocks, ILogger<TestClocksWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clocks.Real);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await readiness.RunOnce(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogOutOfReach(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for test clocks; the next round tries again")]
    private partial void LogOutOfReach(NpgsqlException e);
}
