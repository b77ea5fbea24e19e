using System.Text.Json;

namespace PaymentGateway.Connectors;

/// <summary>Reads what a processor wrote, where any part may be missing or null: then the answer is null.</summary>
public static class JsonWords
{
    /// <summary>What stands at the path; undefined when any part of it is missing or null.</summary>
    public static JsonElement At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return default;
            }
        }

        return json.ValueKind == JsonValueKind.Null ? default : json;
    }

    public static string? Text(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Whole(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : null;

    public static bool? Flag(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path).ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    /// <summary>The items of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>What an answer cannot be without.</summary>
    /// <exception cref="JsonException">It is missing.</exception>
    public static string Needed(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.Text(path) ?? throw new JsonException($"The answer has no {string.Join('.', path)}.");

    /// <inheritdoc cref="Needed"/>
    public static long NeededWhole(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.Whole(path) ?? throw new JsonException($"The answer has no {string.Join('.', path)}.");
}
