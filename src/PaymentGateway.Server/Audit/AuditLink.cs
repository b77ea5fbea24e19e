using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>What ties a row to the one before it.</summary>
/// <param name="Sequence">From 1, without a gap, for each merchant and mode.</param>
/// <param name="Hash">See <see cref="AuditHash"/>.</param>
internal sealed record AuditLink(Tenant Tenant, string RowId, long Sequence, byte[] PreviousHash, byte[] Hash);

internal static class AuditLinkRows
{
    internal static readonly RowWriter<AuditLink> Insert = RowWriter<AuditLink>.Append("audit.links", 96, l => l.RowId,
        """
        INSERT INTO audit.links (row_id, merchant_id, mode, sequence, previous_hash, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        """,
        RowWriter<AuditLink>.Column(l => l.RowId),
        RowWriter<AuditLink>.Column(l => l.Tenant.MerchantId),
        RowWriter<AuditLink>.Column(l => l.Tenant.Mode.ToSql()),
        RowWriter<AuditLink>.Column(l => l.Sequence),
        RowWriter<AuditLink>.Column(l => l.PreviousHash),
        RowWriter<AuditLink>.Column(l => l.Hash));

    internal static readonly RowWriter<ChainHead> MoveHead = RowWriter<ChainHead>.Append("audit.heads", 97, h => $"{h.MerchantId}/{h.Mode.ToSql()}",
        """
        INSERT INTO audit.heads AS h (merchant_id, mode, sequence, hash)
        SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (merchant_id, mode) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
        """,
        RowWriter<ChainHead>.Column(h => h.MerchantId),
        RowWriter<ChainHead>.Column(h => h.Mode.ToSql()),
        RowWriter<ChainHead>.Column(h => h.Sequence),
        RowWriter<ChainHead>.Column(h => h.Hash));
}
