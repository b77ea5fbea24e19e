using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Balances;

/// <summary>Reads balances, holds and transactions.</summary>
internal sealed class BalanceStore(Db db)
{
    public async Task<IReadOnlyList<Balance>> Of(Tenant tenant, string customerId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<(string Currency, long Amount, long Held)>(new CommandDefinition(
            """
            SELECT currency, amount, held
            FROM balances.balances
            WHERE merchant_id = @MerchantId AND mode = @mode AND customer_id = @customerId
            ORDER BY currency
            """,
            new { customerId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return [.. rows.Select(row => Read(tenant, customerId, Currency.FromStored(row.Currency), row.Amount, row.Held))];
    }

    /// <summary>Zero for a customer who never had one in this currency.</summary>
    public async Task<Balance> Find(Tenant tenant, string customerId, Currency currency, CancellationToken cancel) =>
        (await Of(tenant, customerId, cancel)).FirstOrDefault(balance => balance.Amount.Currency == currency)
        ?? Read(tenant, customerId, currency, 0, 0);

    public async Task<Hold?> FindHold(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<HoldRow>(new CommandDefinition(
            """
            SELECT id, customer_id, payment_id, currency, amount, captured, refunded, state, ledger_key, created_at, expires_at, version
            FROM balances.holds
            WHERE id = @id AND merchant_id = @MerchantId AND mode = @mode
            """,
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToHold(tenant);
    }

    /// <summary>Whether the capture or refund with this key was done.</summary>
    public async Task<bool> IsDone(Tenant tenant, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM balances.transactions WHERE merchant_id = @MerchantId AND mode = @mode AND operation_key = @key)",
            new { key, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    public async Task<ListView<TView>> List<TView>(
        Tenant tenant, string customerId, ListQuery query, Func<BalanceTransaction, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "t.id", "t.created_at")
            .And("t.customer_id = @customerId", customerId)
            .And("t.type = @type", query["type"])
            .And("t.currency = @currency", query["currency"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<TransactionRow>(new CommandDefinition(
            $"""
            SELECT t.id, t.customer_id, t.type, t.amount, t.currency, t.operation_key, t.payment_id, t.reason, t.created_at
            FROM balances.transactions t
            WHERE t.merchant_id = @merchantId AND t.mode = @mode {where.Sql}
            ORDER BY t.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToTransaction(tenant)));
    }

    private static Balance Read(Tenant tenant, string customerId, Currency currency, long amount, long held) =>
        new(tenant, customerId, Money.FromMinor(amount, currency), Money.FromMinor(held, currency));

    private sealed record HoldRow
    {
        public required string Id { get; init; }
        public string? CustomerId { get; init; }
        public string? PaymentId { get; init; }
        public required string Currency { get; init; }
        public long Amount { get; init; }
        public long Captured { get; init; }
        public long Refunded { get; init; }
        public required string State { get; init; }
        public required string LedgerKey { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public int Version { get; init; }

        public Hold ToHold(Tenant tenant)
        {
            var currency = PaymentGateway.Currency.FromStored(Currency);
            return new()
            {
                Id = Id,
                Tenant = tenant,
                CustomerId = CustomerId,
                PaymentId = PaymentId,
                Amount = Money.FromMinor(Amount, currency),
                Captured = Money.FromMinor(Captured, currency),
                Refunded = Money.FromMinor(Refunded, currency),
                State = Words.Parse<HoldState>(State),
                LedgerKey = LedgerKey,
                CreatedAt = CreatedAt,
                ExpiresAt = ExpiresAt,
                Version = Version,
            };
        }
    }

    private sealed record TransactionRow
    {
        public required string Id { get; init; }
        public required string CustomerId { get; init; }
        public required string Type { get; init; }
        public long Amount { get; init; }
        public required string Currency { get; init; }
        public required string OperationKey { get; init; }
        public string? PaymentId { get; init; }
        public string? Reason { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public BalanceTransaction ToTransaction(Tenant tenant) => new(
            Id, tenant, CustomerId, Words.Parse<BalanceTransactionType>(Type),
            Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)), OperationKey, PaymentId, Reason, CreatedAt);
    }
}
