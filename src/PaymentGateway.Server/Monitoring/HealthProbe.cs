using Npgsql;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Monitoring;

/// <summary>How a part of the server is: <c>Degraded</c> still works, but somebody should look.</summary>
internal enum HealthStatus
{
    Ok,
    Degraded,
    Down,
}

/// <param name="LatencyMs">How long the database took to answer; absent when it did not.</param>
internal sealed record DatabaseHealth(HealthStatus Status, double? LatencyMs);

/// <param name="Waiting">How much there is to do, now or later; absent when that cannot be known.</param>
/// <param name="OverdueSeconds">For how long the oldest of it should have been done.</param>
internal sealed record QueueHealth(HealthStatus Status, long? Waiting, double? OverdueSeconds);

internal sealed record ServicesHealth(DatabaseHealth Database, QueueHealth Webhooks, QueueHealth Resolver);

internal sealed record HealthReport(HealthStatus Status, DateTimeOffset Timestamp, ServicesHealth Services);

/// <summary>Asks the database and the queues how they are. Anybody may call, so the answer is kept for a second.</summary>
internal sealed class HealthProbe(Db db, AttemptBacklogStore attempts, DeliveryBacklogStore deliveries, TimeProvider clock)
{
    private static readonly TimeSpan freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan answerMax = TimeSpan.FromSeconds(3);

    /// <summary>A queue that lags for longer is not only busy.</summary>
    private static readonly TimeSpan overdueMax = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private Task<HealthReport>? latest;
    private DateTimeOffset askedAt;

    public Task<HealthReport> Report()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (latest is null || (latest.IsCompleted && now - askedAt >= freshness))
            {
                (latest, askedAt) = (Ask(now), now);
            }

            return latest;
        }
    }

    private async Task<HealthReport> Ask(DateTimeOffset now)
    {
        using var timeout = new CancellationTokenSource(answerMax, clock);
        try
        {
            var database = await AskDatabase(timeout.Token);
            var services = new ServicesHealth(
                database, OfQueue(await deliveries.Read(timeout.Token), now), OfQueue(await attempts.Read(timeout.Token), now));
            var allWell = services is { Webhooks.Status: HealthStatus.Ok, Resolver.Status: HealthStatus.Ok };
            return new(allWell ? HealthStatus.Ok : HealthStatus.Degraded, now, services);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            var unknown = new QueueHealth(HealthStatus.Down, null, null);
            return new(HealthStatus.Down, now, new(new(HealthStatus.Down, null), unknown, unknown));
        }
    }

    private async Task<DatabaseHealth> AskDatabase(CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        await db.Ping(cancel);
        return new(HealthStatus.Ok, Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 2));
    }

    private static QueueHealth OfQueue(Backlog backlog, DateTimeOffset now)
    {
        var overdue = backlog.Overdue(now);
        return new(overdue > overdueMax ? HealthStatus.Degraded : HealthStatus.Ok, backlog.Count, Math.Round(overdue.TotalSeconds, 1));
    }
}
