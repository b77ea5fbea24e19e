using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.People;

/// <summary>All SQL that writes teams and invitations: set-based, guarded by version or key.</summary>
internal static class MemberRows
{
    /// <summary>The constraint under which the last owner of a team stays.</summary>
    public const string KeepsAnOwner = "a_team_keeps_an_owner";

    private static readonly Column<Membership>[] columns =
    [
        RowWriter<Membership>.Column(m => m.MerchantId),
        RowWriter<Membership>.Column(m => m.UserId),
        RowWriter<Membership>.Column(m => RoleWords.Joined(m.Roles)),
        RowWriter<Membership>.Column(m => m.CreatedAt),
        RowWriter<Membership>.Column(m => m.Version),
    ];

    internal static readonly RowWriter<Membership> Insert = RowWriter<Membership>.Guard("people.memberships.insert", 5, KeyOf,
        """
        INSERT INTO people.memberships (merchant_id, user_id, roles, created_at, version)
        SELECT merchant_id, user_id, string_to_array(roles, ','), created_at, version
        FROM unnest($1, $2, $3, $4, $5) AS r (merchant_id, user_id, roles, created_at, version)
        ON CONFLICT (merchant_id, user_id) DO NOTHING
        RETURNING merchant_id || '/' || user_id
        """, columns);

    internal static readonly RowWriter<Membership> Update = RowWriter<Membership>.Guard("people.memberships", 5, KeyOf,
        """
        UPDATE people.memberships AS m
        SET roles = string_to_array(r.roles, ','), version = m.version + 1
        FROM unnest($1, $2, $3, $4, $5) AS r (merchant_id, user_id, roles, created_at, version)
        WHERE m.merchant_id = r.merchant_id AND m.user_id = r.user_id AND m.version = r.version
        RETURNING m.merchant_id || '/' || m.user_id
        """, columns);

    internal static readonly RowWriter<Membership> Delete = RowWriter<Membership>.Guard("people.memberships.delete", 5, KeyOf,
        """
        DELETE FROM people.memberships AS m
        USING unnest($1, $2, $3, $4, $5) AS r (merchant_id, user_id, roles, created_at, version)
        WHERE m.merchant_id = r.merchant_id AND m.user_id = r.user_id AND m.version = r.version
        RETURNING m.merchant_id || '/' || m.user_id
        """, columns);

    /// <summary>Of a person whose account is erased.</summary>
    internal static readonly RowWriter<string> LeaveAll = RowWriter<string>.Append("people.memberships.leave_all", 5, id => id,
        """
        DELETE FROM people.memberships AS m
        USING unnest($1) AS r (user_id)
        WHERE m.user_id = r.user_id
        """, RowWriter<string>.Column(id => id));

    private static readonly Column<Invitation>[] invitationColumns =
    [
        RowWriter<Invitation>.Column(i => i.Id),
        RowWriter<Invitation>.Column(i => i.MerchantId),
        RowWriter<Invitation>.Column(i => i.Email),
        RowWriter<Invitation>.Column(i => i.EmailKey),
        RowWriter<Invitation>.Column(i => RoleWords.Joined(i.Roles)),
        RowWriter<Invitation>.Column(i => Words.Of(i.State)),
        RowWriter<Invitation>.Column(i => i.Sha256),
        RowWriter<Invitation>.Column(i => i.InvitedBy),
        RowWriter<Invitation>.Column(i => i.AcceptedBy),
        RowWriter<Invitation>.Column(i => i.CreatedAt),
        RowWriter<Invitation>.Column(i => i.ExpiresAt),
        RowWriter<Invitation>.Column(i => i.Version),
    ];

    /// <summary>Conflicts when the address has been invited to the team already.</summary>
    internal static readonly RowWriter<Invitation> Invite = RowWriter<Invitation>.Guard("people.invitations.insert", 9, i => i.Id,
        """
        INSERT INTO people.invitations
            (id, merchant_id, email, email_key, roles, state, sha256, invited_by, accepted_by, created_at, expires_at, version)
        SELECT id, merchant_id, email, email_key, string_to_array(roles, ','), state, sha256, invited_by, accepted_by, created_at, expires_at,
               version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r
            (id, merchant_id, email, email_key, roles, state, sha256, invited_by, accepted_by, created_at, expires_at, version)
        ON CONFLICT (merchant_id, email_key) WHERE state = 'pending' DO NOTHING
        RETURNING id
        """, invitationColumns);

    internal static readonly RowWriter<Invitation> Settle = RowWriter<Invitation>.Guard("people.invitations", 8, i => i.Id,
        """
        UPDATE people.invitations AS i
        SET email = r.email, email_key = r.email_key, state = r.state, accepted_by = r.accepted_by, version = i.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r
            (id, merchant_id, email, email_key, roles, state, sha256, invited_by, accepted_by, created_at, expires_at, version)
        WHERE i.id = r.id AND i.merchant_id = r.merchant_id AND i.version = r.version
        RETURNING i.id
        """, invitationColumns);

    private static string KeyOf(Membership membership) => $"{membership.MerchantId}/{membership.UserId}";
}
