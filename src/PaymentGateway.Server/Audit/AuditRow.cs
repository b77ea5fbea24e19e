using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>Who changed what, when and from where. Never changed once it is written.</summary>
internal record AuditRow
{
    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required Mode Mode { get; init; }

    /// <summary>In whole milliseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    public required string Actor { get; init; }

    /// <summary>The IP address it came from.</summary>
    public string? Address { get; init; }

    /// <summary>Noun and verb: <c>payment.capture</c>.</summary>
    public required string Action { get; init; }
    public required string ObjectType { get; init; }
    public required string ObjectId { get; init; }

    /// <summary>Compact JSON of the fields that differ; null when the object is new.</summary>
    public string? Before { get; init; }

    /// <summary>Compact JSON of the fields that differ; null when the object is gone.</summary>
    public string? After { get; init; }
    public string? RequestId { get; init; }

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

/// <summary>A row as it is read, with its link when it has one yet.</summary>
internal sealed record StoredAuditRow : AuditRow
{
    public long? Sequence { get; init; }
    public byte[]? PreviousHash { get; init; }
    public byte[]? Hash { get; init; }
}
