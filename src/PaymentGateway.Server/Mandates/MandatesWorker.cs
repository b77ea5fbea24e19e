using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>Keeps time for the resolver and the expiry of mandates.</summary>
internal sealed class MandatesWorker(MandateResolver resolver, MandateExpiry expiry, TimeProvider clock, ILogger<MandatesWorker> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the resolver of mandates", resolver.RunOnce, MandateResolver.BatchMax, clock, log, stoppingToken),
        Rounds.Repeat("the expiry of mandates", expiry.RunOnce, clock, log, stoppingToken));
}
