using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>How many attempts wait for the processor's word, over all merchants.</summary>
public sealed class AttemptBacklogStore(Db db)
{
    public async Task<Backlog> Read(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleAsync<Backlog>(new CommandDefinition(
            """
            SELECT (SELECT count(*) FROM (SELECT FROM payments.charges WHERE check_at IS NOT NULL LIMIT 100000) AS c) AS count,
                   (SELECT min(check_at) FROM payments.charges WHERE check_at IS NOT NULL) AS oldest_due_at
            """, cancellationToken: cancel));
    }
}
