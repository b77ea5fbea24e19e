using System.Text.Json;
using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>Reads customers.</summary>
public sealed class CustomerStore(Db db)
{
    private const string Columns =
        """
        c.id, c.merchant_id, c.mode, c.state, c.name, c.email, c.phone, c.address, c.metadata, c.default_payment_method_id, c.methods_count,
        c.created_at, c.updated_at, c.deleted_at, c.version
        """;

    /// <summary>Null also for one that was deleted.</summary>
    public async Task<Customer?> Find(Tenant tenant, string customerId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM customers.customers c
            WHERE c.id = @customerId AND c.merchant_id = @MerchantId AND c.mode = @mode AND c.state = 'active'
            """,
            new { customerId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToCustomer();
    }

    /// <summary>Why an order or a payment cannot name this customer; null when it is there, or is the merchant's own word.</summary>
    public async Task<Refusal?> RefuseUnknown(Tenant tenant, string? customerId, CancellationToken cancel) =>
        Customer.IsOurs(customerId) && await Find(tenant, customerId!, cancel) is null ? new Refusal(Errors.CustomerNotFound) : null;

    internal async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<Customer, TView> view, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM customers.customers c
            WHERE c.merchant_id = @MerchantId AND c.mode = @mode AND c.state = 'active' {Conditions(query)}
            ORDER BY c.id DESC
            LIMIT @limit
            """,
            new
            {
                tenant.MerchantId,
                mode = tenant.Mode.ToSql(),
                before = query.Before,
                email = query["email"],
                createdFrom = query.Time("createdFrom"),
                createdTo = query.Time("createdTo"),
                limit = query.Limit + 1,
            },
            cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToCustomer()));
    }

    /// <summary>The conditions of those filters that were sent; each names a column in this file, never the caller's text.</summary>
    private static string Conditions(ListQuery query) => string.Concat(
        new (bool Sent, string Condition)[]
        {
            (query.Before is not null, "c.id < @before"),
            (query["email"] is not null, "lower(c.email) = lower(@email)"),
            (query.Time("createdFrom") is not null, "c.created_at >= @createdFrom"),
            (query.Time("createdTo") is not null, "c.created_at < @createdTo"),
        }.Where(filter => filter.Sent).Select(filter => " AND " + filter.Condition));

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string State { get; init; }
        public string? Name { get; init; }
        public string? Email { get; init; }
        public string? Phone { get; init; }
        public string? Address { get; init; }
        public required string Metadata { get; init; }
        public string? DefaultPaymentMethodId { get; init; }
        public short MethodsCount { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public DateTimeOffset? DeletedAt { get; init; }
        public int Version { get; init; }

        public Customer ToCustomer() => new()
        {
            Id = Id,
            Tenant = new(MerchantId, Mode.ParseMode()),
            State = Words.Parse<CustomerState>(State),
            Name = Name,
            Email = Email,
            Phone = Phone,
            Address = Address is null ? null : JsonSerializer.Deserialize<Address>(Address, JsonSerializerOptions.Web),
            Metadata = Metadata,
            DefaultPaymentMethodId = DefaultPaymentMethodId,
            MethodsCount = MethodsCount,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            DeletedAt = DeletedAt,
            Version = Version,
        };
    }
}
