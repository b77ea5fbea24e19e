using PaymentGateway.Ledger;

namespace PaymentGateway.Receipts;

/// <summary>What must hold of receipts, and between them, payments and refunds.</summary>
internal static class ReceiptChecks
{
    public static IReadOnlyList<BookCheck> All { get; } =
    [
        new("The numbers of a series are those from 1 to its last, each once",
            """
            SELECT c.merchant_id || '/' || c.mode || '/' || c.series || '/' || c.financial_year
            FROM receipts.counters c
            LEFT JOIN receipts.receipts r USING (merchant_id, mode, series, financial_year)
            GROUP BY c.merchant_id, c.mode, c.series, c.financial_year, c.last
            HAVING (count(DISTINCT r.serial), coalesce(max(r.serial), 0)) IS DISTINCT FROM (c.last, c.last) LIMIT 20
            """),
        new("The lines of a receipt add up to its amount",
            """
            SELECT r.id
            FROM receipts.receipts r
            WHERE (r.content ->> 'total')::numeric IS DISTINCT FROM (
                SELECT sum((line ->> 'taxable')::numeric + (line ->> 'cgst')::numeric + (line ->> 'sgst')::numeric
                    + (line ->> 'igst')::numeric)
                FROM jsonb_array_elements(r.content -> 'lines') AS line)
            LIMIT 20
            """),
        new("Every credit note is of a refund of its receipt's payment, with its amount",
            """
            SELECT n.id
            FROM receipts.receipts n
            LEFT JOIN refunds.refunds f ON f.id = n.refund_id
            LEFT JOIN receipts.receipts r ON r.id = n.original_id
            WHERE n.kind = 'credit_note' AND (f.amount, f.currency, f.payment_id, r.payment_id)
                IS DISTINCT FROM (n.amount, n.currency, n.payment_id, n.payment_id)
            LIMIT 20
            """),
        new("Every debit note takes back the whole credit note of a refund that came back",
            """
            SELECT d.id
            FROM receipts.receipts d
            LEFT JOIN refunds.refunds f ON f.id = d.refund_id
            LEFT JOIN receipts.receipts n ON n.id = d.original_id
            WHERE d.kind = 'debit_note' AND (f.state, n.kind, n.refund_id, n.amount, n.currency, n.payment_id)
                IS DISTINCT FROM ('failed', 'credit_note', d.refund_id, d.amount, d.currency, d.payment_id)
            LIMIT 20
            """),
    ];
}
