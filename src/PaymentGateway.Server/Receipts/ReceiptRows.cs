using System.Security.Cryptography;
using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>All SQL that writes suppliers, receipts and their documents.</summary>
internal static class ReceiptRows
{
    /// <summary>
    /// Conflicts when the payment has a receipt already, the refund this note, or another credit note of the receipt was first. A
    /// trigger draws each number from its series' counter, whose row is locked until the commit ends: so this comes late in the commit, and
    /// the key begins with the series, so that all commits lock counters in one order.
    /// </summary>
    internal static readonly RowWriter<NewReceipt> Insert = RowWriter<NewReceipt>.Guard("receipts.receipts", 75, KeyOf,
        """
        INSERT INTO receipts.receipts AS r (id, merchant_id, mode, kind, series, financial_year, issued_on, payment_id, refund_id,
            original_id, position, customer_id, amount, currency, content, created_at)
        SELECT id, merchant_id, mode, kind, series, financial_year, issued_on, payment_id, refund_id, original_id, position, customer_id,
            amount, currency, content::jsonb, created_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS n
            (id, merchant_id, mode, kind, series, financial_year, issued_on, payment_id, refund_id, original_id, position, customer_id,
             amount, currency, content, created_at)
        ON CONFLICT DO NOTHING
        RETURNING r.merchant_id || '/' || r.mode || '/' || r.series || '/' || r.financial_year || '/' || coalesce(r.refund_id, r.payment_id)
        """,
        RowWriter<NewReceipt>.Column(r => r.Id),
        RowWriter<NewReceipt>.Column(r => r.Tenant.MerchantId),
        RowWriter<NewReceipt>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<NewReceipt>.Column(r => Words.Of(r.Kind)),
        RowWriter<NewReceipt>.Column(r => r.Series),
        RowWriter<NewReceipt>.Column(r => r.FinancialYear.StartYear),
        RowWriter<NewReceipt>.Column(r => r.IssuedOn),
        RowWriter<NewReceipt>.Column(r => r.PaymentId),
        RowWriter<NewReceipt>.Column(r => r.RefundId),
        RowWriter<NewReceipt>.Column(r => r.OriginalId),
        RowWriter<NewReceipt>.Column(r => (short?)r.Position),
        RowWriter<NewReceipt>.Column(r => r.CustomerId),
        RowWriter<NewReceipt>.Column(r => r.Amount.Minor),
        RowWriter<NewReceipt>.Column(r => r.Amount.Currency.Code),
        RowWriter<NewReceipt>.Column(r => JsonSerializer.Serialize(r.Content, Json.Options)),
        RowWriter<NewReceipt>.Column(r => r.CreatedAt));

    internal static readonly RowWriter<NewReceipt> ToPrint = RowWriter<NewReceipt>.Append("receipts.to_print", 76, r => r.Id,
        "INSERT INTO receipts.to_print (receipt_id, merchant_id, mode) SELECT * FROM unnest($1, $2, $3)",
        RowWriter<NewReceipt>.Column(r => r.Id),
        RowWriter<NewReceipt>.Column(r => r.Tenant.MerchantId),
        RowWriter<NewReceipt>.Column(r => r.Tenant.Mode.ToSql()));

    /// <summary>Conflicts when the document is there already: then nobody tells of it again.</summary>
    internal static readonly RowWriter<ReceiptFile> InsertFile = RowWriter<ReceiptFile>.Guard("receipts.files", 77, f => f.ReceiptId,
        """
        INSERT INTO receipts.files (receipt_id, merchant_id, mode, content_type, sha256, content, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (receipt_id) DO NOTHING
        RETURNING receipt_id
        """,
        RowWriter<ReceiptFile>.Column(f => f.ReceiptId),
        RowWriter<ReceiptFile>.Column(f => f.Tenant.MerchantId),
        RowWriter<ReceiptFile>.Column(f => f.Tenant.Mode.ToSql()),
        RowWriter<ReceiptFile>.Column(f => f.ContentType),
        RowWriter<ReceiptFile>.Column(f => SHA256.HashData(f.Content)),
        RowWriter<ReceiptFile>.Column(f => f.Content),
        RowWriter<ReceiptFile>.Column(f => f.CreatedAt));

