using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.TestClocks;

/// <summary>Looks for clocks that have become ready.</summary>
internal sealed class TestClocksWorker(TestClockReadiness readiness, MerchantClocks clocks, ILogger<TestClocksWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("test clocks", readiness.RunOnce, clocks.Real, log, stoppingToken, interval);
}
