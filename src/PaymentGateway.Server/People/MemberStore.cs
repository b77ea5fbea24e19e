using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>Reads teams and invitations; roles are kept for five seconds, as every call of a member asks for them.</summary>
internal sealed class MemberStore(Db db, PersonTime time)
{
    private const string SelectInvitation =
        """
        SELECT id, merchant_id, email, email_key, roles, state, sha256, invited_by, accepted_by, created_at, expires_at, version
        FROM people.invitations
        """;

    private readonly RowCache<(string MerchantId, string UserId), Membership> cache = new(time.Clock);

    /// <summary>What the person was for the merchant at most five seconds ago; null: nothing.</summary>
    public ValueTask<Membership?> FindCached(string merchantId, string userId) =>
        cache.Find((merchantId, userId), key => Find(key.MerchantId, key.UserId, CancellationToken.None));

    /// <summary>After a commit: in this process it holds at once, in others within five seconds.</summary>
    public void Forget(string merchantId, string userId) => cache.Forget((merchantId, userId));

    public async Task<Membership?> Find(string merchantId, string userId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<MemberRow>(new CommandDefinition(
            """
            SELECT merchant_id, user_id, roles, created_at, version, '' AS name, '' AS email, false AS has_factor
            FROM people.memberships
            WHERE merchant_id = @merchantId AND user_id = @userId
            """, new { merchantId, userId }, cancellationToken: cancel)))?.ToMember().Membership;
    }

    /// <summary>The teams that a person is in, by merchant.</summary>
    public async Task<IReadOnlyList<Membership>> OfUser(string userId, int most, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<MemberRow>(new CommandDefinition(
            """
            SELECT merchant_id, user_id, roles, created_at, version, '' AS name, '' AS email, false AS has_factor
            FROM people.memberships
            WHERE user_id = @userId
            ORDER BY merchant_id
            LIMIT @most
            """, new { userId, most }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToMember().Membership)];
    }

    /// <summary>The team, the newest people first.</summary>
    public async Task<IReadOnlyList<Member>> List(string merchantId, string? before, int most, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<MemberRow>(new CommandDefinition(
            $"""
            SELECT m.merchant_id, m.user_id, m.roles, m.created_at, m.version, u.name, u.email, u.totp_secret IS NOT NULL AS has_factor
            FROM people.memberships AS m
            JOIN people.users AS u ON u.id = m.user_id
            WHERE m.merchant_id = @merchantId {(before is null ? "" : "AND m.user_id < @before")}
            ORDER BY m.user_id DESC
            LIMIT @most
            """, new { merchantId, before, most }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToMember())];
    }

    public async Task<int> OwnersOf(string merchantId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleOrDefaultAsync<int>(new CommandDefinition(
            "SELECT owners FROM people.teams WHERE merchant_id = @merchantId", new { merchantId }, cancellationToken: cancel));
    }

    public Task<Invitation?> FindInvitation(string merchantId, string id, CancellationToken cancel) =>
        FindInvitation($"{SelectInvitation} WHERE merchant_id = @merchantId AND id = @id", new { merchantId, id }, cancel);

    public Task<Invitation?> FindInvitation(byte[] sha256, CancellationToken cancel) =>
        FindInvitation($"{SelectInvitation} WHERE sha256 = @sha256", new { sha256 }, cancel);

    public Task<Invitation?> FindPending(string merchantId, string emailKey, CancellationToken cancel) => FindInvitation(
        $"{SelectInvitation} WHERE merchant_id = @merchantId AND email_key = @emailKey AND state = 'pending'", new { merchantId, emailKey }, cancel);

    /// <summary>Those that wait, the newest first.</summary>
    public async Task<IReadOnlyList<Invitation>> ListInvitations(
        string merchantId, string? before, DateTimeOffset now, int most, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<InvitationRow>(new CommandDefinition(
            $"""
            {SelectInvitation}
            WHERE merchant_id = @merchantId AND state = 'pending' AND expires_at > @now {(before is null ? "" : "AND id < @before")}
            ORDER BY id DESC
            LIMIT @most
            """, new { merchantId, now, before, most }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToInvitation())];
    }

    private async Task<Invitation?> FindInvitation(string sql, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<InvitationRow>(new CommandDefinition(sql, parameters, cancellationToken: cancel)))
            ?.ToInvitation();
    }

    private sealed record MemberRow
    {
        public required string MerchantId { get; init; }
        public required string UserId { get; init; }
        public required string[] Roles { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public int Version { get; init; }
        public required string Name { get; init; }
        public required string Email { get; init; }
        public bool HasFactor { get; init; }

        public Member ToMember() => new(new(MerchantId, UserId, RoleWords.Parse(Roles), CreatedAt, Version), Name, Email, HasFactor);
    }

    private sealed record InvitationRow
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public string? Email { get; init; }
        public string? EmailKey { get; init; }
        public required string[] Roles { get; init; }
        public required string State { get; init; }
        public required byte[] Sha256 { get; init; }
        public required string InvitedBy { get; init; }
        public string? AcceptedBy { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public int Version { get; init; }

        public Invitation ToInvitation() => new()
        {
            Id = Id,
            MerchantId = MerchantId,
            Email = Email,
            EmailKey = EmailKey,
            Roles = RoleWords.Parse(Roles),
            State = Words.Parse<InvitationState>(State),
            Sha256 = Sha256,
            InvitedBy = InvitedBy,
            AcceptedBy = AcceptedBy,
            CreatedAt = CreatedAt,
            ExpiresAt = ExpiresAt,
            Version = Version,
        };
    }
}
