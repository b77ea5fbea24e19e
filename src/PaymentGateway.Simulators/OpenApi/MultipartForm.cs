using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace PaymentGateway.Simulators.OpenApi;

/// <summary>
/// Reads a form of parts as one JSON object: a part of JSON is what it says, whether it names its type or not, a file is its name,
/// any other part is text.
/// </summary>
internal static class MultipartForm
{
    private const int PartsMax = 50;

    /// <exception cref="InvalidDataException">It is no such form.</exception>
    /// <exception cref="IOException">It breaks off.</exception>
    public static async Task<JsonObject> Read(string contentType, byte[] raw)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            throw new InvalidDataException("The form names no boundary.");
        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(raw, writable: false));
        var form = new JsonObject();
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part) || form.Count == PartsMax)
                throw new InvalidDataException($"Each part has a name, and there are at most {PartsMax}.");
            using var text = new StreamReader(section.Body);
            var content = await text.ReadToEndAsync();
            // Some libraries send the JSON part as a file.
            var isFile = part.FileName.HasValue && section.ContentType?.StartsWith(Operation.Json, StringComparison.OrdinalIgnoreCase) != true;
            form[HeaderUtilities.RemoveQuotes(part.Name).ToString()] = isFile ? HeaderUtilities.RemoveQuotes(part.FileName).ToString() : Value(content);
        }
        return form;
    }

    private static JsonNode? Value(string content)
    {
        if (!content.StartsWith('{'))
            return content;
        try
        {
            return JsonNode.Parse(content);
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException(malformed.Message, malformed);
        }
    }
}
