using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.Engine;

/// <summary>
/// What a simulator remembers: JSON objects by kind and id, in the order in which they were made. With a file, it remembers them
/// past its end: each change is one line there, and is on the disk's way before the request is answered.
/// </summary>
internal sealed class Shelf : IDisposable
{
    private readonly Dictionary<string, Dictionary<string, JsonObject>> kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> order = new(StringComparer.Ordinal);
    private readonly StreamWriter? journal;
    private long made;

    private sealed record Line(string Kind, string Id, JsonObject? Object);

    /// <param name="file">Null: in memory only.</param>
    public Shelf(string? file)
    {
        if (file is null)
            return;
        if (File.Exists(file))
            Replay(file);
        journal = new StreamWriter(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    // The last line may be cut where the process was killed in the middle of it.
    private void Replay(string file)
    {
        foreach (var text in File.ReadLines(file))
        {
            if (Parsed(text) is { } line)
                Keep(line);
        }
    }

    private static Line? Parsed(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps the object as it is now. What is taken from the shelf is the caller's own until it is put back.</summary>
    public JsonObject Put(string kind, string id, JsonObject value)
    {
        var line = new Line(kind, id, (JsonObject)value.DeepClone());
        Keep(line);
        journal?.WriteLine(JsonSerializer.Serialize(line));
        return value;
    }

    public void Remove(string kind, string id)
    {
        var line = new Line(kind, id, null);
        Keep(line);
        journal?.WriteLine(JsonSerializer.Serialize(line));
    }

    private void Keep(Line line)
    {
        var objects = kinds.TryGetValue(line.Kind, out var known) ? known : kinds[line.Kind] = new(StringComparer.Ordinal);
        var ids = order.TryGetValue(line.Kind, out var listed) ? listed : order[line.Kind] = [];
        if (line.Object is null)
        {
            objects.Remove(line.Id);
            ids.Remove(line.Id);
            return;
        }
        if (!objects.ContainsKey(line.Id))
        {
            ids.Add(line.Id);
            made++;
        }
        objects[line.Id] = line.Object;
    }

    public JsonObject? Find(string kind, string id) =>
        kinds.TryGetValue(kind, out var objects) && objects.TryGetValue(id, out var found) ? (JsonObject)found.DeepClone() : null;

    /// <summary>All of a kind, newest first.</summary>
    public IEnumerable<JsonObject> List(string kind) => order.TryGetValue(kind, out var ids)
        ? Enumerable.Reverse(ids).Select(id => (JsonObject)kinds[kind][id].DeepClone())
        : [];

    /// <summary>All of a kind with their ids, oldest first, as they are now.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonObject>> Entries(string kind) => order.TryGetValue(kind, out var ids)
        ? [.. ids.Select(id => KeyValuePair.Create(id, (JsonObject)kinds[kind][id].DeepClone()))]
        : [];

    /// <summary>How many of each kind.</summary>
    public IEnumerable<KeyValuePair<string, int>> Counts => kinds.Select(one => KeyValuePair.Create(one.Key, one.Value.Count));

    /// <summary>Grows with every object, also over a restart: ids are made of it.</summary>
    public long Made => made;

    public void Dispose() => journal?.Dispose();
}
