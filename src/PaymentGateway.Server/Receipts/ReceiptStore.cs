using System.Text.Json;
using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>Reads suppliers, receipts and their documents.</summary>
internal sealed class ReceiptStore(Db db)
{
    private const string Columns =
        """
        r.id, r.merchant_id, r.mode, r.kind, r.number, r.financial_year, r.issued_on, r.payment_id, r.refund_id, r.original_id, r.position,
        r.customer_id, r.amount, r.currency, r.content::text AS content, r.created_at
        """;

    public async Task<Supplier?> FindSupplier(Tenant tenant, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<SupplierRow>(new CommandDefinition(
            """
            SELECT version, legal_name, address, country, state, gstin, tax_id, series, credit_note_series, debit_note_series, sac, support_contact,
                updated_at
            FROM receipts.suppliers
            WHERE merchant_id = @MerchantId AND mode = @mode
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToSupplier(tenant);
    }

    public Task<Receipt?> Find(Tenant tenant, string id, CancellationToken cancel) => FindBy(tenant, "r.id = @value", id, cancel);

    /// <summary>The receipt itself, not a note to it.</summary>
    public Task<Receipt?> FindOfPayment(Tenant tenant, string paymentId, CancellationToken cancel) =>
        FindBy(tenant, "r.payment_id = @value AND r.kind NOT IN ('credit_note', 'debit_note')", paymentId, cancel);

    public Task<Receipt?> FindOfRefund(Tenant tenant, string refundId, CancellationToken cancel) =>
        FindBy(tenant, "r.refund_id = @value AND r.kind = 'credit_note'", refundId, cancel);

    /// <summary>The debit note that takes back the credit note of a refund.</summary>
    public Task<Receipt?> FindDebitOfRefund(Tenant tenant, string refundId, CancellationToken cancel) =>
        FindBy(tenant, "r.refund_id = @value AND r.kind = 'debit_note'", refundId, cancel);

    /// <summary>In the order in which they were issued.</summary>
    /// <returns>Those that no debit note has taken back, and how many there are with the others.</returns>
    public async Task<(IReadOnlyList<Receipt> Standing, int Count)> CreditNotesOf(Tenant tenant, string receiptId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}, EXISTS (SELECT FROM receipts.receipts d WHERE d.original_id = r.id) AS is_taken_back
            FROM receipts.receipts r
            WHERE r.original_id = @receiptId AND r.merchant_id = @MerchantId AND r.mode = @mode
            ORDER BY r.position
            """,
            new { receiptId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel))).AsList();
        return ([.. rows.Where(row => !row.IsTakenBack).Select(row => row.ToReceipt())], rows.Count);
    }

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<Receipt, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "r.id", "r.created_at")
            .And("r.payment_id = @paymentId", query["paymentId"])
            .And("r.kind = @kind", query["kind"])
            .And("r.number = @number", query["number"])
            .And("r.customer_id = @customerId", query["customerId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM receipts.receipts r
            WHERE r.merchant_id = @merchantId AND r.mode = @mode {where.Sql}
            ORDER BY r.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToReceipt()));
    }

    public async Task<ReceiptFile?> FindFile(Tenant tenant, string receiptId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<FileRow>(new CommandDefinition(
            """
            SELECT content_type, content, created_at
            FROM receipts.files
            WHERE receipt_id = @receiptId AND merchant_id = @MerchantId AND mode = @mode
            """,
            new { receiptId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row is null ? null : new(receiptId, tenant, row.ContentType, row.Content, row.CreatedAt);
    }

    /// <summary>Receipts of all merchants that have no document yet, the oldest first.</summary>
    public async Task<IReadOnlyList<Receipt>> FindToPrint(int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM (SELECT receipt_id FROM receipts.to_print ORDER BY receipt_id LIMIT @limit) t
            JOIN receipts.receipts r ON r.id = t.receipt_id
            ORDER BY r.id
            """, new { limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToReceipt())];
    }

    /// <summary>Refunds of all merchants that were done and are not looked at yet, the oldest first.</summary>
    public async Task<IReadOnlyList<DoneRefund>> FindToCredit(int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<(string RefundId, string MerchantId, string Mode)>(new CommandDefinition(
            "SELECT refund_id, merchant_id, mode FROM receipts.to_credit ORDER BY refund_id LIMIT @limit", new { limit },
            cancellationToken: cancel));
        return [.. rows.Select(row => new DoneRefund(row.RefundId, Tenant.FromStored(row.MerchantId, row.Mode)))];
    }

    private async Task<Receipt?> FindBy(Tenant tenant, string condition, string value, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM receipts.receipts r WHERE {condition} AND r.merchant_id = @MerchantId AND r.mode = @mode",
            new { value, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToReceipt();
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Kind { get; init; }
        public required string Number { get; init; }
        public int FinancialYear { get; init; }
        public DateOnly IssuedOn { get; init; }
        public required string PaymentId { get; init; }
        public string? RefundId { get; init; }
        public string? OriginalId { get; init; }
        public short? Position { get; init; }
        public string? CustomerId { get; init; }
        public long Amount { get; init; }
        public required string Currency { get; init; }
        public required string Content { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        /// <summary>Of a credit note, where it was asked for.</summary>
        public bool IsTakenBack { get; init; }

        public Receipt ToReceipt() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            Kind = Words.Parse<ReceiptKind>(Kind),
            Number = Number,
            FinancialYear = new(FinancialYear),
            IssuedOn = IssuedOn,
            PaymentId = PaymentId,
            RefundId = RefundId,
            OriginalId = OriginalId,
            Position = Position,
            CustomerId = CustomerId,
            Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
            Content = JsonSerializer.Deserialize<ReceiptContent>(Content, Json.Options)!,
            CreatedAt = CreatedAt,
        };
    }

    private sealed record SupplierRow
    {
        public int Version { get; init; }
        public required string LegalName { get; init; }
        public required string Address { get; init; }
        public required string Country { get; init; }
        public string? State { get; init; }
        public string? Gstin { get; init; }
        public string? TaxId { get; init; }
        public required string Series { get; init; }
        public required string CreditNoteSeries { get; init; }
        public required string DebitNoteSeries { get; init; }
        public string? Sac { get; init; }
        public string? SupportContact { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }

        public Supplier ToSupplier(Tenant tenant) => new(
            tenant, Version, LegalName, Address.Split('\n'), Country, GstState.Find(State), Receipts.Gstin.Parse(Gstin), TaxId, Series,
            CreditNoteSeries, Sac, SupportContact, UpdatedAt)
        {
            DebitNoteSeries = DebitNoteSeries,
        };
    }

    private sealed record FileRow
    {
        public required string ContentType { get; init; }
        public required byte[] Content { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}
