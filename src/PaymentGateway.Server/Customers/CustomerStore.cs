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
        var where = query.For(tenant, "c.id", "c.created_at")
            .And("lower(c.email) = lower(@email)", query["email"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM customers.customers c
            WHERE c.merchant_id = @merchantId AND c.mode = @mode AND c.state = 'active' {where.Sql}
            ORDER BY c.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToCustomer()));
    }

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
            Tenant = Tenant.FromStored(MerchantId, Mode),
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
