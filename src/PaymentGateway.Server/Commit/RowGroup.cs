using System.Text.Json;
using Npgsql;

namespace PaymentGateway.Commit;

/// <summary>All rows of one writer in one commit, sorted by key so that every commit locks in the same order.</summary>
internal sealed class RowGroup(RowWriter writer, List<(string Key, object Row, Commitment Owner)> rows)
{
    public RowWriter Writer => writer;

    /// <summary>
    /// Groups the rows of these changes. Two changes with the same guarded key cannot both be as expected: the later one is settled here
    /// as a conflict, and then nothing may be written with it.
    /// </summary>
    public static List<RowGroup> Of(IEnumerable<Commitment> commitments)
    {
        var byWriter = new Dictionary<RowWriter, List<(string, object, Commitment)>>();
        var claimed = new HashSet<(RowWriter, string)>();
        foreach (var commitment in commitments)
        {
            foreach (var (writer, row) in commitment.Change.Rows)
            {
                var key = writer.KeyOf(row);
                if (writer.Guarded && !claimed.Add((writer, key)))
                {
                    commitment.Settle(new CommitOutcome.Conflict(writer.Name, key));
                }

                if (!byWriter.TryGetValue(writer, out var group))
                {
                    byWriter[writer] = group = [];
                }

                group.Add((key, row, commitment));
            }
        }

        return [.. byWriter.OrderBy(g => g.Key.Order).ThenBy(g => g.Key.Name, StringComparer.Ordinal).Select(g => Sorted(g.Key, g.Value))];
    }

    /// <exception cref="UnreadableRowException">A column of a row throws.</exception>
    public NpgsqlBatchCommand Command() => writer.Command(rows.ConvertAll(r => r.Row));

    public Commitment OwnerOf(int row) => rows[row].Owner;

    /// <summary>The statement failed with <see cref="RowWriter.NotWritten"/>: settles the changes whose rows were not as expected.</summary>
    public void RefuseMissing(PostgresException notWritten)
    {
        var missing = JsonSerializer.Deserialize<HashSet<string>>(notWritten.MessageText)!;
        foreach (var (key, _, owner) in rows.Where(r => missing.Contains(r.Key)))
        {
            owner.Settle(new CommitOutcome.Conflict(writer.Name, key));
        }
    }

    private static RowGroup Sorted(RowWriter writer, List<(string Key, object Row, Commitment Owner)> rows)
    {
        rows.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new RowGroup(writer, rows);
    }
}
