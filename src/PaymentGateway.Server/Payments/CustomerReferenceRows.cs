using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>
/// The version of what is erased moves on: whoever has read a row before writes nothing of it afterwards, neither a row nor an answer.
/// </summary>
internal static class CustomerReferenceRows
{
    private static readonly Column<(Tenant Tenant, string CustomerId)>[] columns =
    [
        RowWriter<(Tenant Tenant, string CustomerId)>.Column(r => r.Tenant.MerchantId),
        RowWriter<(Tenant Tenant, string CustomerId)>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<(Tenant Tenant, string CustomerId)>.Column(r => r.CustomerId),
    ];

    internal static readonly RowWriter<(Tenant Tenant, string CustomerId)> EraseOrders = RowWriter<(Tenant Tenant, string CustomerId)>.Append(
        "payments.orders.erase", 25, r => r.CustomerId,
        """
        UPDATE payments.orders AS o
        SET customer_email = NULL, customer_phone = NULL, version = o.version + 1
        FROM unnest($1, $2, $3) AS r (merchant_id, mode, customer_id)
        WHERE o.merchant_id = r.merchant_id AND o.mode = r.mode AND o.customer_id = r.customer_id
        """, columns);

    internal static readonly RowWriter<(Tenant Tenant, string CustomerId)> ErasePayments = RowWriter<(Tenant Tenant, string CustomerId)>.Append(
        "payments.payments.erase", 35, r => r.CustomerId,
        """
        UPDATE payments.payments AS p
        SET customer_email = NULL, customer_phone = NULL, instrument = NULL, version = p.version + 1
        FROM unnest($1, $2, $3) AS r (merchant_id, mode, customer_id)
        WHERE p.merchant_id = r.merchant_id AND p.mode = r.mode AND p.customer_id = r.customer_id
        """, columns);

    internal static readonly RowWriter<(Tenant Tenant, string CustomerId)> EraseCharges = RowWriter<(Tenant Tenant, string CustomerId)>.Append(
        "payments.charges.erase", 45, r => r.CustomerId,
        """
        UPDATE payments.charges AS c
        SET summary = (c.summary::jsonb - 'vpa')::text
        FROM unnest($1, $2, $3) AS r (merchant_id, mode, customer_id)
        JOIN payments.payments AS p ON p.merchant_id = r.merchant_id AND p.mode = r.mode AND p.customer_id = r.customer_id
        WHERE c.payment_id = p.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode AND c.summary::jsonb ? 'vpa'
        """, columns);

    internal static readonly RowWriter<(Tenant Tenant, string Id, string? By)> Replace =
        RowWriter<(Tenant Tenant, string Id, string? By)>.Append(
            "payments.payments.replace_method", 36, r => r.Id,
            """
            UPDATE payments.payments AS p
            SET payment_method_id = r.by
            FROM unnest($1, $2, $3, $4) AS r (merchant_id, mode, id, by)
            WHERE p.payment_method_id = r.id AND p.merchant_id = r.merchant_id AND p.mode = r.mode
            """,
            RowWriter<(Tenant Tenant, string Id, string? By)>.Column(r => r.Tenant.MerchantId),
            RowWriter<(Tenant Tenant, string Id, string? By)>.Column(r => r.Tenant.Mode.ToSql()),
            RowWriter<(Tenant Tenant, string Id, string? By)>.Column(r => r.Id),
            RowWriter<(Tenant Tenant, string Id, string? By)>.Column(r => r.By));

    internal static readonly RowWriter<Payment> WriteMethod = RowWriter<Payment>.Append("payments.payments.method", 34, p => p.Id,
        """
        UPDATE payments.payments AS p
        SET payment_method_id = r.payment_method_id
        FROM unnest($1, $2) AS r (id, payment_method_id)
        WHERE p.id = r.id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => p.PaymentMethodId));
}
