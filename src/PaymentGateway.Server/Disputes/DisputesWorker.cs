using PaymentGateway.Database;

namespace PaymentGateway.Disputes;

/// <summary>Keeps time for the resolver of disputes and for the reminders.</summary>
internal sealed class DisputesWorker(DisputeResolver resolver, DisputeReminders reminders, TimeProvider clock, ILogger<DisputesWorker> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the resolver of disputes", resolver.RunOnce, DisputeResolver.BatchMax, clock, log, stoppingToken),
        Rounds.Repeat("the reminders of disputes", reminders.RunOnce, clock, log, stoppingToken));
}
