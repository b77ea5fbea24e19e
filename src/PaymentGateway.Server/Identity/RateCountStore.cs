using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Identity;

/// <summary>The shared counts of rate limits in PostgreSQL.</summary>
internal sealed class RateCountStore(Db db) : IRateCounts
{
    public async Task<Dictionary<string, long>> Add(RateWindow window, IReadOnlyDictionary<string, long> counts, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        // In the order of the names, so that two replicas do not wait for each other in a circle.
        var totals = await connection.QueryAsync<(string Name, long Count)>(new CommandDefinition(
            """
            INSERT INTO identity.rate_counts AS c (name, minute, count)
            SELECT name, @minute, count
            FROM unnest(@names, @counts) AS r (name, count)
            ORDER BY name COLLATE "C"
            ON CONFLICT (name, minute) DO UPDATE
            SET count = c.count + excluded.count
            RETURNING name, count
            """,
            new { minute = window.LastMinute, names = counts.Keys.ToArray(), counts = counts.Values.ToArray() }, cancellationToken: cancel));
        return totals.ToDictionary(total => total.Name, total => total.Count);
    }

    public async Task DeleteBefore(long minute, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM identity.rate_counts WHERE minute < @minute", new { minute }, cancellationToken: cancel));
    }
}
