using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Customers;

/// <summary>A charge that is about to be paid with a saved method.</summary>
public sealed record MethodInUse(Tenant Tenant, string PaymentMethodId, string ChargeId);

/// <summary>An order or payment that is about to name a customer.</summary>
public sealed record CustomerNamed(Tenant Tenant, string CustomerId, string ObjectId);

/// <summary>All SQL that writes saved methods: set-based, guarded by version.</summary>
internal static class PaymentMethodRows
{
    /// <summary>Conflicts when the customer has the same card or address attached.</summary>
    internal static readonly RowWriter<PaymentMethod> Insert = RowWriter<PaymentMethod>.Guard("customers.payment_methods.insert", 7, m => m.Id,
        """
        INSERT INTO customers.payment_methods
            (id, merchant_id, mode, customer_id, state, method, network, last4, funding, expiry, vpa, fingerprint, connector, source, has_place,
             behaviour, metadata, created_at, check_at, network_transaction_id, checks, version)
        SELECT *, 0, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<PaymentMethod>.Column(m => m.Id),
        RowWriter<PaymentMethod>.Column(m => m.Tenant.MerchantId),
        RowWriter<PaymentMethod>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<PaymentMethod>.Column(m => m.CustomerId),
        RowWriter<PaymentMethod>.Column(m => Words.Of(m.State)),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Method),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Network),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Last4),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Funding),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Expiry),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Vpa),
        RowWriter<PaymentMethod>.Column(m => m.Fingerprint),
        RowWriter<PaymentMethod>.Column(m => m.Connector),
        RowWriter<PaymentMethod>.Column(m => m.Source?.ToJson()),
        RowWriter<PaymentMethod>.Column(m => m.HasPlace),
        RowWriter<PaymentMethod>.Column(m => m.Behaviour),
        RowWriter<PaymentMethod>.Column(m => m.Metadata),
        RowWriter<PaymentMethod>.Column(m => m.CreatedAt),
        RowWriter<PaymentMethod>.Column(m => m.CheckAt),
        RowWriter<PaymentMethod>.Column(m => m.NetworkTransactionId));

    internal static readonly RowWriter<PaymentMethod> Update = RowWriter<PaymentMethod>.Guard("customers.payment_methods", 7, m => m.Id,
        """
        UPDATE customers.payment_methods AS m
        SET state = r.state, network = r.network, last4 = r.last4, funding = r.funding, expiry = r.expiry, vpa = r.vpa,
            fingerprint = r.fingerprint, reference = r.reference, source = r.source, has_place = r.has_place, replaced_by = r.replaced_by,
            failure_code = r.failure_code, failure_reason = r.failure_reason, metadata = r.metadata, attached_at = r.attached_at,
            detached_at = r.detached_at, expires_at = r.expires_at, notice_at = r.notice_at, forgotten_at = r.forgotten_at,
            check_at = r.check_at, claimed_until = NULL, checks = r.checks, version = m.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) AS r
            (id, merchant_id, mode, version, state, network, last4, funding, expiry, vpa, fingerprint, reference, source, has_place, replaced_by,
             failure_code, failure_reason, metadata, attached_at, detached_at, expires_at, notice_at, forgotten_at, check_at, checks)
        WHERE m.id = r.id AND m.merchant_id = r.merchant_id AND m.mode = r.mode AND m.version = r.version
        RETURNING m.id
        """,
        RowWriter<PaymentMethod>.Column(m => m.Id),
        RowWriter<PaymentMethod>.Column(m => m.Tenant.MerchantId),
        RowWriter<PaymentMethod>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<PaymentMethod>.Column(m => m.Version),
        RowWriter<PaymentMethod>.Column(m => Words.Of(m.State)),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Network),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Last4),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Funding),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Expiry),
        RowWriter<PaymentMethod>.Column(m => m.Summary.Vpa),
        RowWriter<PaymentMethod>.Column(m => m.Fingerprint),
        RowWriter<PaymentMethod>.Column(m => m.Reference),
        RowWriter<PaymentMethod>.Column(m => m.Source?.ToJson()),
        RowWriter<PaymentMethod>.Column(m => m.HasPlace),
        RowWriter<PaymentMethod>.Column(m => m.ReplacedBy),
        RowWriter<PaymentMethod>.Column(m => m.FailureCode),
        RowWriter<PaymentMethod>.Column(m => m.FailureReason),
        RowWriter<PaymentMethod>.Column(m => m.Metadata),
        RowWriter<PaymentMethod>.Column(m => m.AttachedAt),
        RowWriter<PaymentMethod>.Column(m => m.DetachedAt),
        RowWriter<PaymentMethod>.Column(m => m.ExpiresAt),
        RowWriter<PaymentMethod>.Column(m => m.NoticeAt),
        RowWriter<PaymentMethod>.Column(m => m.ForgottenAt),
        RowWriter<PaymentMethod>.Column(m => m.CheckAt),
        RowWriter<PaymentMethod>.Column(m => m.Checks));

    /// <summary>Takes what is personal from all methods that a deleted customer ever had.</summary>
    internal static readonly RowWriter<Customer> Erase = RowWriter<Customer>.Append("customers.payment_methods.erase", 8, c => c.Id,
        """
        UPDATE customers.payment_methods AS m
        SET vpa = NULL, fingerprint = NULL, network_transaction_id = NULL, metadata = '{}'
        FROM unnest($1, $2, $3) AS r (customer_id, merchant_id, mode)
        WHERE m.customer_id = r.customer_id AND m.merchant_id = r.merchant_id AND m.mode = r.mode
        """,
        RowWriter<Customer>.Column(c => c.Id),
        RowWriter<Customer>.Column(c => c.Tenant.MerchantId),
        RowWriter<Customer>.Column(c => c.Tenant.Mode.ToSql()));

    /// <summary>
    /// Conflicts when the method is not attached any more. It stands after the writers that detach, so that within one group of changes
    /// too it sees what they did; between two transactions the one that comes second waits for the first and sees its outcome.
    /// </summary>
    internal static readonly RowWriter<MethodInUse> InUse = RowWriter<MethodInUse>.Guard(
        "customers.method_in_use", 9, u => u.ChargeId,
        """
        SELECT r.charge_id
        FROM unnest($1, $2, $3, $4) AS r (charge_id, id, merchant_id, mode)
        JOIN customers.payment_methods AS m ON m.id = r.id AND m.merchant_id = r.merchant_id AND m.mode = r.mode
        WHERE m.state = 'active'
        FOR SHARE OF m
        """,
        RowWriter<MethodInUse>.Column(u => u.ChargeId),
        RowWriter<MethodInUse>.Column(u => u.PaymentMethodId),
        RowWriter<MethodInUse>.Column(u => u.Tenant.MerchantId),
        RowWriter<MethodInUse>.Column(u => u.Tenant.Mode.ToSql()));

    /// <summary>Conflicts when the customer was deleted: after that nobody may write personal data beside its id. As <see cref="InUse"/>.</summary>
    internal static readonly RowWriter<CustomerNamed> Named = RowWriter<CustomerNamed>.Guard(
        "customers.customer_named", 9, n => n.ObjectId,
        """
        SELECT r.object_id
        FROM unnest($1, $2, $3, $4) AS r (object_id, id, merchant_id, mode)
        JOIN customers.customers AS c ON c.id = r.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode
        WHERE c.state = 'active'
        FOR SHARE OF c
        """,
        RowWriter<CustomerNamed>.Column(n => n.ObjectId),
        RowWriter<CustomerNamed>.Column(n => n.CustomerId),
        RowWriter<CustomerNamed>.Column(n => n.Tenant.MerchantId),
        RowWriter<CustomerNamed>.Column(n => n.Tenant.Mode.ToSql()));
}
