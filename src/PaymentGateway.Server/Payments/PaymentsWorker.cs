using Npgsql;

namespace PaymentGateway.Payments;

/// <summary>Keeps time for the resolver and the expiry of orders and authorizations.</summary>
internal sealed partial class PaymentsWorker(
    ChargeResolver resolver, OrderExpiry orders, AuthorizationExpiry authorizations, TimeProvider clock, ILogger<PaymentsWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Repeat("the resolver", resolver.RunOnce, stoppingToken),
        Repeat("the expiry of orders", orders.RunOnce, stoppingToken),
        Repeat("the expiry of authorizations", authorizations.RunOnce, stoppingToken));

    private async Task Repeat(string what, Func<CancellationToken, Task<int>> round, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await round(stop);
            }
            catch (NpgsqlException e)
            {
                LogRoundFailed(e, what);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for {What}; the next round tries again")]
    private partial void LogRoundFailed(Exception e, string what);
}
