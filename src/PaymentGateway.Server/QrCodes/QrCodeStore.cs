using PaymentGateway.Clocks;
using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>Reads codes and their credits.</summary>
internal sealed class QrCodeStore(Db db)
{
    internal static DueRows CodesInTime { get; } = new("qr_codes.qr_codes", "expires_at", "d.state = 'active'");

    private const string Columns =
        """
        q.id, q.merchant_id, q.mode, q.kind, q.format, q.state, q.amount, q.currency, q.order_id, q.owns_order, q.text, q.description,
        q.metadata, q.payments_count, q.amount_received, q.created_at, q.expires_at, q.closed_at
        """;

    public async Task<QrCode?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM qr_codes.qr_codes q WHERE q.id = @id AND q.merchant_id = @MerchantId AND q.mode = @mode",
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToCode();
    }

    /// <summary>For those who have only the code itself, or the link of its picture: the code says whose it is.</summary>
    public async Task<QrCode?> FindAnywhere(string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM qr_codes.qr_codes q WHERE q.id = @id", new { id }, cancellationToken: cancel));
        return row?.ToCode();
    }

    /// <summary>The id of the code that is open for an order; null: none.</summary>
    public async Task<string?> FindOpenFor(Tenant tenant, string orderId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            """
            SELECT id FROM qr_codes.qr_codes
            WHERE order_id = @orderId AND state = 'active' AND merchant_id = @MerchantId AND mode = @mode
            """,
            new { orderId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<QrCode, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "q.id", "q.created_at")
            .And("q.state = @state", query["status"])
            .And("q.kind = @kind", query["type"])
            .And("q.order_id = @orderId", query["orderId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM qr_codes.qr_codes q
            WHERE q.merchant_id = @merchantId AND q.mode = @mode {where.Sql}
            ORDER BY q.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToCode()));
    }

    public async Task<ListView<TView>> ListCredits<TView>(
        Tenant tenant, string qrCodeId, ListQuery query, Func<Credit, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "payment_id").And("qr_code_id = @qrCodeId", qrCodeId);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<CreditRow>(new CommandDefinition(
            $"""
            SELECT connector, reference, payment_id, order_id, amount, currency, surplus, credited_at
            FROM qr_codes.credits
            WHERE merchant_id = @merchantId AND mode = @mode {where.Sql}
            ORDER BY payment_id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.PaymentId, row => view(row.ToCredit(tenant, qrCodeId)));
    }

    /// <summary>Whether the processor's reference was credited before.</summary>
    public async Task<bool> IsCredited(Tenant tenant, string connector, string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleAsync<bool>(new CommandDefinition(
            """
            SELECT EXISTS (
                SELECT FROM qr_codes.credits
                WHERE merchant_id = @MerchantId AND mode = @mode AND connector = @connector AND reference = @reference)
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), connector, reference }, cancellationToken: cancel));
    }

    /// <summary>Codes whose time is over.</summary>
    /// <param name="now">The real time, of <see cref="MerchantClocks.StartRound"/>.</param>
    /// <param name="limit">At most twice so many.</param>
    /// <param name="cancel">Stops the search.</param>
    public async Task<IReadOnlyList<QrCode>> FindDue(DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM qr_codes.qr_codes q
            WHERE q.id IN (SELECT id FROM ({CodesInTime.Select("id")}) AS due)
            """, new { now, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToCode())];
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Kind { get; init; }
        public required string Format { get; init; }
        public required string State { get; init; }
        public long? Amount { get; init; }
        public required string Currency { get; init; }
        public string? OrderId { get; init; }
        public bool OwnsOrder { get; init; }
        public required string Text { get; init; }
        public string? Description { get; init; }
        public required string Metadata { get; init; }
        public int PaymentsCount { get; init; }
        public long AmountReceived { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }

        public QrCode ToCode()
        {
            var currency = PaymentGateway.Currency.FromStored(Currency);
            return new()
            {
                Id = Id,
                Tenant = Tenant.FromStored(MerchantId, Mode),
                Kind = StateWords.Parse<QrCodeKind>(Kind),
                Format = Format,
                State = StateWords.Parse<QrCodeState>(State),
                Amount = Amount is { } minor ? Money.FromMinor(minor, currency) : null,
                Currency = currency,
                OrderId = OrderId,
                OwnsOrder = OwnsOrder,
                Text = Text,
                Description = Description,
                Metadata = Metadata,
                PaymentsCount = PaymentsCount,
                AmountReceived = Money.FromMinor(AmountReceived, currency),
                CreatedAt = CreatedAt,
                ExpiresAt = ExpiresAt,
                ClosedAt = ClosedAt,
            };
        }
    }

    private sealed record CreditRow
    {
        public required string Connector { get; init; }
        public required string Reference { get; init; }
        public required string PaymentId { get; init; }
        public required string OrderId { get; init; }
        public long Amount { get; init; }
        public required string Currency { get; init; }
        public string? Surplus { get; init; }
        public DateTimeOffset CreditedAt { get; init; }

        public Credit ToCredit(Tenant tenant, string qrCodeId) => new(
            tenant, Connector, Reference, qrCodeId, PaymentId, OrderId, Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)), Surplus, CreditedAt);
    }
}
