using PaymentGateway.Database;

namespace PaymentGateway.Customers;

/// <summary>Keeps time for the resolver of saved methods and for the notices of their expiry.</summary>
internal sealed class CustomersWorker(PaymentMethodResolver resolver, ExpiryNotices notices, TimeProvider clock, ILogger<CustomersWorker> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the resolver of saved methods", resolver.RunOnce, PaymentMethodResolver.BatchMax, clock, log, stoppingToken),
        Rounds.Repeat("the notices of expiring methods", notices.RunOnce, clock, log, stoppingToken));
}
