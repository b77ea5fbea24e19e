using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Balances;

/// <summary>How much more, or less, is a customer's and is held.</summary>
internal sealed record BalanceMove(Tenant Tenant, string CustomerId, Money Amount, Money Held)
{
    public string Key => $"{Tenant.MerchantId}/{Tenant.Mode.ToSql()}/{CustomerId}/{Amount.Currency.Code}";
}

/// <summary>All SQL that writes balances. The balance comes first: it is what requests fight over.</summary>
internal static class BalanceRows
{
    /// <summary>Opens the balance with the first credit.</summary>
    internal static readonly RowWriter<BalanceMove> Add = RowWriter<BalanceMove>.Guard("balances.balances.add", 33, m => m.Key,
        """
        INSERT INTO balances.balances AS b (merchant_id, mode, customer_id, currency, amount, held)
        SELECT merchant_id, mode, customer_id, currency, amount, 0
        FROM unnest($1, $2, $3, $4, $5) AS r (merchant_id, mode, customer_id, currency, amount)
        ON CONFLICT (merchant_id, mode, customer_id, currency) DO UPDATE
        SET amount = b.amount + excluded.amount
        RETURNING merchant_id || '/' || mode || '/' || customer_id || '/' || currency
        """,
        RowWriter<BalanceMove>.Column(m => m.Tenant.MerchantId),
        RowWriter<BalanceMove>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<BalanceMove>.Column(m => m.CustomerId),
        RowWriter<BalanceMove>.Column(m => m.Amount.Currency.Code),
        RowWriter<BalanceMove>.Column(m => m.Amount.Minor));

    /// <summary>Conflicts when not enough is left: another was first, and it is decided again.</summary>
    internal static readonly RowWriter<BalanceMove> Take = RowWriter<BalanceMove>.Guard("balances.balances.take", 33, m => m.Key,
        """
        UPDATE balances.balances AS b
        SET amount = b.amount + r.amount, held = b.held + r.held
        FROM unnest($1, $2, $3, $4, $5, $6) AS r (merchant_id, mode, customer_id, currency, amount, held)
        WHERE b.merchant_id = r.merchant_id AND b.mode = r.mode AND b.customer_id = r.customer_id AND b.currency = r.currency
          AND b.held + r.held BETWEEN 0 AND b.amount + r.amount
        RETURNING b.merchant_id || '/' || b.mode || '/' || b.customer_id || '/' || b.currency
        """,
        RowWriter<BalanceMove>.Column(m => m.Tenant.MerchantId),
        RowWriter<BalanceMove>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<BalanceMove>.Column(m => m.CustomerId),
        RowWriter<BalanceMove>.Column(m => m.Amount.Currency.Code),
        RowWriter<BalanceMove>.Column(m => m.Amount.Minor),
        RowWriter<BalanceMove>.Column(m => m.Held.Minor));

    internal static readonly RowWriter<Hold> InsertHold = RowWriter<Hold>.Guard("balances.holds.insert", 34, h => h.Id,
        """
        INSERT INTO balances.holds (id, merchant_id, mode, customer_id, payment_id, currency, amount, captured, refunded, state, ledger_key,
            created_at, expires_at, version)
        SELECT *, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<Hold>.Column(h => h.Id),
        RowWriter<Hold>.Column(h => h.Tenant.MerchantId),
        RowWriter<Hold>.Column(h => h.Tenant.Mode.ToSql()),
        RowWriter<Hold>.Column(h => h.CustomerId),
        RowWriter<Hold>.Column(h => h.PaymentId),
        RowWriter<Hold>.Column(h => h.Amount.Currency.Code),
        RowWriter<Hold>.Column(h => h.Amount.Minor),
        RowWriter<Hold>.Column(h => h.Captured.Minor),
        RowWriter<Hold>.Column(h => h.Refunded.Minor),
        RowWriter<Hold>.Column(h => Words.Of(h.State)),
        RowWriter<Hold>.Column(h => h.LedgerKey),
        RowWriter<Hold>.Column(h => h.CreatedAt),
        RowWriter<Hold>.Column(h => h.ExpiresAt));

    internal static readonly RowWriter<Hold> UpdateHold = RowWriter<Hold>.Guard("balances.holds", 35, h => h.Id,
        """
        UPDATE balances.holds AS h
        SET captured = r.captured, refunded = r.refunded, state = r.state, ledger_key = r.ledger_key, version = h.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6) AS r (id, version, captured, refunded, state, ledger_key)
        WHERE h.id = r.id AND h.version = r.version
        RETURNING h.id
        """,
        RowWriter<Hold>.Column(h => h.Id),
        RowWriter<Hold>.Column(h => h.Version),
        RowWriter<Hold>.Column(h => h.Captured.Minor),
        RowWriter<Hold>.Column(h => h.Refunded.Minor),
        RowWriter<Hold>.Column(h => Words.Of(h.State)),
        RowWriter<Hold>.Column(h => h.LedgerKey));

    /// <summary>Conflicts when the operation was done before.</summary>
    internal static readonly RowWriter<BalanceTransaction> InsertTransaction = RowWriter<BalanceTransaction>.Guard(
        "balances.transactions", 36, t => t.Id,
        """
        INSERT INTO balances.transactions (id, merchant_id, mode, customer_id, type, amount, currency, operation_key, payment_id, reason, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (merchant_id, mode, operation_key) DO NOTHING
        RETURNING id
        """,
        RowWriter<BalanceTransaction>.Column(t => t.Id),
        RowWriter<BalanceTransaction>.Column(t => t.Tenant.MerchantId),
        RowWriter<BalanceTransaction>.Column(t => t.Tenant.Mode.ToSql()),
        RowWriter<BalanceTransaction>.Column(t => t.CustomerId),
        RowWriter<BalanceTransaction>.Column(t => Words.Of(t.Type)),
        RowWriter<BalanceTransaction>.Column(t => t.Amount.Minor),
        RowWriter<BalanceTransaction>.Column(t => t.Amount.Currency.Code),
        RowWriter<BalanceTransaction>.Column(t => t.Key),
        RowWriter<BalanceTransaction>.Column(t => t.PaymentId),
        RowWriter<BalanceTransaction>.Column(t => t.Reason),
        RowWriter<BalanceTransaction>.Column(t => t.CreatedAt));
}
