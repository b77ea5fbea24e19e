using System.Text.Json;

namespace PaymentGateway.Tests.Model;

internal sealed record AuditRow(string Id, string ObjectType, string ObjectId, string Action, JsonElement Before, JsonElement After, long Xid);

internal sealed record EventRow(string Id, string Name, string Subject, long Xid);

/// <summary>
/// What the audit rows say of each object, put together from the first on. Each row must begin where the one before it ended, so a change
/// that left no row shows as a gap, at the latest when the object itself is compared.
/// </summary>
internal sealed class Trail
{
    private readonly Dictionary<(string Type, string Id), Told> told = [];
    private readonly HashSet<(string ObjectId, long Xid)> changes = [];
    private readonly Dictionary<(string Subject, string Name), int> events = [];
    private readonly Dictionary<(string ObjectId, string Action), int> actions = [];

    /// <summary>Events that tell of a step that changes nothing which anybody could look at.</summary>
    private static readonly HashSet<string> withoutChange = ["payment.processing"];

    public void Add(IReadOnlyList<AuditRow> audited, IReadOnlyList<EventRow> facts)
    {
        foreach (var row in audited)
        {
            changes.Add((row.ObjectId, row.Xid));
            actions[(row.ObjectId, row.Action)] = CountOfAction(row.ObjectId, row.Action) + 1;
            Follow(row);
        }

        foreach (var fact in facts)
        {
            events[(fact.Subject, fact.Name)] = CountOf(fact.Subject, fact.Name) + 1;
            World.Require(withoutChange.Contains(fact.Name) || changes.Contains((fact.Subject, fact.Xid)),
                $"the event {fact.Name} of {fact.Subject} has no audit row of the same commit: an event without a change");
        }
    }

    /// <summary>How often an event was told of an object.</summary>
    public int CountOf(string subject, string name) => events.GetValueOrDefault((subject, name));

    /// <summary>How often something was done to an object.</summary>
    public int CountOfAction(string objectId, string action) => actions.GetValueOrDefault((objectId, action));

    /// <summary>What the audit trail knows last of a field of an object, as JSON; null when it knows nothing.</summary>
    public string? Last(string type, string id, string field) => told.GetValueOrDefault((type, id))?.Fields.GetValueOrDefault(field);

    private void Follow(AuditRow row)
    {
        var key = (row.ObjectType, row.ObjectId);
        if (!told.TryGetValue(key, out var known))
        {
            told[key] = known = new Told();
        }

        // Several rows of one commit may all begin where the commit before it ended.
        if (known.Xid != row.Xid)
        {
            (known.Xid, known.BeforeCommit) = (row.Xid, new(known.Fields));
        }

        foreach (var (field, value) in Fields(row.Before))
        {
            World.Require(!known.Fields.TryGetValue(field, out var last) || last == value || known.BeforeCommit.GetValueOrDefault(field) == value,
                $"{row.Action} of {row.ObjectId} begins with {field} = {value}, but the row before it ended with {last}: a change without an audit row");
        }

        foreach (var (field, value) in Fields(row.After))
        {
            known.Fields[field] = value;
        }
    }

    private static IEnumerable<(string Field, string Value)> Fields(JsonElement json) => json.ValueKind == JsonValueKind.Null
        ? []
        : json.EnumerateObject().Select(field => (field.Name, field.Value.GetRawText()));

    private sealed class Told
    {
        public long Xid { get; set; }

        public Dictionary<string, string> Fields { get; } = [];

        public Dictionary<string, string> BeforeCommit { get; set; } = [];
    }
}
