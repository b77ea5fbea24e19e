using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>Who changed what, when and from where. Never changed once it is written.</summary>
/// <param name="CreatedAt">In whole milliseconds.</param>
/// <param name="Address">The IP address it came from.</param>
/// <param name="Action">Noun and verb: <c>payment.capture</c>.</param>
/// <param name="Before">Compact JSON of the fields that differ; null when the object is new.</param>
/// <param name="After">Compact JSON of the fields that differ; null when the object is gone.</param>
internal sealed record AuditRow(
    string Id, string MerchantId, Mode Mode, DateTimeOffset CreatedAt, string Actor, string? Address, string Action, string ObjectType, string ObjectId,
    string? Before, string? After, string? RequestId)
{
    internal static readonly RowWriter<AuditRow> Insert = RowWriter<AuditRow>.Append("audit.rows", 95, r => r.Id,
        """
        INSERT INTO audit.rows
            (id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, before, after, request_id)
        SELECT id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, before::json, after::json, request_id
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r
            (id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, before, after, request_id)
        """,
        RowWriter<AuditRow>.Column(r => r.Id),
        RowWriter<AuditRow>.Column(r => r.MerchantId),
        RowWriter<AuditRow>.Column(r => r.Mode.ToSql()),
        RowWriter<AuditRow>.Column(r => r.CreatedAt),
        RowWriter<AuditRow>.Column(r => r.Actor),
        RowWriter<AuditRow>.Column(r => r.Address),
        RowWriter<AuditRow>.Column(r => r.Action),
        RowWriter<AuditRow>.Column(r => r.ObjectType),
        RowWriter<AuditRow>.Column(r => r.ObjectId),
        RowWriter<AuditRow>.Column(r => r.Before),
        RowWriter<AuditRow>.Column(r => r.After),
        RowWriter<AuditRow>.Column(r => r.RequestId));
}
