using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace PaymentGateway.Simulators.OpenApi;

/// <summary>A form with files as an object: a JSON part is what it says, any other part its text, a file its name and size.</summary>
internal static class MultipartForm
{
    public const string ContentType = "multipart/form-data";

    private const int PartsMax = 100;

    /// <param name="contentType">With its boundary.</param>
    public static async Task<(JsonNode? Body, string? Fault)> Read(string contentType, byte[] raw)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            return (null, "A form with files needs a boundary.");
        var fields = new JsonObject();
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(raw));
            while (await reader.ReadNextSectionAsync() is { } part && fields.Count < PartsMax)
                await Add(fields, part);
            return (fields, null);
        }
        catch (Exception malformed) when (malformed is IOException or JsonException or InvalidDataException)
        {
            return (null, malformed.Message);
        }
    }

    private static async Task Add(JsonObject fields, MultipartSection part)
    {
        using var content = new MemoryStream();
        await part.Body.CopyToAsync(content);
        var name = part.GetContentDispositionHeader()?.Name.Value?.Trim('"') ?? throw new InvalidDataException("A part has no name.");
        if (part.ContentType?.StartsWith(Operation.Json, StringComparison.OrdinalIgnoreCase) == true)
            fields[name] = JsonNode.Parse(content.ToArray());
        else if (part.AsFileSection() is { FileName.Length: > 0 } file)
            fields[name] = $"{file.FileName} ({content.Length} bytes)";
        else
            fields[name] = Encoding.UTF8.GetString(content.ToArray());
    }
}
