using PaymentGateway.Database;

namespace PaymentGateway.Commit;

/// <summary>
/// Who waits to be written, and who is next: one line a tenant, and the lines in turn, so that a tenant with a thousand changes does not
/// stand before another's one. Not for several threads at once.
/// </summary>
internal sealed class Turns
{
    private static readonly Tenant nobody = new("", Mode.Test);

    private readonly Dictionary<Tenant, Line> lines = [];
    private readonly Queue<Line> order = new();
    private readonly Dictionary<(RowWriter, string), Entry> claims = [];

    /// <summary>All that were added and have not left again.</summary>
    public int Count { get; private set; }

    public int CountOf(Tenant? tenant) => lines.TryGetValue(tenant ?? nobody, out var line) ? line.Count : 0;

    /// <summary>At the end of its tenant's line.</summary>
    public Entry Add(Commitment commitment)
    {
        var tenant = commitment.Change.Tenant ?? nobody;
        if (!lines.TryGetValue(tenant, out var line))
        {
            lines[tenant] = line = new Line(tenant);
        }

        var entry = new Entry(commitment, line);
        line.Count++;
        Count++;
        StandIn(line.Waiting.AddLast, entry);
        return entry;
    }

    /// <summary>
    /// The next changes, one of each line in turn. A change that writes a guarded row of one that is being written is not among them: it
    /// waits for what becomes of that one, since two cannot both be as expected.
    /// </summary>
    public List<Entry> Take(int max)
    {
        var taken = new List<Entry>();
        while (taken.Count < max && order.TryPeek(out var line))
        {
            order.Dequeue();
            line.IsInTurn = false;
            if (line.Waiting.First is not { Value: var entry })
            {
                continue;
            }

            line.Waiting.RemoveFirst();
            if (entry.Commitment.Claims.Select(claims.GetValueOrDefault).FirstOrDefault(holder => holder is not null) is { } holder)
            {
                entry.Place = holder.Behind.AddLast(entry);
            }
            else
            {
                entry.Place = null;
                Claim(entry);
                taken.Add(entry);
            }

            BackInTurn(line);
        }

        return taken;
    }

    /// <summary>
    /// Those that were taken are settled. What waited behind one that was committed is settled too, as a conflict; what waited behind
    /// another is first in its line again.
    /// </summary>
    /// <returns>All that are settled now.</returns>
    public List<Commitment> Release(List<Entry> taken)
    {
        var settled = new List<Commitment>();
        foreach (var entry in taken)
        {
            foreach (var claim in entry.Commitment.Claims)
            {
                claims.Remove(claim);
            }

            Leave(entry, settled);
            for (var last = entry.Behind.Last; last is not null; last = entry.Behind.Last)
            {
                entry.Behind.RemoveLast();
                if (entry.Commitment.IsCommitted)
                {
                    var (writer, key) = last.Value.Commitment.Claims.First(entry.Commitment.Claims.Contains);
                    last.Value.Commitment.Settle(new CommitOutcome.Conflict(writer.Name, key));
                    Leave(last.Value, settled);
                }
                else
                {
                    StandIn(last.Value.Line.Waiting.AddFirst, last.Value);
                }
            }
        }

        return settled;
    }

    /// <summary>False when it was taken already.</summary>
    public bool Withdraw(Entry entry)
    {
        if (entry.Place is not { List: { } list } place)
        {
            return false;
        }

        list.Remove(place);
        Leave(entry, []);
        return true;
    }

    private void Claim(Entry entry)
    {
        foreach (var claim in entry.Commitment.Claims)
        {
            claims[claim] = entry;
        }
    }

    private void StandIn(Func<Entry, LinkedListNode<Entry>> place, Entry entry)
    {
        entry.Place = place(entry);
        BackInTurn(entry.Line);
    }

    private void BackInTurn(Line line)
    {
        if (!line.IsInTurn && line.Waiting.Count > 0)
        {
            line.IsInTurn = true;
            order.Enqueue(line);
        }
    }

    private void Leave(Entry entry, List<Commitment> settled)
    {
        settled.Add(entry.Commitment);
        Count--;
        if (--entry.Line.Count == 0)
        {
            lines.Remove(entry.Line.Tenant);
        }
    }

    /// <summary>A change in its line, behind another change, or taken: then it has no place.</summary>
    internal sealed class Entry(Commitment commitment, Line line)
    {
        public Commitment Commitment => commitment;

        public Line Line => line;

        public LinkedListNode<Entry>? Place { get; set; }

        /// <summary>Those that write a guarded row of this one, which is being written.</summary>
        public LinkedList<Entry> Behind { get; } = new();
    }

    internal sealed class Line(Tenant tenant)
    {
        public Tenant Tenant => tenant;

        public LinkedList<Entry> Waiting { get; } = new();

        public bool IsInTurn { get; set; }

        /// <summary>Of all who have not left, those being written too.</summary>
        public int Count { get; set; }
    }
}
