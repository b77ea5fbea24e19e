using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Customers;

/// <summary>All SQL that writes customers: set-based, guarded by version.</summary>
/// <remarks>
/// They are locked before anything else, idempotency keys included: a deletion erases stored answers too, and must not hold them while
/// it waits for a customer whom the writer of such an answer has locked.
/// </remarks>
internal static class CustomerRows
{
    internal static readonly RowWriter<Customer> Insert = RowWriter<Customer>.Guard("customers.insert", 6, c => c.Id,
        """
        INSERT INTO customers.customers
            (id, merchant_id, mode, state, name, email, phone, address, metadata, created_at, updated_at, methods_count, version)
        SELECT *, 0, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<Customer>.Column(c => c.Id),
        RowWriter<Customer>.Column(c => c.Tenant.MerchantId),
        RowWriter<Customer>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<Customer>.Column(c => Words.Of(c.State)),
        RowWriter<Customer>.Column(c => c.Name),
        RowWriter<Customer>.Column(c => c.Email),
        RowWriter<Customer>.Column(c => c.Phone),
        RowWriter<Customer>.Column(c => TextOf(c.Address)),
        RowWriter<Customer>.Column(c => c.Metadata),
        RowWriter<Customer>.Column(c => c.CreatedAt),
        RowWriter<Customer>.Column(c => c.UpdatedAt));

    internal static readonly RowWriter<Customer> Update = RowWriter<Customer>.Guard("customers.update", 6, c => c.Id,
        """
        UPDATE customers.customers AS c
        SET state = r.state, name = r.name, email = r.email, phone = r.phone, address = r.address, metadata = r.metadata,
            default_payment_method_id = r.default_payment_method_id, methods_count = r.methods_count, updated_at = r.updated_at,
            deleted_at = r.deleted_at, version = c.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS r
            (id, merchant_id, mode, version, state, name, email, phone, address, metadata, default_payment_method_id, methods_count, updated_at,
             deleted_at)
        WHERE c.id = r.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode AND c.version = r.version
        RETURNING c.id
        """,
        RowWriter<Customer>.Column(c => c.Id),
        RowWriter<Customer>.Column(c => c.Tenant.MerchantId),
        RowWriter<Customer>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<Customer>.Column(c => c.Version),
        RowWriter<Customer>.Column(c => Words.Of(c.State)),
        RowWriter<Customer>.Column(c => c.Name),
        RowWriter<Customer>.Column(c => c.Email),
        RowWriter<Customer>.Column(c => c.Phone),
        RowWriter<Customer>.Column(c => TextOf(c.Address)),
        RowWriter<Customer>.Column(c => c.Metadata),
        RowWriter<Customer>.Column(c => c.DefaultPaymentMethodId),
        RowWriter<Customer>.Column(c => (short)c.MethodsCount),
        RowWriter<Customer>.Column(c => c.UpdatedAt),
        RowWriter<Customer>.Column(c => c.DeletedAt));

    private static string? TextOf(Address? address) => address is null ? null : JsonSerializer.Serialize(address, JsonSerializerOptions.Web);
}
