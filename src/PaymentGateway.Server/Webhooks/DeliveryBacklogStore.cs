using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

/// <summary>How many deliveries wait to be sent, over all merchants.</summary>
public sealed class DeliveryBacklogStore(Db db)
{
    public async Task<Backlog> Read(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleAsync<Backlog>(new CommandDefinition(
            """
            SELECT (SELECT count(*) FROM (SELECT FROM webhooks.deliveries WHERE status = 'pending' LIMIT 100000) AS d) AS count,
                   (SELECT min(next_attempt_at) FROM webhooks.deliveries WHERE status = 'pending') AS oldest_due_at
            """, cancellationToken: cancel));
    }
}
