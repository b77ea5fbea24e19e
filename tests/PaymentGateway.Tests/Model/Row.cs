using System.Globalization;
using System.Text.Json;

namespace PaymentGateway.Tests.Model;

/// <summary>A row as it stands in the database. It is looked at many times, so what is read of it is made once.</summary>
internal sealed class Row
{
    private readonly Dictionary<string, object?> columns = new(StringComparer.Ordinal);

    public Row(string kind, string id, JsonElement written)
    {
        (Kind, Id) = (kind, id);
        foreach (var column in written.EnumerateObject())
        {
            columns[column.Name] = column.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.String => column.Value.GetString(),
                JsonValueKind.Number when column.Value.TryGetInt64(out var whole) => whole,
                _ => column.Value.GetRawText(),
            };
        }
    }

    public string Kind { get; }

    public string Id { get; }

    public string State => Text("state")!;

    public bool IsNull(string column) => columns[column] is null;

    public long Number(string column) => columns[column] as long? ?? 0;

    public string? Text(string column) => (string?)columns[column];

    public bool Flag(string column) => (bool)columns[column]!;

    public DateTimeOffset? Time(string column) =>
        columns[column] is string time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : null;
}

/// <summary>The rows of one sequence's merchant, oldest first.</summary>
internal sealed class Rows
{
    private readonly Dictionary<string, SortedList<string, Row>> byKind = [];

    public IList<Row> Of(string kind) => byKind.TryGetValue(kind, out var rows) ? rows.Values : [];

    public IReadOnlyList<Row> Of(string kind, Func<Row, bool> which) => [.. Of(kind).Where(which)];

    public Row? Find(string kind, string? id) => id is not null && byKind.TryGetValue(kind, out var rows) ? rows.GetValueOrDefault(id) : null;

    public void Put(Row row)
    {
        if (!byKind.TryGetValue(row.Kind, out var rows))
        {
            byKind[row.Kind] = rows = new(StringComparer.Ordinal);
        }

        rows[row.Id] = row;
    }
}
