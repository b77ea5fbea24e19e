using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Clocks;

/// <summary>Asks for rows that are due, where a worker needs to know no more of them than whose they are and their ids.</summary>
public static class DueRowsStore
{
    /// <summary>Not claimed: of two who act on the same one the version lets one write.</summary>
    /// <param name="rows">Of a table.</param>
    /// <param name="db">For all merchants.</param>
    /// <param name="now">The real time.</param>
    /// <param name="limit">At most twice as many are found.</param>
    /// <param name="cancel">Stops the question.</param>
    /// <param name="id">The column with the id that is asked for.</param>
    public static async Task<IReadOnlyList<(Tenant Tenant, string Id)>> Find(
        this DueRows rows, Db db, DateTimeOffset now, int limit, CancellationToken cancel, string id = "id")
    {
        await using var connection = await db.OpenSystem(cancel);
        var found = await connection.QueryAsync<(string MerchantId, string Mode, string Id)>(new CommandDefinition(
            rows.Select($"merchant_id, mode, {id}"), new { now, limit }, cancellationToken: cancel));
        return [.. found.Select(row => (Tenant.FromStored(row.MerchantId, row.Mode), row.Id))];
    }

    /// <summary>A claim is a later <c>claimed_until</c>: if this replica dies, another takes them when the lease is over.</summary>
    /// <inheritdoc cref="Find"/>
    public static async Task<IReadOnlyList<(Tenant Tenant, string Id)>> Claim(
        this DueRows rows, Db db, DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var claimed = await connection.QueryAsync<(string MerchantId, string Mode, string Id)>(new CommandDefinition(
            $"""
            WITH due AS MATERIALIZED ({rows.SelectToClaim("id")})
            UPDATE {rows.Table} AS r
            SET claimed_until = @until
            FROM due
            WHERE r.id = due.id
            RETURNING r.merchant_id, r.mode, r.id
            """, new { now, until = now + lease, limit }, cancellationToken: cancel));
        return [.. claimed.Select(row => (Tenant.FromStored(row.MerchantId, row.Mode), row.Id))];
    }
}
