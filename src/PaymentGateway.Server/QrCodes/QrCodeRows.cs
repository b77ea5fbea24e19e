using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>All SQL that writes codes and their credits. They are written before orders: whoever loses a race loses it here.</summary>
internal static class QrCodeRows
{
    /// <summary>Conflicts when the order has an open code already.</summary>
    internal static readonly RowWriter<QrCode> Insert = RowWriter<QrCode>.Guard("qr_codes.insert", 17, c => c.Id,
        """
        INSERT INTO qr_codes.qr_codes (id, merchant_id, mode, kind, format, state, amount, currency, order_id, owns_order, text, description,
            metadata, created_at, expires_at, version)
        SELECT *, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<QrCode>.Column(c => c.Id),
        RowWriter<QrCode>.Column(c => c.Tenant.MerchantId),
        RowWriter<QrCode>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<QrCode>.Column(c => StateWords.Of(c.Kind)),
        RowWriter<QrCode>.Column(c => c.Format),
        RowWriter<QrCode>.Column(c => StateWords.Of(c.State)),
        RowWriter<QrCode>.Column(c => c.Amount?.Minor),
        RowWriter<QrCode>.Column(c => c.Currency.Code),
        RowWriter<QrCode>.Column(c => c.OrderId),
        RowWriter<QrCode>.Column(c => c.OwnsOrder),
        RowWriter<QrCode>.Column(c => c.Text),
        RowWriter<QrCode>.Column(c => c.Description),
        RowWriter<QrCode>.Column(c => c.Metadata),
        RowWriter<QrCode>.Column(c => c.CreatedAt),
        RowWriter<QrCode>.Column(c => c.ExpiresAt));

    /// <summary>Conflicts when the processor's reference was credited before: its message has come again.</summary>
    internal static readonly RowWriter<Credit> InsertCredit = RowWriter<Credit>.Guard("qr_codes.credits", 18, KeyOf,
        """
        INSERT INTO qr_codes.credits
            (merchant_id, mode, connector, reference, qr_code_id, payment_id, order_id, amount, currency, surplus, credited_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT ON CONSTRAINT one_credit_per_reference DO NOTHING
        RETURNING merchant_id || '/' || mode || '/' || connector || '/' || reference
        """,
        RowWriter<Credit>.Column(c => c.Tenant.MerchantId),
        RowWriter<Credit>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<Credit>.Column(c => c.Connector),
        RowWriter<Credit>.Column(c => c.Reference),
        RowWriter<Credit>.Column(c => c.QrCodeId),
        RowWriter<Credit>.Column(c => c.PaymentId),
        RowWriter<Credit>.Column(c => c.OrderId),
        RowWriter<Credit>.Column(c => c.Amount.Minor),
        RowWriter<Credit>.Column(c => c.Amount.Currency.Code),
        RowWriter<Credit>.Column(c => c.Surplus),
        RowWriter<Credit>.Column(c => c.CreditedAt));

    /// <summary>
    /// Counts one credit. It adds to what is there and asks for no version, so that a busy till's customers do not send each other
    /// back; conflicts when the code was closed meanwhile.
    /// </summary>
    internal static readonly RowWriter<(QrCode Code, Credit Credit)> Count = RowWriter<(QrCode Code, Credit Credit)>.Guard(
        "qr_codes.count", 19, r => r.Code.Id,
        """
        UPDATE qr_codes.qr_codes AS c
        SET payments_count = c.payments_count + 1, amount_received = c.amount_received + r.amount,
            state = r.state, closed_at = r.closed_at, version = c.version + 1
        FROM unnest($1, $2, $3, $4, $5) AS r (id, amount, state, closed_at, credited_at)
        WHERE c.id = r.id AND c.state = 'active' AND (c.expires_at IS NULL OR c.expires_at > r.credited_at)
        RETURNING c.id
        """,
        RowWriter<(QrCode Code, Credit Credit)>.Column(r => r.Code.Id),
        RowWriter<(QrCode Code, Credit Credit)>.Column(r => r.Credit.Amount.Minor),
        RowWriter<(QrCode Code, Credit Credit)>.Column(r => StateWords.Of(r.Code.State)),
        RowWriter<(QrCode Code, Credit Credit)>.Column(r => r.Code.ClosedAt),
        RowWriter<(QrCode Code, Credit Credit)>.Column(r => r.Credit.CreditedAt));

    /// <summary>Conflicts when it was closed meanwhile.</summary>
    internal static readonly RowWriter<QrCode> Close = RowWriter<QrCode>.Guard("qr_codes.close", 19, c => c.Id,
        """
        UPDATE qr_codes.qr_codes AS c
        SET state = r.state, closed_at = r.closed_at, version = c.version + 1
        FROM unnest($1, $2, $3) AS r (id, state, closed_at)
        WHERE c.id = r.id AND c.state = 'active'
        RETURNING c.id
        """,
        RowWriter<QrCode>.Column(c => c.Id),
        RowWriter<QrCode>.Column(c => StateWords.Of(c.State)),
        RowWriter<QrCode>.Column(c => c.ClosedAt));

    internal static IReadOnlyList<BookCheck> Checks { get; } =
    [
        new("What a QR code counts is what its credits add up to",
            """
            SELECT q.id
            FROM qr_codes.qr_codes q
            LEFT JOIN qr_codes.credits c ON c.qr_code_id = q.id AND c.surplus IS NULL
            GROUP BY q.id
            HAVING q.payments_count <> count(c.reference) OR q.amount_received <> coalesce(sum(c.amount), 0) LIMIT 20
            """),
        new("Every credit of a QR code is a payment that succeeded with its amount",
            """
            SELECT c.payment_id
            FROM qr_codes.credits c
            LEFT JOIN payments.payments p ON p.id = c.payment_id
            WHERE (p.state, p.amount, p.currency, p.order_id, p.merchant_id, p.mode)
                IS DISTINCT FROM ('succeeded', c.amount, c.currency, c.order_id, c.merchant_id, c.mode) LIMIT 20
            """),
    ];

    private static string KeyOf(Credit credit) =>
        $"{credit.Tenant.MerchantId}/{credit.Tenant.Mode.ToSql()}/{credit.Connector}/{credit.Reference}";
}
