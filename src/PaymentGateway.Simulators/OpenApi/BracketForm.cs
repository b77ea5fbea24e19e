using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace PaymentGateway.Simulators.OpenApi;

/// <summary>
/// Reads a form whose names carry brackets as one JSON value: <c>a[b]=1</c> is an object in an object, <c>a[]=1</c> and
/// <c>a[0]=1</c> are items of an array. All leaves are texts.
/// </summary>
internal static class BracketForm
{
    private const int FieldsMax = 2_000;

    public static JsonObject Read(string form)
    {
        var root = new JsonObject();
        var fields = 0;
        // Some libraries leave nothing between two signs where a parameter is not given.
        using var reader = new FormReader(string.Join('&', form.Split('&', StringSplitOptions.RemoveEmptyEntries)));
        while (reader.ReadNextPair() is { } field)
        {
            if (++fields > FieldsMax)
                throw new InvalidDataException($"A form has at most {FieldsMax} fields.");
            Put(root, Keys(field.Key), field.Value);
        }
        return (JsonObject)Lists(root)!;
    }

    /// <summary>The query of an address, by its first name: <c>created[gte]=1</c> is the object <c>created</c>.</summary>
    public static JsonObject ReadQuery(QueryString query) => Read(query.HasValue ? query.Value![1..] : "");

    // "a[b][c]" → a, b, c.
    private static string[] Keys(string name) =>
        name.Split('[') is var parts ? [parts[0], .. parts[1..].Select(part => part.TrimEnd(']'))] : [];

    private static void Put(JsonObject at, string[] keys, string value)
    {
        foreach (var key in keys[..^1])
        {
            if (at[Name(at, key)] is not JsonObject next)
                at[Name(at, key)] = next = [];
            at = next;
        }
        at[Name(at, keys[^1])] = value;
    }

    // "a[]=1&a[]=2": each empty name is the next item.
    private static string Name(JsonObject at, string key) => key.Length == 0 ? at.Count.ToString(CultureInfo.InvariantCulture) : key;

    // An object with the names 0, 1, 2 … was an array.
    private static JsonNode? Lists(JsonNode? node)
    {
        if (node is not JsonObject fields)
            return node?.DeepClone();
        var children = fields.Select(one => KeyValuePair.Create(one.Key, Lists(one.Value))).ToList();
        return children.Count > 0 && children.Select((one, at) => one.Key == at.ToString(CultureInfo.InvariantCulture)).All(fits => fits)
            ? new JsonArray([.. children.Select(one => one.Value)])
            : new JsonObject(children);
    }
}
