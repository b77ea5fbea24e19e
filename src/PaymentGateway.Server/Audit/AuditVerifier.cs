using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>What was done to a chain.</summary>
public enum ChainFault
{
    /// <summary>The content of a row, or its link, is not what was hashed.</summary>
    Changed,

    /// <summary>A row or a link is gone.</summary>
    Deleted,

    /// <summary>A row stands where the chain has passed without it.</summary>
    Inserted,

    /// <summary>A link follows another than the one before it.</summary>
    Reordered,

    /// <summary>The last rows are gone.</summary>
    TailCut,

    /// <summary>The head is not that of the last link.</summary>
    HeadChanged,

    /// <summary>The first rows are gone although retention has not passed.</summary>
    BeginningCut,

    /// <summary>The link that was noted elsewhere has another hash, or is gone: the chain was written anew.</summary>
    AnchorMissed,
}

/// <summary>The first place where a chain does not hold.</summary>
/// <param name="Sequence">The number of the link, where there is one.</param>
/// <param name="RowId">The row, where it is known.</param>
public sealed record ChainBreak(ChainFault Fault, long? Sequence, string? RowId, string Sentence);

/// <summary>The check of one chain.</summary>
/// <param name="Rows">How many linked rows were read.</param>
/// <param name="Sequence">The last link, 0 when there is none.</param>
/// <param name="Head">Its hash in hexadecimal digits.</param>
/// <param name="Waiting">Rows that have no link yet.</param>
/// <param name="Broken">Null: the chain holds.</param>
public sealed record ChainReport(Tenant Tenant, long Rows, long Sequence, string Head, long Waiting, ChainBreak? Broken);

/// <summary>A link that somebody noted outside of this database.</summary>
public sealed record ChainAnchor(long Sequence, string Hash);

/// <summary>Recomputes chains from their rows, and names the first row of each that is not as it was linked.</summary>
public sealed class AuditVerifier
{
    private readonly AuditProofStore store;
    private readonly TimeProvider clock;

    public AuditVerifier(Db db, TimeProvider clock) => (store, this.clock) = (new(db), clock);

    public async Task<IReadOnlyList<ChainReport>> VerifyAll(CancellationToken cancel)
    {
        await using var snapshot = await store.Begin(cancel);
        var reports = new List<ChainReport>();
        foreach (var tenant in await snapshot.Tenants(cancel))
        {
            reports.Add(await Verify(snapshot, tenant, anchor: null, cancel));
        }

        return reports;
    }

    public async Task<ChainReport> Verify(Tenant tenant, ChainAnchor? anchor, CancellationToken cancel)
    {
        await using var snapshot = await store.Begin(cancel);
        return await Verify(snapshot, tenant, anchor, cancel);
    }

    private async Task<ChainReport> Verify(AuditProofStore.Snapshot snapshot, Tenant tenant, ChainAnchor? anchor, CancellationToken cancel)
    {
        var cut = await snapshot.Cut(tenant, clock.GetUtcNow().AddYears(-AuditSettings.RetentionYearsMin), cancel);
        var walk = new ChainWalk(cut, anchor);
        await foreach (var link in snapshot.Links(tenant).WithCancellation(cancel))
        {
            walk.Take(link);
        }

        walk.End(await snapshot.Head(tenant, cancel));
        var unlinked = await snapshot.Unlinked(tenant, cancel);
        var broken = walk.Broken ?? (unlinked.Overdue is { } row
            ? new(ChainFault.Inserted, null, row, $"{row} was inserted: the chain has passed its place without it")
            : null);
        return new(tenant, walk.Rows, walk.Sequence, AuditHash.Text(walk.Hash), unlinked.Waiting, broken);
    }
}
