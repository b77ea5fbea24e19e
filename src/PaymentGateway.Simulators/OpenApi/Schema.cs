using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PaymentGateway.Simulators.OpenApi;

/// <summary>
/// Checks a JSON value against a schema of OpenAPI 3.0, in the words that the descriptions of our processors use: <c>type</c>,
/// <c>nullable</c>, <c>enum</c>, <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, the three
/// combinations, lengths, ranges and patterns.
/// </summary>
/// <remarks>
/// A processor may add a field to its answers at any time, and our clients may not break by that: with <paramref name="open"/> an
/// unknown field is no violation. Where values came from a form, everything is text: with <paramref name="text"/> <c>"1000"</c> is an
/// integer and <c>"true"</c> a truth value.
/// </remarks>
internal sealed class Schema(JsonObject components, bool open, bool text)
{
    /// <summary>Deeper than any body is meant to be; a schema that contains itself ends here.</summary>
    private const int DepthMax = 40;

    private static readonly ConcurrentDictionary<string, Regex?> patterns = new(StringComparer.Ordinal);

    public IReadOnlyList<Violation> Check(JsonNode? schema, JsonNode? value)
    {
        var found = new List<Violation>();
        Check(schema as JsonObject, value, "", found, 0);
        return found;
    }

    // A part of an allOf does not say which fields there are: the whole does.
    private void Check(JsonObject? unresolved, JsonNode? value, string path, List<Violation> found, int depth, bool part = false)
    {
        if (unresolved is null || depth > DepthMax)
            return;
        var schema = Resolve(unresolved);
        if (value is null)
        {
            if (!AllowsNull(schema))
                found.Add(new(ViolationKind.Type, path, "must not be null"));
            return;
        }
        CheckCombinations(schema, value, path, found, depth);
        if (CheckType(schema, value, path, found))
            CheckContent(schema, value, path, found, depth, part);
    }

    private JsonObject Resolve(JsonObject schema)
    {
        for (var hops = 0; schema["$ref"] is JsonValue reference && hops < DepthMax; hops++)
        {
            var name = reference.GetValue<string>().Split('/')[^1];
            schema = components["schemas"]?[name] as JsonObject
                ?? throw new InvalidDataException($"The description names the schema '{name}', and has none.");
        }
        return schema;
    }

    private bool AllowsNull(JsonObject schema) =>
        schema["nullable"]?.GetValue<bool>() == true
        || (schema["type"] is null && schema["enum"] is null && Alternatives(schema).All(group => group.Any(one => AllowsNull(Resolve(one)))));

    private static IEnumerable<IEnumerable<JsonObject>> Alternatives(JsonObject schema) =>
        new[] { "anyOf", "oneOf" }.Select(word => schema[word] as JsonArray).OfType<JsonArray>().Select(group => group.OfType<JsonObject>());

    private void CheckCombinations(JsonObject schema, JsonNode value, string path, List<Violation> found, int depth)
    {
        foreach (var part in (schema["allOf"] as JsonArray ?? []).OfType<JsonObject>())
            Check(part, value, path, found, depth + 1, part: true);
        foreach (var group in Alternatives(schema))
        {
            if (Nearest(group, value, path, depth) is { Count: > 0 } violations)
                found.AddRange(violations);
        }
    }

    // What the caller meant is the alternative with the fewest faults; of the others' faults nobody learns anything. An
    // expandable field is a text or an object, so a fault of type counts more than faults within.
    private List<Violation>? Nearest(IEnumerable<JsonObject> group, JsonNode value, string path, int depth)
    {
        List<Violation>? nearest = null;
        foreach (var one in group)
        {
            var violations = new List<Violation>();
            Check(one, value, path, violations, depth + 1);
            if (violations.Count == 0)
                return null;
            if (nearest is null || Weight(violations, path) < Weight(nearest, path))
                nearest = violations;
        }
        return nearest;
    }

    private static int Weight(List<Violation> violations, string path) =>
        violations.Count + (violations.Any(one => one.Kind == ViolationKind.Type && one.Path == path) ? 1000 : 0);

    private bool CheckType(JsonObject schema, JsonNode value, string path, List<Violation> found)
    {
        if (schema["type"]?.GetValue<string>() is not { } type || Is(type, value))
            return true;
        found.Add(new(ViolationKind.Type, path, $"must be {Article(type)}, not {Named(value)}"));
        return false;
    }

