using Npgsql;

namespace PaymentGateway.Commit;

/// <summary>All rows of one writer in one commit, sorted by key so that every commit locks in the same order.</summary>
internal sealed class RowGroup(RowWriter writer, List<(string Key, object Row, int Change)> rows)
{
    public RowWriter Writer => writer;

    /// <summary>
    /// Groups the rows of the live changes. Two changes with the same guarded key cannot both be as expected:
    /// the later one is refused here as a conflict.
    /// </summary>
    public static List<RowGroup> Of(IReadOnlyList<Change> changes, IEnumerable<int> live, out Dictionary<int, CommitOutcome> refused)
    {
        var byWriter = new Dictionary<RowWriter, List<(string, object, int)>>();
        var claimed = new HashSet<(RowWriter, string)>();
        refused = [];
        foreach (var index in live)
        {
            foreach (var (writer, row) in changes[index].Rows)
            {
                var key = writer.KeyOf(row);
                if (writer.Guarded && !claimed.Add((writer, key)))
                {
                    refused[index] = new CommitOutcome.Conflict(writer.Name, key);
                }

                if (!byWriter.TryGetValue(writer, out var group))
                {
                    byWriter[writer] = group = [];
                }

                group.Add((key, row, index));
            }
        }

        return [.. byWriter.OrderBy(g => g.Key.Order).ThenBy(g => g.Key.Name, StringComparer.Ordinal).Select(g => Sorted(g.Key, g.Value))];
    }

    public NpgsqlBatchCommand Command() => writer.Command(rows.ConvertAll(r => r.Row));

    /// <summary>Reads the keys that were written and reports the change of every other row as a conflict.</summary>
    public async Task FindMissing(NpgsqlDataReader reader, Dictionary<int, CommitOutcome> refused, CancellationToken cancel)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            written.Add(reader.GetString(0));
        }

        foreach (var (key, _, change) in rows.Where(r => !written.Contains(r.Key)))
        {
            refused.TryAdd(change, new CommitOutcome.Conflict(writer.Name, key));
        }
    }

    private static RowGroup Sorted(RowWriter writer, List<(string Key, object Row, int Change)> rows)
    {
        rows.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new RowGroup(writer, rows);
    }
}
