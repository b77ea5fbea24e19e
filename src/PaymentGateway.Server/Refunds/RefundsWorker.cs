using PaymentGateway.Database;

namespace PaymentGateway.Refunds;

/// <summary>Keeps time for the resolver of refunds.</summary>
internal sealed class RefundsWorker(RefundResolver resolver, TimeProvider clock, ILogger<RefundsWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the resolver of refunds", resolver.RunOnce, RefundResolver.BatchMax, clock, log, stoppingToken);
}
