using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Routing;

/// <param name="Document">JSON.</param>
internal sealed record StoredRules(Tenant Tenant, int Version, string Document, DateTimeOffset CreatedAt);

internal static class RoutingRows
{
    /// <summary>Conflicts when another has made the same version.</summary>
    internal static readonly RowWriter<StoredRules> Insert = RowWriter<StoredRules>.Guard("routing.rules", 17, KeyOf,
        """
        INSERT INTO routing.rules (merchant_id, mode, version, document, created_at)
        SELECT merchant_id, mode, version, document::json, created_at
        FROM unnest($1, $2, $3, $4, $5) AS r (merchant_id, mode, version, document, created_at)
        ON CONFLICT (merchant_id, mode, version) DO NOTHING
        RETURNING merchant_id || '/' || mode || '/' || version
        """,
        RowWriter<StoredRules>.Column(r => r.Tenant.MerchantId),
        RowWriter<StoredRules>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<StoredRules>.Column(r => r.Version),
        RowWriter<StoredRules>.Column(r => r.Document),
        RowWriter<StoredRules>.Column(r => r.CreatedAt));

    private static string KeyOf(StoredRules rules) => $"{rules.Tenant.MerchantId}/{rules.Tenant.Mode.ToSql()}/{rules.Version}";
}
