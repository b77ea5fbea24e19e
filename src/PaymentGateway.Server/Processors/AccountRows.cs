using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Processors;

/// <summary>An account as it is stored: its fields as one encrypted text.</summary>
internal sealed record AccountRow(MerchantAccount Account, string Sealed)
{
    private static readonly Column<AccountRow>[] columns =
    [
        RowWriter<AccountRow>.Column(r => r.Account.Id),
        RowWriter<AccountRow>.Column(r => r.Account.Tenant.MerchantId),
        RowWriter<AccountRow>.Column(r => r.Account.Tenant.Mode.ToSql()),
        RowWriter<AccountRow>.Column(r => r.Account.Connector),
        RowWriter<AccountRow>.Column(r => r.Account.Version),
        RowWriter<AccountRow>.Column(r => r.Account.Enabled),
        RowWriter<AccountRow>.Column(r => r.Account.Priority),
        RowWriter<AccountRow>.Column(r => r.Sealed),
        RowWriter<AccountRow>.Column(r => r.Account.CreatedAt),
        RowWriter<AccountRow>.Column(r => r.Account.UpdatedAt),
    ];

    /// <summary>Conflicts when the merchant has an account there already.</summary>
    internal static readonly RowWriter<AccountRow> Insert = RowWriter<AccountRow>.Guard("processors.accounts.insert", 4, r => r.Account.Id,
        """
        INSERT INTO processors.accounts (id, merchant_id, mode, connector, version, enabled, priority, sealed, created_at, updated_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT ON CONSTRAINT one_account_per_processor DO NOTHING
        RETURNING id
        """, columns);

    /// <summary>When the account is still of the version that was decided on.</summary>
    internal static readonly RowWriter<AccountRow> Update = RowWriter<AccountRow>.Guard("processors.accounts", 5, r => r.Account.Id,
        """
        UPDATE processors.accounts AS a
        SET version = r.version, enabled = r.enabled, priority = r.priority, sealed = r.sealed, updated_at = r.updated_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            AS r (id, merchant_id, mode, connector, version, enabled, priority, sealed, created_at, updated_at)
        WHERE a.id = r.id AND a.merchant_id = r.merchant_id AND a.mode = r.mode AND a.version = r.version - 1
        RETURNING a.id
        """, columns);

    internal static readonly RowWriter<MerchantAccount> Delete = RowWriter<MerchantAccount>.Guard("processors.accounts.delete", 5, a => a.Id,
        """
        DELETE FROM processors.accounts AS a
        USING unnest($1, $2, $3, $4) AS r (id, merchant_id, mode, version)
        WHERE a.id = r.id AND a.merchant_id = r.merchant_id AND a.mode = r.mode AND a.version = r.version
        RETURNING a.id
        """,
        RowWriter<MerchantAccount>.Column(a => a.Id),
        RowWriter<MerchantAccount>.Column(a => a.Tenant.MerchantId),
        RowWriter<MerchantAccount>.Column(a => a.Tenant.Mode.ToSql()),
        RowWriter<MerchantAccount>.Column(a => a.Version));
}
