using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.Engine;

/// <summary>The faults that a simulator was told to have. The seed decides which share of the requests they meet.</summary>
internal sealed class Faults(int seed)
{
    private readonly Lock gate = new();
    private readonly List<Fault> active = [];
    private readonly Random random = new(seed);
    private int made;

    public JsonArray ToJson()
    {
        lock (gate)
            return [.. active.Select(one => (JsonNode)one.ToJson())];
    }

    /// <exception cref="ControlException">A field says something that no fault has.</exception>
    public Fault Add(JsonObject fields)
    {
        foreach (var name in fields.Select(one => one.Key).Except(["kind", "method", "path", "times", "share", "delayMs", "status", "afterWork"]))
            throw new ControlException($"'{name}' is not a field of a fault.");
        lock (gate)
        {
            var fault = Read($"fault_{++made}", fields);
            active.Add(fault);
            return fault;
        }
    }

    private static Fault Read(string id, JsonObject fields)
    {
        var word = Field<string>(fields, "kind") ?? throw new ControlException("'kind' is required.");
        if (Fault.Words.Where(one => one.Value == word).Select(one => (FaultKind?)one.Key).FirstOrDefault() is not { } kind)
            throw new ControlException($"'kind' is '{word}': it must be one of {string.Join(", ", Fault.Words.Values)}.");
        var fault = new Fault(
            id, kind, Field<string>(fields, "method")?.ToUpperInvariant(), Field<string>(fields, "path"), Whole(fields, "times"),
            Number(fields, "share") ?? 1, TimeSpan.FromMilliseconds(Whole(fields, "delayMs") ?? 1000), Whole(fields, "status") ?? 500,
            fields["afterWork"] is not null && Field<bool>(fields, "afterWork"));
        if (fault.Share is < 0 or > 1)
            throw new ControlException("'share' must be from 0 to 1.");
        if (fault.Times < 1 || fault.Delay < TimeSpan.Zero || fault.Status is < 400 or > 599)
            throw new ControlException("'times' must be at least 1, 'delayMs' at least 0, and 'status' from 400 to 599.");
        return fault;
    }

    private static T? Field<T>(JsonObject fields, string name) => fields[name] switch
    {
        null => default,
        JsonValue value when value.TryGetValue<T>(out var read) => read,
        _ => throw new ControlException($"'{name}' has the wrong type."),
    };

    private static int? Whole(JsonObject fields, string name) => fields[name] is null ? null : Field<int>(fields, name);

    private static double? Number(JsonObject fields, string name) => fields[name] is null ? null : Field<double>(fields, name);

    public void Clear()
    {
        lock (gate)
            active.Clear();
    }

    public bool Remove(string id)
    {
        lock (gate)
            return active.RemoveAll(one => one.Id == id) > 0;
    }

    /// <summary>The first of these kinds that meets the request, counted; null: the request is served well.</summary>
    /// <param name="subject">The path of a request, or the type of an event.</param>
    public Fault? Take(string? method, string subject, params ReadOnlySpan<FaultKind> kinds)
    {
        lock (gate)
        {
            for (var at = 0; at < active.Count; at++)
            {
                var fault = active[at];
                if (!kinds.Contains(fault.Kind) || !Meets(fault, method, subject))
                    continue;
                if (fault.Times == 1)
                    active.RemoveAt(at);
                else if (fault.Times is { } left)
                    active[at] = fault with { Times = left - 1 };
                return fault;
            }
        }
        return null;
    }

    private bool Meets(Fault fault, string? method, string subject) =>
        (fault.Method is null || method is null || fault.Method == method)
        && (fault.Path is null || subject.Contains(fault.Path, StringComparison.Ordinal))
        && (fault.Share >= 1 || random.NextDouble() < fault.Share);
}

/// <summary>A command to a simulator that it cannot follow; the message is for the person who sent it.</summary>
internal sealed class ControlException(string message) : Exception(message);
