using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>Keeps time for the resolver and the expiry of orders.</summary>
internal sealed class PaymentsWorker(ChargeResolver resolver, OrderExpiry expiry, TimeProvider clock, ILogger<PaymentsWorker> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the resolver", resolver.RunOnce, clock, log, stoppingToken),
        Rounds.Repeat("the expiry of orders", expiry.RunOnce, clock, log, stoppingToken));
}
