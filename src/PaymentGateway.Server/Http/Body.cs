using System.Buffers;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace PaymentGateway.Http;

/// <summary>Endpoint metadata: the one kind of endpoint that takes a card number in its body or form, the sandbox tokenizer.</summary>
public sealed record TakesCardData;

/// <summary>The body of a command that needs no fields.</summary>
public sealed record EmptyBody;

/// <summary>
/// A JSON request body, read once with every rule of the server: size, depth, encoding, unknown fields by name, no card data.
/// A missing body reads as <c>{}</c>.
/// </summary>
/// <param name="Value">The typed body.</param>
/// <param name="Fingerprint">SHA-256 of method, path and bytes: tells a repeat from another request under the same idempotency key.</param>
public sealed record Body<T>(T Value, byte[] Fingerprint) : Microsoft.AspNetCore.Http.Metadata.IEndpointParameterMetadataProvider where T : class
{
    private const int BytesMax = 256 * 1024;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext http)
    {
        var bytes = await ReadBytes(http);
        return new Body<T>(Parse(bytes, http), FingerprintOf(http.Request, bytes));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytes(HttpContext http)
    {
        var request = http.Request;
        if (request.ContentLength > BytesMax)
        {
            throw new RefusedException(new(Errors.BodyTooLarge));
        }

        using var buffer = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
            {
                buffer.Write(chunk, 0, read);
                if (buffer.Length > BytesMax)
                {
                    throw new RefusedException(new(Errors.BodyTooLarge));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        if (buffer.Length > 0 && !request.HasJsonContentType())
        {
            throw new RefusedException(new(Errors.UnsupportedMediaType));
        }

        return buffer.ToArray();
    }

    private static T Parse(ReadOnlyMemory<byte> bytes, HttpContext http)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes.IsEmpty ? "{}"u8.ToArray() : bytes,
                new JsonDocumentOptions { MaxDepth = Json.DepthMax, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new RefusedException(new(Errors.InvalidJson, "The request body must be a JSON object."));
            }

            RefuseCardData(root, http);
            RefuseNulCharacters(root);
            return FieldReader.Read<T>(root);
        }
        catch (JsonException e)
        {
            throw new RefusedException(new(Errors.InvalidJson, $"The request body is not valid JSON: {Position(e)}"));
        }
        catch (InvalidOperationException e)
            when (e.InnerException is System.Text.DecoderFallbackException || e.Message.Contains("UTF", StringComparison.Ordinal))
        {
            throw new RefusedException(new(Errors.InvalidJson, "The request body holds text that is not valid Unicode."));
        }
    }

    private static void RefuseCardData(JsonElement root, HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<TakesCardData>() is null && CardDataGuard.Find(root) is { } path)
        {
            throw new RefusedException(Refusal.Field(Errors.CardDataRefused, path, CardDataWall.Advice));
        }
    }

    /// <summary>PostgreSQL has no text with U+0000, so it is refused here by name and not as a failure of a statement.</summary>
    private static void RefuseNulCharacters(JsonElement value, string path = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    var name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
                    RefuseNul(property.Name, path.Length == 0 ? "body" : path);
                    RefuseNulCharacters(property.Value, name);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    RefuseNulCharacters(item, path);
                }

                break;
            case JsonValueKind.String:
                RefuseNul(value.GetString()!, path);
                break;
        }

        static void RefuseNul(string text, string path)
        {
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                throw new RefusedException(Refusal.Field(path, "must not contain the character U+0000"));
            }
        }
    }

    private static string Position(JsonException e) => e.LineNumber is { } line
        ? $"see line {line + 1}, byte {e.BytePositionInLine + 1}."
        : "it cannot be read.";

    private static byte[] FingerprintOf(HttpRequest request, ReadOnlyMemory<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        hash.AppendData(bytes.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>For the OpenAPI description: the body's type, not the wrapper's.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata(["application/json"], typeof(T), isOptional: false));
}
