using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.People;

/// <summary>All SQL that writes users and what hangs on them: set-based, guarded by version or key.</summary>
internal static class UserRows
{
    private static readonly Column<User>[] columns =
    [
        RowWriter<User>.Column(u => u.Id),
        RowWriter<User>.Column(u => Words.Of(u.State)),
        RowWriter<User>.Column(u => u.Email),
        RowWriter<User>.Column(u => u.EmailKey),
        RowWriter<User>.Column(u => u.Name),
        RowWriter<User>.Column(u => u.Language),
        RowWriter<User>.Column(u => u.PasswordHash),
        RowWriter<User>.Column(u => RoleWords.Joined(u.PlatformRoles)),
        RowWriter<User>.Column(u => u.TotpSecret),
        RowWriter<User>.Column(u => u.TotpOffer),
        RowWriter<User>.Column(u => u.CreatedAt),
        RowWriter<User>.Column(u => u.ConfirmedAt),
        RowWriter<User>.Column(u => u.DisabledAt),
        RowWriter<User>.Column(u => u.DeletedAt),
        RowWriter<User>.Column(u => u.PasswordChangedAt),
        RowWriter<User>.Column(u => u.Version),
    ];

    /// <summary>Conflicts when the address has its person already.</summary>
    internal static readonly RowWriter<User> Insert = RowWriter<User>.Guard("people.users.insert", 2, u => u.Id,
        """
        INSERT INTO people.users
            (id, state, email, email_key, name, language, password_hash, platform_roles, totp_secret, totp_offer, created_at, confirmed_at,
             disabled_at, deleted_at, password_changed_at, version)
        SELECT id, state, email, email_key, name, language, password_hash, string_to_array(platform_roles, ','), totp_secret, totp_offer,
               created_at, confirmed_at, disabled_at, deleted_at, password_changed_at, version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS r
            (id, state, email, email_key, name, language, password_hash, platform_roles, totp_secret, totp_offer, created_at, confirmed_at,
             disabled_at, deleted_at, password_changed_at, version)
        ON CONFLICT (email_key) DO NOTHING
        RETURNING id
        """, columns);

    internal static readonly RowWriter<User> Update = RowWriter<User>.Guard("people.users", 3, u => u.Id,
        """
        UPDATE people.users AS u
        SET state = r.state, email = r.email, email_key = r.email_key, name = r.name, language = r.language, password_hash = r.password_hash,
            platform_roles = string_to_array(r.platform_roles, ','), totp_secret = r.totp_secret, totp_offer = r.totp_offer,
            confirmed_at = r.confirmed_at, disabled_at = r.disabled_at, deleted_at = r.deleted_at,
            password_changed_at = r.password_changed_at, version = u.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS r
            (id, state, email, email_key, name, language, password_hash, platform_roles, totp_secret, totp_offer, created_at, confirmed_at,
             disabled_at, deleted_at, password_changed_at, version)
        WHERE u.id = r.id AND u.version = r.version
        RETURNING u.id
        """, columns);

    /// <summary>Conflicts when the code was used, for whatever.</summary>
    internal static readonly RowWriter<UsedCode> UseCode = RowWriter<UsedCode>.Guard("people.used_codes", 6, c => $"{c.UserId}/{c.Step}",
        """
        INSERT INTO people.used_codes (user_id, step, operation, used_at)
        SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT ON CONSTRAINT a_code_is_used_once DO NOTHING
        RETURNING user_id || '/' || step
        """,
        RowWriter<UsedCode>.Column(c => c.UserId),
        RowWriter<UsedCode>.Column(c => c.Step),
        RowWriter<UsedCode>.Column(c => c.Operation),
        RowWriter<UsedCode>.Column(c => c.UsedAt));

    /// <summary>Conflicts when there is no such recovery code, or it was used.</summary>
    internal static readonly RowWriter<UsedRecoveryCode> UseRecoveryCode = RowWriter<UsedRecoveryCode>.Guard(
        "people.recovery_codes.use", 6, c => $"{c.UserId}/{c.Hash}",
        """
        UPDATE people.recovery_codes AS c
        SET used_at = r.used_at
        FROM unnest($1, $2, $3) AS r (user_id, hash, used_at)
        WHERE c.user_id = r.user_id AND c.hash = r.hash AND c.used_at IS NULL
        RETURNING c.user_id || '/' || c.hash
        """,
        RowWriter<UsedRecoveryCode>.Column(c => c.UserId),
        RowWriter<UsedRecoveryCode>.Column(c => c.Hash),
        RowWriter<UsedRecoveryCode>.Column(c => c.UsedAt));

    internal static readonly RowWriter<string> ForgetRecoveryCodes = RowWriter<string>.Append("people.recovery_codes.forget", 7, id => id,
        """
        DELETE FROM people.recovery_codes AS c
        USING unnest($1) AS r (user_id)
        WHERE c.user_id = r.user_id
        """, RowWriter<string>.Column(id => id));

    internal static readonly RowWriter<(string UserId, string Hash)> AddRecoveryCode =
        RowWriter<(string UserId, string Hash)>.Append("people.recovery_codes", 8, c => $"{c.UserId}/{c.Hash}",
        """
        INSERT INTO people.recovery_codes (user_id, hash)
        SELECT * FROM unnest($1, $2)
        """,
        RowWriter<(string UserId, string Hash)>.Column(c => c.UserId),
        RowWriter<(string UserId, string Hash)>.Column(c => c.Hash));
}

/// <param name="Step">Half minutes since 1970.</param>
/// <param name="Operation">What it was given for.</param>
internal sealed record UsedCode(string UserId, long Step, string Operation, DateTimeOffset UsedAt);

internal sealed record UsedRecoveryCode(string UserId, string Hash, DateTimeOffset UsedAt);

/// <summary>Roles in a column: joined by commas on the way into a set-based statement, an array in the table.</summary>
internal static class RoleWords
{
    public static string Joined(IEnumerable<PersonRole> roles) => string.Join(',', roles.Select(Words.Of));

    public static IReadOnlyList<PersonRole> Parse(IEnumerable<string> words) => [.. words.Select(Words.Parse<PersonRole>)];
}
