using PaymentGateway.Commit;

namespace PaymentGateway.People;

/// <summary>All SQL that writes sessions, their refresh tokens, and links: set-based, guarded by version or key.</summary>
internal static class SessionRows
{
    private static readonly Column<Session>[] columns =
    [
        RowWriter<Session>.Column(s => s.Id),
        RowWriter<Session>.Column(s => s.UserId),
        RowWriter<Session>.Column(s => s.Generation),
        RowWriter<Session>.Column(s => s.HasFactor),
        RowWriter<Session>.Column(s => s.Address),
        RowWriter<Session>.Column(s => s.Agent),
        RowWriter<Session>.Column(s => s.CreatedAt),
        RowWriter<Session>.Column(s => s.RefreshedAt),
        RowWriter<Session>.Column(s => s.ExpiresAt),
        RowWriter<Session>.Column(s => s.RevokedAt),
        RowWriter<Session>.Column(s => s.RevokedWhy),
        RowWriter<Session>.Column(s => s.Version),
    ];

    internal static readonly RowWriter<Session> Insert = RowWriter<Session>.Append("people.sessions.insert", 4, s => s.Id,
        """
        INSERT INTO people.sessions
            (id, user_id, generation, has_factor, address, agent, created_at, refreshed_at, expires_at, revoked_at, revoked_why, version)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """, columns);

    internal static readonly RowWriter<Session> Update = RowWriter<Session>.Guard("people.sessions", 4, s => s.Id,
        """
        UPDATE people.sessions AS s
        SET generation = r.generation, has_factor = r.has_factor, refreshed_at = r.refreshed_at, expires_at = r.expires_at,
            revoked_at = r.revoked_at, revoked_why = r.revoked_why, version = s.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r
            (id, user_id, generation, has_factor, address, agent, created_at, refreshed_at, expires_at, revoked_at, revoked_why, version)
        WHERE s.id = r.id AND s.user_id = r.user_id AND s.version = r.version
        RETURNING s.id
        """, columns);

    /// <summary>Ends all that are alive, also those that begin while this is decided: their version moves.</summary>
    internal static readonly RowWriter<EndOfSessions> EndAll = RowWriter<EndOfSessions>.Append("people.sessions.end_all", 5, e => e.UserId,
        """
        UPDATE people.sessions AS s
        SET revoked_at = r.revoked_at, revoked_why = r.revoked_why, version = s.version + 1
        FROM unnest($1, $2, $3, $4) AS r (user_id, revoked_at, revoked_why, except_id)
        WHERE s.user_id = r.user_id AND s.revoked_at IS NULL AND s.id IS DISTINCT FROM r.except_id
        """,
        RowWriter<EndOfSessions>.Column(e => e.UserId),
        RowWriter<EndOfSessions>.Column(e => e.At),
        RowWriter<EndOfSessions>.Column(e => e.Why),
        RowWriter<EndOfSessions>.Column(e => e.ExceptId));

    internal static readonly RowWriter<RefreshToken> AddToken = RowWriter<RefreshToken>.Append("people.refresh_tokens", 6, t => t.SessionId,
        """
        INSERT INTO people.refresh_tokens (sha256, session_id, generation)
        SELECT * FROM unnest($1, $2, $3)
        """,
        RowWriter<RefreshToken>.Column(t => t.Sha256),
        RowWriter<RefreshToken>.Column(t => t.SessionId),
        RowWriter<RefreshToken>.Column(t => t.Generation));

    /// <summary>The machines a deleted person signed in from are nobody's business any more.</summary>
    internal static readonly RowWriter<string> EraseMachines = RowWriter<string>.Append("people.sessions.erase", 7, id => id,
        """
        UPDATE people.sessions AS s
        SET address = NULL, agent = NULL
        FROM unnest($1) AS r (user_id)
        WHERE s.user_id = r.user_id
        """, RowWriter<string>.Column(id => id));

    internal static readonly RowWriter<Link> AddLink = RowWriter<Link>.Append("people.links", 9, l => l.UserId,
        """
        INSERT INTO people.links (sha256, user_id, purpose, created_at, expires_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        """,
        RowWriter<Link>.Column(l => l.Sha256),
        RowWriter<Link>.Column(l => l.UserId),
        RowWriter<Link>.Column(l => l.Purpose),
        RowWriter<Link>.Column(l => l.CreatedAt),
        RowWriter<Link>.Column(l => l.ExpiresAt));

    /// <summary>Conflicts when the link was used.</summary>
    internal static readonly RowWriter<Link> UseLink = RowWriter<Link>.Guard("people.links.use", 7, l => Convert.ToHexStringLower(l.Sha256),
        """
        UPDATE people.links AS l
        SET used_at = r.used_at
        FROM unnest($1, $2) AS r (sha256, used_at)
        WHERE l.sha256 = r.sha256 AND l.used_at IS NULL
        RETURNING encode(l.sha256, 'hex')
        """,
        RowWriter<Link>.Column(l => l.Sha256),
        RowWriter<Link>.Column(l => l.UsedAt));

    /// <summary>Ends the links of one purpose that were mailed before: only the newest works.</summary>
    internal static readonly RowWriter<Link> EndLinks = RowWriter<Link>.Append("people.links.end", 8, l => $"{l.UserId}/{l.Purpose}",
        """
        UPDATE people.links AS l
        SET used_at = r.used_at
        FROM unnest($1, $2, $3) AS r (user_id, purpose, used_at)
        WHERE l.user_id = r.user_id AND l.purpose = r.purpose AND l.used_at IS NULL
        """,
        RowWriter<Link>.Column(l => l.UserId),
        RowWriter<Link>.Column(l => l.Purpose),
        RowWriter<Link>.Column(l => l.CreatedAt));
}

/// <param name="ExceptId">The session that stays; null: none does.</param>
internal sealed record EndOfSessions(string UserId, DateTimeOffset At, string Why, string? ExceptId);

/// <summary>A link that was mailed, as it is kept.</summary>
/// <param name="Purpose"><see cref="Confirm"/> or <see cref="Reset"/>.</param>
internal sealed record Link(
    byte[] Sha256, string UserId, string Purpose, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt = null)
{
    public const string Confirm = "confirm";
    public const string Reset = "reset";
}
