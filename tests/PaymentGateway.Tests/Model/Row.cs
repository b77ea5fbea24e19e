using System.Text.Json;

namespace PaymentGateway.Tests.Model;

/// <summary>A row as it stands in the database.</summary>
internal sealed record Row(string Kind, string Id, JsonElement Columns)
{
    public long Number(string column) => Columns.GetProperty(column) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;

    public string? Text(string column) => Columns.GetProperty(column).GetString();

    public bool Flag(string column) => Columns.GetProperty(column).GetBoolean();

    public DateTimeOffset? Time(string column) =>
        Columns.GetProperty(column) is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null;

    public string State => Text("state")!;
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