    private bool Is(string type, JsonNode value) => type switch
    {
        "object" => value is JsonObject || (text && IsEmptyText(value)),
        "array" => value is JsonArray || (text && IsEmptyText(value)),
        "string" => Kind(value) == JsonValueKind.String,
        "boolean" => Kind(value) is JsonValueKind.True or JsonValueKind.False || (text && Text(value) is "true" or "false"),
        "integer" => value is JsonValue && long.TryParse(Number(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "number" => value is JsonValue && decimal.TryParse(Number(value), NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => throw new InvalidDataException($"The description has a type '{type}'."),
    };

    // In a form an empty text stands for "take it away".
    private static bool IsEmptyText(JsonNode value) => Text(value) is "";

    private string? Number(JsonNode value) =>
        Kind(value) == JsonValueKind.Number ? value.ToJsonString() : text ? Text(value) : null;

    private static JsonValueKind Kind(JsonNode value) => value.GetValueKind();

    private static string? Text(JsonNode value) => Kind(value) == JsonValueKind.String ? value.GetValue<string>() : null;

    private void CheckContent(JsonObject schema, JsonNode value, string path, List<Violation> found, int depth, bool part)
    {
        switch (value)
        {
            case JsonObject fields: CheckFields(schema, fields, path, found, depth, part); break;
            case JsonArray items: CheckItems(schema, items, path, found, depth); break;
            default: CheckScalar(schema, value, path, found); break;
        }
    }

    private void CheckFields(JsonObject schema, JsonObject fields, string path, List<Violation> found, int depth, bool part)
    {
        var properties = schema["properties"] as JsonObject ?? [];
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(one => one!.GetValue<string>()))
        {
            if (!fields.ContainsKey(name))
                found.Add(new(ViolationKind.Missing, Join(path, name), "is required"));
        }
        foreach (var (name, value) in fields)
        {
            if (properties[name] is JsonObject property)
                Check(property, value, Join(path, name), found, depth + 1);
            else
                CheckAdditional(schema, name, value, path, found, depth, part);
        }
    }

    private void CheckAdditional(JsonObject schema, string name, JsonNode? value, string path, List<Violation> found, int depth, bool part)
    {
        if (schema["additionalProperties"] is JsonObject additional)
            Check(additional, value, Join(path, name), found, depth + 1);
        else if (!open && !part && IsClosed(schema, name))
            found.Add(new(ViolationKind.Unknown, Join(path, name), "is not a field of this request"));
    }

    // Where one description says nothing, an object without fields is open; one that lists its fields means them. The fields of a
    // whole are those of all its parts; where one of several alternatives may be meant, it is open.
    private bool IsClosed(JsonObject schema, string name) => schema["additionalProperties"] switch
    {
        JsonValue allowed => !allowed.GetValue<bool>(),
        _ => schema["anyOf"] is null && schema["oneOf"] is null && Fields(schema, 0).ToList() is { Count: > 0 } known && !known.Contains(name),
    };

    private IEnumerable<string> Fields(JsonObject schema, int depth) => depth > DepthMax
        ? []
        : (schema["properties"] as JsonObject ?? []).Select(one => one.Key)
            .Concat((schema["allOf"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(part => Fields(Resolve(part), depth + 1)));

    private void CheckItems(JsonObject schema, JsonArray items, string path, List<Violation> found, int depth)
    {
        CheckBound(schema, "minItems", items.Count, path, "items", found);
        CheckBound(schema, "maxItems", items.Count, path, "items", found);
        for (var at = 0; at < items.Count; at++)
            Check(schema["items"] as JsonObject, items[at], Join(path, at.ToString(CultureInfo.InvariantCulture)), found, depth + 1);
    }

    private void CheckScalar(JsonObject schema, JsonNode value, string path, List<Violation> found)
    {
        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => SameText(one, value)))
            found.Add(new(ViolationKind.Enum, path, $"must be one of {string.Join(", ", allowed.Select(one => one?.ToString()))}"));
        if (Text(value) is { } written && schema["type"]?.GetValue<string>() is null or "string")
            CheckText(schema, Text(value) ?? "", path, found);
        else if (Number(value) is { } number && decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
            CheckNumber(schema, amount, path, found);
    }

    private static bool SameText(JsonNode? one, JsonNode value) => one is not null && one.ToString() == value.ToString();

    private static void CheckText(JsonObject schema, string value, string path, List<Violation> found)
    {
        CheckBound(schema, "minLength", value.Length, path, "characters", found);
        CheckBound(schema, "maxLength", value.Length, path, "characters", found);
        if (schema["pattern"]?.GetValue<string>() is { } pattern && Compiled(pattern) is { } regex && !regex.IsMatch(value))
            found.Add(new(ViolationKind.Pattern, path, $"must match {pattern}"));
    }

    // A few patterns of the descriptions are not for this engine (they name code points of another grammar): those are not checked.
    private static Regex? Compiled(string pattern) => patterns.GetOrAdd(pattern, static written =>
    {
        try
        {
            return new Regex(written, RegexOptions.CultureInvariant | RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            return null;
        }
    });

    private static void CheckBound(JsonObject schema, string word, int count, string path, string unit, List<Violation> found)
    {
        if (schema[word]?.GetValue<int>() is not { } bound || (word.StartsWith("min", StringComparison.Ordinal) ? count >= bound : count <= bound))
            return;
        found.Add(new(ViolationKind.Length, path, $"has {count} {unit}; {(word[1] == 'i' ? "at least" : "at most")} {bound} are allowed"));
    }

    private static void CheckNumber(JsonObject schema, decimal value, string path, List<Violation> found)
    {
        if (schema["minimum"]?.GetValue<decimal>() is { } least && value < least)
            found.Add(new(ViolationKind.Range, path, $"must be at least {least}"));
        if (schema["maximum"]?.GetValue<decimal>() is { } most && value > most)
            found.Add(new(ViolationKind.Range, path, $"must be at most {most}"));
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Article(string type) => type is "object" or "array" or "integer" ? $"an {type}" : $"a {type}";

    private static string Named(JsonNode value) => value switch
    {
        JsonObject => "an object",
        JsonArray => "an array",
        _ => Kind(value) switch
        {
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            _ => "a truth value",
        },
    };
}