    internal static readonly RowWriter<ReceiptFile> Printed = RowWriter<ReceiptFile>.Append("receipts.printed", 78, f => f.ReceiptId,
        "DELETE FROM receipts.to_print AS t USING unnest($1, $2, $3) AS r (id, merchant_id, mode) "
        + "WHERE t.receipt_id = r.id AND t.merchant_id = r.merchant_id AND t.mode = r.mode",
        RowWriter<ReceiptFile>.Column(f => f.ReceiptId),
        RowWriter<ReceiptFile>.Column(f => f.Tenant.MerchantId),
        RowWriter<ReceiptFile>.Column(f => f.Tenant.Mode.ToSql()));

    /// <summary>A refund that was done. It may be there already.</summary>
    internal static readonly RowWriter<DoneRefund> ToCredit = RowWriter<DoneRefund>.Append("receipts.to_credit", 79, r => r.RefundId,
        "INSERT INTO receipts.to_credit (refund_id, merchant_id, mode) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING",
        RowWriter<DoneRefund>.Column(r => r.RefundId),
        RowWriter<DoneRefund>.Column(r => r.Tenant.MerchantId),
        RowWriter<DoneRefund>.Column(r => r.Tenant.Mode.ToSql()));

    internal static readonly RowWriter<DoneRefund> Credited = RowWriter<DoneRefund>.Append("receipts.credited", 79, r => r.RefundId,
        "DELETE FROM receipts.to_credit AS t USING unnest($1, $2, $3) AS r (id, merchant_id, mode) "
        + "WHERE t.refund_id = r.id AND t.merchant_id = r.merchant_id AND t.mode = r.mode",
        RowWriter<DoneRefund>.Column(r => r.RefundId),
        RowWriter<DoneRefund>.Column(r => r.Tenant.MerchantId),
        RowWriter<DoneRefund>.Column(r => r.Tenant.Mode.ToSql()));

    /// <summary>Conflicts when it is not of the version that was decided on.</summary>
    internal static readonly RowWriter<Supplier> PutSupplier = RowWriter<Supplier>.Guard("receipts.suppliers", 74, KeyOf,
        """
        INSERT INTO receipts.suppliers AS s (merchant_id, mode, version, legal_name, address, country, state, gstin, tax_id, series,
            credit_note_series, sac, support_contact, updated_at, debit_note_series)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (merchant_id, mode) DO UPDATE
        SET version = excluded.version, legal_name = excluded.legal_name, address = excluded.address, country = excluded.country,
            state = excluded.state, gstin = excluded.gstin, tax_id = excluded.tax_id, series = excluded.series,
            credit_note_series = excluded.credit_note_series, sac = excluded.sac, support_contact = excluded.support_contact,
            updated_at = excluded.updated_at, debit_note_series = excluded.debit_note_series
        WHERE s.version = excluded.version - 1
        RETURNING s.merchant_id || '/' || s.mode
        """,
        RowWriter<Supplier>.Column(s => s.Tenant.MerchantId),
        RowWriter<Supplier>.Column(s => s.Tenant.Mode.ToSql()),
        RowWriter<Supplier>.Column(s => s.Version),
        RowWriter<Supplier>.Column(s => s.LegalName),
        RowWriter<Supplier>.Column(s => string.Join('\n', s.Address)),
        RowWriter<Supplier>.Column(s => s.Country),
        RowWriter<Supplier>.Column(s => s.State?.Code),
        RowWriter<Supplier>.Column(s => s.Gstin?.Text),
        RowWriter<Supplier>.Column(s => s.TaxId),
        RowWriter<Supplier>.Column(s => s.Series),
        RowWriter<Supplier>.Column(s => s.CreditNoteSeries),
        RowWriter<Supplier>.Column(s => s.Sac),
        RowWriter<Supplier>.Column(s => s.SupportContact),
        RowWriter<Supplier>.Column(s => s.UpdatedAt),
        RowWriter<Supplier>.Column(s => s.DebitNoteSeries));

    private static string KeyOf(NewReceipt receipt) =>
        $"{KeyOf(receipt.Tenant)}/{receipt.Series}/{receipt.FinancialYear.StartYear}/{receipt.RefundId ?? receipt.PaymentId}";

    private static string KeyOf(Supplier supplier) => KeyOf(supplier.Tenant);

    private static string KeyOf(Tenant tenant) => $"{tenant.MerchantId}/{tenant.Mode.ToSql()}";
}

/// <summary>A refund that succeeded, and may need a credit note.</summary>
internal sealed record DoneRefund(string RefundId, Tenant Tenant);
