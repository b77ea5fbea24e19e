using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Tests.Http;

/// <summary>One request with a card number in one place.</summary>
internal sealed record PouredRequest(string Operation, HttpMethod Method, string Path, string Place, JsonNode? Body, string? Header, string Card, bool IsInBody = false);

/// <summary>Walks the API description and puts a card number into every text of every operation, one at a time.</summary>
internal sealed class PouredCards(JsonElement document)
{
    private const int DepthMax = 6;

    /// <summary>In several spellings; <see cref="Digits"/> are what must be found nowhere.</summary>
    private static readonly string[] spellings =
        ["4111111111111111", "4242 4242 4242 4242", "card 5555-5555-5555-4444, thanks", "{\"n\":\"378282246310005\"}", "x6011111111111117y"];

    public static string[] Digits { get; } =
        ["4111111111111111", "4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"];

    private int count;

    /// <summary>What of an operation has no JSON body.</summary>
    public HashSet<string> WithoutJson { get; } = [];

    public List<PouredRequest> All() =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from method in path.Value.EnumerateObject()
           where method.Value.ValueKind == JsonValueKind.Object
           from poured in Of(path.Name, new HttpMethod(method.Name.ToUpperInvariant()), method.Value)
           select poured,
    ];

    private IEnumerable<PouredRequest> Of(string path, HttpMethod method, JsonElement operation)
    {
        var name = operation.GetProperty("operationId").GetString()!;
        var plainPath = PlainPath(path);
        var parameters = operation.GetProperty("parameters").EnumerateArray()
            .Select(parameter => (Name: parameter.GetProperty("name").GetString()!, In: parameter.GetProperty("in").GetString()!));
        foreach (var parameter in parameters)
        {
            var card = Next();
            yield return parameter.In switch
            {
                "path" => new(name, method, PlainPath(path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(card), StringComparison.Ordinal)),
                    parameter.Name, BodyOf(method), null, card),
                "query" => new(name, method, $"{plainPath}?{parameter.Name}={Uri.EscapeDataString(card)}", parameter.Name, BodyOf(method), null, card),
                _ => new(name, method, plainPath, parameter.Name, BodyOf(method), parameter.Name, card),
            };
        }

        if (!operation.TryGetProperty("requestBody", out var body))
        {
            yield break;
        }

        if (!body.GetProperty("content").TryGetProperty("application/json", out var json))
        {
            WithoutJson.Add(name);
            yield break;
        }

        var example = json.TryGetProperty("example", out var given) ? JsonNode.Parse(given.GetRawText())! : new JsonObject();
        foreach (var place in PlacesIn(json.GetProperty("schema"), example, [], 0).Append(["unknownField"]).Append(["4111111111111111"]))
        {
            var card = Next();
            var poured = example.DeepClone();
            Put(poured, place, place[^1] == "4111111111111111" ? "a name" : card);
            yield return new(name, method, plainPath, string.Join('.', place), poured, null, card, IsInBody: true);
        }
    }

    private string Next() => spellings[count++ % spellings.Length];

    private static JsonObject? BodyOf(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Delete ? null : [];

    /// <summary>Whatever the path names is not there: the refusal comes before anybody looks.</summary>
    private static string PlainPath(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", "nothing_01kaf5w3v8e7x9qh2m4n6p8r0t");

    private IEnumerable<string[]> PlacesIn(JsonElement schema, JsonNode? example, string[] path, int depth)
    {
        if (depth > DepthMax)
        {
            yield break;
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            foreach (var place in choices.EnumerateArray().SelectMany(choice => PlacesIn(choice, example, path, depth + 1)))
            {
                yield return place;
            }

            yield break;
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var place in properties.EnumerateObject().SelectMany(property =>
                PlacesIn(property.Value, (example as JsonObject)?[property.Name], [.. path, property.Name], depth + 1)))
            {
                yield return place;
            }
        }
        else if (schema.TryGetProperty("items", out var items))
        {
            foreach (var place in PlacesIn(items, (example as JsonArray)?.FirstOrDefault(), [.. path, "0"], depth + 1))
            {
                yield return place;
            }
        }
        else if (schema.TryGetProperty("additionalProperties", out _) || IsOf(schema, "object"))
        {
            yield return [.. path, "note"];
            yield return [.. path, "4111111111111111"];
        }
        else if (!schema.TryGetProperty("type", out _) || IsOf(schema, "string"))
        {
            yield return path;
        }
    }

    private static bool IsOf(JsonElement schema, string word) => schema.TryGetProperty("type", out var type)
        && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => one.GetString() == word) : type.GetString() == word);

    private static void Put(JsonNode root, string[] path, string value)
    {
        var at = root;
        for (var i = 0; i < path.Length - 1; i++)
        {
            var isList = path[i + 1] == "0";
            at = at is JsonArray list ? list[0] ??= isList ? new JsonArray() : new JsonObject() : Child(at, path[i], isList);
            if (at is JsonArray { Count: 0 } empty)
            {
                empty.Add((JsonNode?)null);
            }
        }

        if (at is JsonArray last)
        {
            last[0] = value;
        }
        else
        {
            at[path[^1]] = value;
        }
    }

    private static JsonNode Child(JsonNode at, string name, bool isList)
    {
        if (at[name] is not (JsonObject or JsonArray) || at[name] is JsonArray != isList)
        {
            at[name] = isList ? new JsonArray() : new JsonObject();
        }

        return at[name]!;
    }
}
