using PaymentGateway.Database;

namespace PaymentGateway.SplitPayments;

/// <summary>Keeps time for the driver of split payments.</summary>
internal sealed class SplitPaymentsWorker(SplitDriver driver, TimeProvider clock, ILogger<SplitPaymentsWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the driver of split payments", driver.RunOnce, SplitDriver.BatchMax, clock, log, stoppingToken);
}
