using Npgsql;

namespace PaymentGateway.Identity;

/// <summary>Exchanges rate counts with the other replicas every second.</summary>
internal sealed class RateLimitsWorker(RateLimits limits, TimeProvider clock, ILogger<RateLimitsWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);
    private const int RoundsBetweenCleaning = 60;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round = (round % RoundsBetweenCleaning) + 1)
        {
            try
            {
                await limits.Exchange(stoppingToken);
                if (round == RoundsBetweenCleaning)
                {
                    await limits.ForgetPastMinutes(stoppingToken);
                }
            }
            catch (Exception e) when (e is NpgsqlException or RateCountsAwayException)
            {
                log.LogWarning(e, "Rate counts were not exchanged; until they are, this replica counts alone");
            }
        }
    }
}
