using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>Makes the months to come and drops those past retention.</summary>
public sealed class AuditMonthStore(Db db)
{
    private const int MonthsAhead = 2;

    /// <summary>Makes the month of <paramref name="now"/> and the next two, where they are missing.</summary>
    /// <returns>How many were made.</returns>
    public Task<int> Ensure(DateTimeOffset now, CancellationToken cancel) => Alter(
        """
        SELECT count(*)::int
        FROM generate_series(0, @ahead) AS m
        WHERE audit.ensure_month((date_trunc('month', @now::timestamptz AT TIME ZONE 'UTC') + m * interval '1 month') AT TIME ZONE 'UTC')
        """,
        new { now, ahead = MonthsAhead }, cancel);

    /// <summary>Drops the months that ended before <paramref name="keepFrom"/> and are linked whole; where each chain begins is noted.</summary>
    /// <returns>How many were dropped.</returns>
    public async Task<int> Drop(DateTimeOffset keepFrom, CancellationToken cancel)
    {
        var dropped = 0;
        while (await Alter("SELECT audit.drop_month(@keepFrom)::int", new { keepFrom }, cancel) == 1)
        {
            dropped++;
        }

        return dropped;
    }

    /// <summary>Both lock tables that payments write to: rather try again later than let them wait.</summary>
    private async Task<int> Alter(string sql, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition("SET LOCAL lock_timeout = '500ms'", transaction: transaction, cancellationToken: cancel));
        var count = await connection.ExecuteScalarAsync<int>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
        return count;
    }
}
