using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.People;

/// <summary>Reads sessions, refresh tokens and links, and forgets what is long over.</summary>
internal sealed class SessionStore(Db db)
{
    private const string Select =
        """
        SELECT s.id, s.user_id, s.generation, s.has_factor, s.address, s.agent, s.created_at, s.refreshed_at, s.expires_at, s.revoked_at,
               s.revoked_why, s.version
        FROM people.sessions AS s
        """;

    public async Task<Session?> Find(string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleOrDefaultAsync<Session>(
            new CommandDefinition($"{Select} WHERE s.id = @id", new { id }, cancellationToken: cancel));
    }

    /// <summary>The session that a refresh token was given to, and of which generation the token is.</summary>
    public async Task<(Session Session, int Generation)?> FindByToken(byte[] sha256, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var generation = await connection.QuerySingleOrDefaultAsync<RefreshToken>(new CommandDefinition(
            "SELECT sha256, session_id, generation FROM people.refresh_tokens WHERE sha256 = @sha256", new { sha256 },
            cancellationToken: cancel));
        return generation is not null && await Find(generation.SessionId, cancel) is { } session ? (session, generation.Generation) : null;
    }

    /// <summary>Those that are alive, the newest first.</summary>
    public async Task<IReadOnlyList<Session>> List(string userId, string? before, DateTimeOffset now, int most, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QueryAsync<Session>(new CommandDefinition(
            $"""
            {Select}
            WHERE s.user_id = @userId AND s.revoked_at IS NULL AND s.expires_at > @now {(before is null ? "" : "AND s.id < @before")}
            ORDER BY s.id DESC
            LIMIT @most
            """, new { userId, now, before, most }, cancellationToken: cancel))).AsList();
    }

    public async Task<Link?> FindLink(byte[] sha256, string purpose, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleOrDefaultAsync<Link>(new CommandDefinition(
            """
            SELECT sha256, user_id, purpose, created_at, expires_at, used_at
            FROM people.links
            WHERE sha256 = @sha256 AND purpose = @purpose
            """, new { sha256, purpose }, cancellationToken: cancel));
    }

    /// <summary>Forgets what proves nothing any more. A lock is kept as long as anybody may remember it.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> Forget(DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM people.sessions WHERE expires_at < @monthAgo;
            DELETE FROM people.links WHERE expires_at < @weekAgo;
            DELETE FROM people.used_codes WHERE used_at < @weekAgo;
            DELETE FROM people.attempts WHERE tried_at < @monthAgo;
            """, new { weekAgo = now.AddDays(-7), monthAgo = now.AddDays(-30) }, cancellationToken: cancel));
    }
}
