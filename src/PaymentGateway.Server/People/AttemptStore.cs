using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.People;

/// <summary>An attempt that may not be made yet, or never.</summary>
internal sealed record RefusedAttempt(int Failures, DateTimeOffset BlockedUntil);

/// <summary>All SQL of attempts.</summary>
internal sealed class AttemptStore(Db db)
{
    /// <summary>Who has been quiet for so long begins anew; but a lock stays until it is opened.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromHours(24);

    /// <summary>
    /// Counts one, and says from when on the next may be made. By itself and at once: it must stand whatever becomes of the request, and it
    /// must be there for all who try at the same time.
    /// </summary>
    /// <returns>Null: it was counted. Otherwise nothing was.</returns>
    public async Task<RefusedAttempt?> Count(AttemptSubject subject, DateTimeOffset now, CancellationToken cancel)
    {
        var (limit, key) = (subject.Limit, subject.Key);
        var parameters = new
        {
            key,
            now,
            quietSince = now - quiet,
            free = limit.Free,
            wait = limit.Wait.TotalSeconds,
            waitMax = limit.WaitMax.TotalSeconds,
            lockAt = limit.LockAt ?? int.MaxValue,
        };
        await using var connection = await db.OpenSystem(cancel);
        var counted = await connection.QuerySingleOrDefaultAsync<int?>(new CommandDefinition(
            """
            INSERT INTO people.attempts AS a (subject, failures, blocked_until, tried_at)
            VALUES (@key, 1, @now, @now)
            ON CONFLICT (subject) DO UPDATE
            SET failures = CASE WHEN a.tried_at < @quietSince THEN 1 ELSE a.failures + 1 END,
                blocked_until = CASE
                    WHEN a.tried_at < @quietSince OR a.failures + 1 < @free THEN @now
                    ELSE @now + make_interval(secs => least(@waitMax, @wait * power(2, least(a.failures + 1 - @free, 30))))
                END,
                tried_at = @now
            WHERE a.failures < @lockAt AND (a.blocked_until <= @now OR a.tried_at < @quietSince)
            RETURNING failures
            """, parameters, cancellationToken: cancel));
        if (counted is not null)
        {
            return null;
        }

        return await connection.QuerySingleOrDefaultAsync<RefusedAttempt>(new CommandDefinition(
            "SELECT failures, blocked_until FROM people.attempts WHERE subject = @key", new { key }, cancellationToken: cancel))
            ?? new RefusedAttempt(0, now);
    }
}

/// <summary>What takes attempts back, with the change that they led to.</summary>
internal static class AttemptRows
{
    internal static readonly RowWriter<string> Forget = RowWriter<string>.Append("people.attempts_forget", 90, key => key,
        """
        DELETE FROM people.attempts AS a
        USING unnest($1) AS r (subject)
        WHERE a.subject = r.subject
        """, RowWriter<string>.Column(key => key));

    internal static readonly RowWriter<string> TakeBack = RowWriter<string>.Append("people.attempts_take_back", 91, key => key,
        """
        UPDATE people.attempts AS a
        SET failures = greatest(a.failures - r.times, 0)
        FROM (SELECT subject, count(*)::integer AS times FROM unnest($1) AS t (subject) GROUP BY subject ORDER BY subject) AS r
        WHERE a.subject = r.subject
        """, RowWriter<string>.Column(key => key));
}
