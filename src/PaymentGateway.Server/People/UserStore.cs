using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.People;

/// <summary>Reads users.</summary>
internal sealed class UserStore(Db db)
{
    private const string Select =
        """
        SELECT id, state, email, email_key, name, language, password_hash, platform_roles, totp_secret, totp_offer, created_at,
               confirmed_at, disabled_at, deleted_at, password_changed_at, version
        FROM people.users
        """;

    public Task<User?> Find(string id, CancellationToken cancel) => FindOne($"{Select} WHERE id = @id", new { id }, cancel);

    public Task<User?> FindByEmail(string emailKey, CancellationToken cancel) =>
        FindOne($"{Select} WHERE email_key = @emailKey", new { emailKey }, cancel);

    public async Task<PersonContact?> FindContact(string id, CancellationToken cancel) =>
        await Find(id, cancel) is { MaySignIn: true } user ? new(user.Id, user.Name!, user.Email!, user.Language) : null;

    public async Task<int> RecoveryCodesLeft(string userId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleAsync<int>(new CommandDefinition(
            "SELECT count(*)::integer FROM people.recovery_codes WHERE user_id = @userId AND used_at IS NULL", new { userId },
            cancellationToken: cancel));
    }

    /// <summary>What a code was used for; null when it was not.</summary>
    public async Task<string?> OperationOf(string userId, long step, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "SELECT operation FROM people.used_codes WHERE user_id = @userId AND step = @step", new { userId, step },
            cancellationToken: cancel));
    }

    private async Task<User?> FindOne(string sql, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<UserRow>(new CommandDefinition(sql, parameters, cancellationToken: cancel)))?.ToUser();
    }

    private sealed record UserRow
    {
        public required string Id { get; init; }
        public required string State { get; init; }
        public string? Email { get; init; }
        public string? EmailKey { get; init; }
        public string? Name { get; init; }
        public required string Language { get; init; }
        public string? PasswordHash { get; init; }
        public required string[] PlatformRoles { get; init; }
        public string? TotpSecret { get; init; }
        public string? TotpOffer { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? ConfirmedAt { get; init; }
        public DateTimeOffset? DisabledAt { get; init; }
        public DateTimeOffset? DeletedAt { get; init; }
        public DateTimeOffset? PasswordChangedAt { get; init; }
        public int Version { get; init; }

        public User ToUser() => new()
        {
            Id = Id,
            State = Words.Parse<UserState>(State),
            Email = Email,
            EmailKey = EmailKey,
            Name = Name,
            Language = Language,
            PasswordHash = PasswordHash,
            PlatformRoles = RoleWords.Parse(PlatformRoles),
            TotpSecret = TotpSecret,
            TotpOffer = TotpOffer,
            CreatedAt = CreatedAt,
            ConfirmedAt = ConfirmedAt,
            DisabledAt = DisabledAt,
            DeletedAt = DeletedAt,
            PasswordChangedAt = PasswordChangedAt,
            Version = Version,
        };
    }
}
