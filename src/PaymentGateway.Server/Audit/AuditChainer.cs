using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>
/// Links final rows to their merchants' chains, after the payments that wrote them: a chain has one end, and no payment may wait for it.
/// Any replica may run it; one does at a time. A round that is cut off leaves nothing behind, and the next one does it.
/// </summary>
public sealed class AuditChainer
{
    internal const int RowsMax = 5000;

    private readonly AuditChainStore store;

    public AuditChainer(Db db) => store = new(db);

    /// <summary>Links all rows that are final now.</summary>
    /// <returns>How many were linked; 0 also while another chainer is at work.</returns>
    public async Task<int> Run(CancellationToken cancel)
    {
        for (var total = 0; ;)
        {
            var (linked, mayBeMore) = await RunRound(cancel);
            total += linked;
            if (!mayBeMore)
            {
                return total;
            }
        }
    }

    private async Task<(int Linked, bool MayBeMore)> RunRound(CancellationToken cancel)
    {
        await using var round = await store.TryBegin(cancel);
        if (round is null)
        {
            return (0, false);
        }

        var found = round.Progress.IsForeign
            ? await round.NextRestored(RowsMax, cancel)
            : await round.Next(RowsMax, cancel);
        var rows = found.Where(row => !row.IsLinked).ToList();
        if (rows.Count > 0)
        {
            var tenants = rows.Select(row => new Tenant(row.MerchantId, row.Mode)).Distinct().ToList();
            var heads = (await round.Heads(tenants, cancel)).ToDictionary(head => head.Tenant);
            await round.Add(Link(rows, heads), heads.Values, cancel);
        }

        var (xid, rowId) = round.Progress switch
        {
            { IsForeign: true } when found.Count == 0 => (0L, ""),
            { IsForeign: false } when found.Count > 0 => (found[^1].Xid, found[^1].Id),
            var same => (same.Xid, same.RowId),
        };
        if (found.Count > 0 || round.Progress.IsForeign)
        {
            await round.Commit(xid, rowId, cancel);
        }

        return (rows.Count, found.Count == RowsMax || round.Progress.IsForeign);
    }

    /// <summary>The links in the order of the rows; the heads move with them.</summary>
    internal static List<AuditLink> Link(IEnumerable<AuditRow> rows, Dictionary<Tenant, ChainHead> heads)
    {
        var links = new List<AuditLink>();
        foreach (var row in rows)
        {
            var tenant = new Tenant(row.MerchantId, row.Mode);
            var head = heads.GetValueOrDefault(tenant);
            var (previous, sequence) = (head?.Hash ?? AuditHash.Genesis, (head?.Sequence ?? 0) + 1);
            var link = new AuditLink(tenant, row.Id, sequence, previous, AuditHash.Of(previous, sequence, row));
            heads[tenant] = new() { MerchantId = row.MerchantId, Mode = row.Mode, Sequence = sequence, Hash = link.Hash };
            links.Add(link);
        }

        return links;
    }
}
