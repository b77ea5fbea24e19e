using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.OpenApi;

/// <summary>A processor's own OpenAPI description, one file or several. Read only, shared by all threads.</summary>
internal sealed class ApiDescription
{
    private readonly List<Route> routes = [];

    private sealed record Route(string Method, string Template, string[] Parts, JsonObject Described, JsonObject PathItem, JsonObject Components)
    {
        public int Braces { get; } = Parts.Count(part => part.StartsWith('{'));
    }

    private ApiDescription()
    {
    }

    /// <summary>Reads embedded files by name, as <c>stripe.json</c>.</summary>
    public static ApiDescription Load(params IReadOnlyList<string> names)
    {
        var description = new ApiDescription();
        foreach (var name in names)
            description.Add(Read(name));
        return description;
    }

    /// <summary>An embedded file that is no description, as the fixtures of Stripe.</summary>
    public static JsonObject Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"descriptions/{name}")
            ?? throw new InvalidDataException($"There is no description '{name}'.");
        return JsonNode.Parse(stream, documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) as JsonObject
            ?? throw new InvalidDataException($"The description '{name}' is no JSON object.");
    }

    /// <summary>Every operation as "METHOD template", for a test that walks all of them.</summary>
    public IEnumerable<string> Operations => routes.Select(one => $"{one.Method} {one.Template}");

    private void Add(JsonObject file)
    {
        var components = file["components"] as JsonObject ?? [];
        foreach (var (path, item) in file["paths"] as JsonObject ?? [])
        {
            foreach (var (method, described) in item as JsonObject ?? [])
            {
                if (described is JsonObject operation && method is "get" or "post" or "put" or "patch" or "delete")
                {
                    routes.Add(new(method.ToUpperInvariant(), path, Split(path), (JsonObject)described!, (JsonObject)item!, components));
                }
            }
        }
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The operation; of two that fit, the one with fewer braces, so that <c>/search</c> is not an id.</summary>
    public Operation? Find(string method, string path)
    {
        var parts = Split(path);
        var route = routes
            .Where(one => one.Method == method && Fits(one.Parts, parts))
            .MinBy(one => one.Braces);
        return route is null ? null : new(route.Method, route.Template, Values(route.Parts, parts), route.Described, route.PathItem, route.Components);
    }

    /// <summary>Whether any method is described at the path: tells 405 from 404.</summary>
    public bool Knows(string path) => routes.Any(one => Fits(one.Parts, Split(path)));

    private static bool Fits(string[] template, string[] parts) =>
        template.Length == parts.Length && template.Zip(parts).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);

    private static Dictionary<string, string> Values(string[] template, string[] parts) => template.Zip(parts)
        .Where(pair => pair.First.StartsWith('{'))
        .ToDictionary(pair => pair.First.Trim('{', '}'), pair => Uri.UnescapeDataString(pair.Second), StringComparer.Ordinal);
}
