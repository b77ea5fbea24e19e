namespace PaymentGateway.Audit;

/// <summary>Goes along one chain, link by link, and keeps the first fault.</summary>
internal sealed class ChainWalk
{
    private readonly ChainCut? cut;
    private readonly ChainAnchor? anchor;
    private bool anchorMet;

    public ChainWalk(ChainCut? cut, ChainAnchor? anchor)
    {
        (this.cut, this.anchor) = (cut, anchor);
        (Sequence, Hash) = (cut?.Sequence ?? 0, cut?.Hash ?? AuditHash.Genesis);
        MeetAnchor();
        if (cut is { IsTooLate: true })
        {
            Break(ChainFault.BeginningCut, cut.Sequence, null, $"the rows up to number {cut.Sequence} were dropped before their time");
        }
    }

    public ChainBreak? Broken { get; private set; }

    public long Rows { get; private set; }

    /// <summary>The last link that was taken; so is the hash.</summary>
    public long Sequence { get; private set; }

    public byte[] Hash { get; private set; }

    public void Take(LinkedRow link)
    {
        Rows++;
        if (Broken is not null)
        {
            return;
        }

        // Rows of a dropped month may have been linked among those of the next one: what stands before the cut has no whole chain any more.
        var isBeforeCut = link.Sequence <= cut?.Sequence;
        if (!isBeforeCut)
        {
            CheckPlace(link);
        }

        CheckContent(link);
        if (!isBeforeCut)
        {
            (Sequence, Hash) = (link.Sequence, link.Hash);
            MeetAnchor();
        }
    }

    public void End(ChainHead? head)
    {
        switch (head)
        {
            case { } when head.Sequence > Sequence:
                Break(ChainFault.TailCut, Sequence + 1, null, $"the tail is cut off: numbers {Sequence + 1} to {head.Sequence} are gone");
                break;
            case null when Sequence > 0:
                Break(ChainFault.HeadChanged, Sequence, null, "the head of the chain is gone");
                break;
            case { } when head.Sequence < Sequence || !head.Hash.AsSpan().SequenceEqual(Hash):
                Break(ChainFault.HeadChanged, Sequence, null, $"the head says {head.Sequence}, and is not that of number {Sequence}");
                break;
        }

        if (anchor is not null && !anchorMet)
        {
            Break(ChainFault.AnchorMissed, anchor.Sequence, null,
                anchor.Sequence > Sequence
                    ? $"number {anchor.Sequence}, which was noted elsewhere, is gone"
                    : $"number {anchor.Sequence} was dropped with its month and cannot be compared any more");
        }
    }

    private void CheckPlace(LinkedRow link)
    {
        if (link.Sequence > Sequence + 1)
        {
            Break(ChainFault.Deleted, Sequence + 1, null, $"numbers {Sequence + 1} to {link.Sequence - 1} were deleted before {link.RowId}");
        }
        else if (link.Sequence <= Sequence)
        {
            Break(ChainFault.Inserted, link.Sequence, link.RowId, $"{link.RowId} was inserted as a second number {link.Sequence}");
        }
        else if (!link.PreviousHash.AsSpan().SequenceEqual(Hash))
        {
            Break(ChainFault.Reordered, link.Sequence, link.RowId, $"{link.RowId}, number {link.Sequence}, does not follow number {Sequence}");
        }
    }

    private void CheckContent(LinkedRow link)
    {
        if (link.IsRowGone)
        {
            Break(ChainFault.Deleted, link.Sequence, link.RowId, $"{link.RowId}, number {link.Sequence}, was deleted");
        }
        else if (!AuditHash.Of(link.PreviousHash, link.Sequence, link).AsSpan().SequenceEqual(link.Hash))
        {
            Break(ChainFault.Changed, link.Sequence, link.RowId, $"{link.RowId}, number {link.Sequence}, was changed");
        }
    }

    private void MeetAnchor()
    {
        if (anchor?.Sequence != Sequence)
        {
            return;
        }

        anchorMet = true;
        if (AuditHash.Text(Hash) != anchor.Hash)
        {
            Break(ChainFault.AnchorMissed, Sequence, null, $"number {Sequence} has another hash than was noted elsewhere");
        }
    }

    private void Break(ChainFault fault, long? sequence, string? rowId, string sentence) => Broken ??= new(fault, sequence, rowId, sentence);
}
