using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>Keeps time for the resolver and the expiry of orders and authorizations.</summary>
internal sealed class PaymentsWorker(
    ChargeResolver resolver, OrderExpiry orders, AuthorizationExpiry authorizations, TimeProvider clock, ILogger<PaymentsWorker> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the resolver", resolver.RunOnce, ChargeResolver.BatchMax, clock, log, stoppingToken),
        Rounds.Repeat("the expiry of orders", orders.RunOnce, clock, log, stoppingToken),
        Rounds.Repeat("the expiry of authorizations", authorizations.RunOnce, clock, log, stoppingToken));
}
