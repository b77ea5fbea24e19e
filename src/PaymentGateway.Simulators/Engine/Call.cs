using System.Text.Json.Nodes;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Engine;

/// <summary>One request that a simulator received, read once.</summary>
/// <param name="Query">By name; a name with brackets is an object, as in forms.</param>
/// <param name="ContentType">Without parameters; null: no body.</param>
/// <param name="Raw">The bytes of the body as they came.</param>
/// <param name="Body">The body as JSON, a form as an object of texts; null: there is none, or it could not be read.</param>
/// <param name="BodyFault">Why the body could not be read.</param>
/// <param name="Operation">What the description says about it; null: it does not know such a request.</param>
/// <param name="Origin">How the caller reached this simulator: <c>http://127.0.0.1:12111</c>.</param>
internal sealed record Call(
    string Method, string Path, JsonObject Query, IHeaderDictionary Headers, string? ContentType, ReadOnlyMemory<byte> Raw, JsonNode? Body,
    string? BodyFault, Operation? Operation, string Origin)
{
    /// <summary>The largest body that a simulator reads, in bytes: evidence files are the largest.</summary>
    private const int BodyMax = 10 * 1024 * 1024;

    /// <summary>What stands in the braces of the operation's path.</summary>
    public string this[string pathValue] => Operation!.PathValues[pathValue];

    /// <summary>The body's fields; none when it is not an object.</summary>
    public JsonObject Fields => Body as JsonObject ?? none;

    private static readonly JsonObject none = [];

    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public static async Task<Call> Read(HttpRequest request, ApiDescription description)
    {
        var raw = await ReadBytes(request);
        var contentType = raw.Length == 0 ? null : request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        var (body, fault) = contentType == Operation.Multipart ? await ParseParts(request.ContentType!, raw) : Parse(contentType, raw);
        var path = request.Path.Value ?? "/";
        return new(
            request.Method, path, BracketForm.ReadQuery(request.QueryString), request.Headers, contentType, raw, body, fault,
            description.Find(request.Method, path), $"{request.Scheme}://{request.Host}");
    }

    private static async Task<byte[]> ReadBytes(HttpRequest request)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            if (kept.Length + read > BodyMax)
                throw new BadHttpRequestException($"A body has at most {BodyMax} bytes.", StatusCodes.Status413PayloadTooLarge);
            kept.Write(buffer, 0, read);
        }
        return kept.ToArray();
    }

    private static async Task<(JsonNode? Body, string? Fault)> ParseParts(string contentType, byte[] raw)
    {
        try
        {
            return (await MultipartForm.Read(contentType, raw), null);
        }
        catch (Exception malformed) when (malformed is IOException or InvalidDataException)
        {
            return (null, malformed.Message);
        }
    }

    private static (JsonNode? Body, string? Fault) Parse(string? contentType, byte[] raw)
    {
        try
        {
            return contentType switch
            {
                Operation.Form => (BracketForm.Read(System.Text.Encoding.UTF8.GetString(raw)), null),
                Operation.Json => (JsonNode.Parse(raw), null),
                _ => (null, null),
            };
        }
        catch (Exception malformed) when (malformed is System.Text.Json.JsonException or InvalidDataException)
        {
            return (null, malformed.Message);
        }
    }
}
