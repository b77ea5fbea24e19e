using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Http;

/// <summary>Forgets idempotency keys that nobody may repeat any more.</summary>
internal sealed class IdempotencyPurge(Db db, TimeProvider clock, ILogger<IdempotencyPurge> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromMinutes(10);

    public async Task<int> RunOnce(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM http.idempotency_keys WHERE expires_at < @now", new { now = clock.GetUtcNow() }, cancellationToken: cancel));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnce(stoppingToken);
            }
            catch (Npgsql.NpgsqlException e)
            {
                log.LogWarning(e, "Old idempotency keys were not removed; the next round tries again");
            }
        }
    }
}
