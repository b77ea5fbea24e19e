using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>How the gateway may write: JSON as a rule, and XML or a form where an account or a callback is set so.</summary>
public enum HdfcFormat
{
    Json,
    Xml,
    Form,
}

/// <summary>A field of the gateway's that does not say what it must.</summary>
public sealed class InvalidFieldException : JsonException
{
    private readonly string why;

    /// <param name="name">Of the field, with dots between the levels; empty: the whole.</param>
    /// <param name="why">As <c>must …</c>.</param>
    public InvalidFieldException(string name, string why)
        : base(name.Length == 0 ? $"The answer {why}." : $"The answer's {name} {why}.", name, null, null) => (Name, this.why) = (name, why);

    public string Name { get; }

    /// <summary>The same of a field that stands inside another.</summary>
    internal InvalidFieldException Within(string outer) => new(Name.Length == 0 ? outer : $"{outer}.{Name}", why);
}

/// <summary>
/// Three ways to write one tree: objects, lists and texts. In XML a field is an element, and an item of a list an element <c>item</c>;
/// in a form levels stand in brackets, and items have numbers. In both every value is a text.
/// </summary>
internal static class HdfcFormats
{
    private const string Root = "order";
    private const string Item = "item";
    private const int FieldsMax = 2_000;
    private const int DepthMax = 16;

    private static readonly XmlReaderSettings reading = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 4 * 1024 * 1024,
    };

    // Line ends as they are: a reader would make one of two.
    private static readonly XmlWriterSettings writing = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        NewLineHandling = NewLineHandling.Entitize,
        OmitXmlDeclaration = true,
    };

    /// <summary>As the content type says, and where it says nothing, as it looks.</summary>
    public static HdfcFormat FormatOf(string? contentType, ReadOnlySpan<byte> body)
    {
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "application/json" or "text/json" => HdfcFormat.Json,
            "application/xml" or "text/xml" => HdfcFormat.Xml,
            "application/x-www-form-urlencoded" => HdfcFormat.Form,
            _ => body.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] ? HdfcFormat.Xml : HdfcFormat.Json,
        };
    }

    /// <exception cref="InvalidFieldException">It is not of this format.</exception>
    public static JsonElement Read(HdfcFormat format, ReadOnlyMemory<byte> body) => format switch
    {
        HdfcFormat.Json => ReadJson(body),
        HdfcFormat.Xml => JsonSerializer.SerializeToElement(ReadXml(body)),
        _ => JsonSerializer.SerializeToElement(ReadForm(body)),
    };

    public static byte[] Write(HdfcFormat format, JsonObject tree) => format switch
    {
        HdfcFormat.Json => JsonSerializer.SerializeToUtf8Bytes(tree),
        HdfcFormat.Xml => WriteXml(tree),
        _ => Encoding.ASCII.GetBytes(string.Join('&', Pairs("", tree))),
    };

    private static JsonElement ReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.Clone();
        }
        catch (JsonException malformed)
        {
            throw new InvalidFieldException("", $"must be JSON ({malformed.LineNumber}, {malformed.BytePositionInLine})");
        }
    }

    private static JsonNode ReadXml(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var stream = new MemoryStream(body.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, reading);
            return ReadElement(XElement.Load(reader, LoadOptions.PreserveWhitespace), depth: 0) as JsonObject ?? [];
        }
        catch (XmlException malformed)
        {
            throw new InvalidFieldException("", $"must be XML ({malformed.LineNumber}, {malformed.LinePosition})");
        }
    }

    private static JsonNode ReadElement(XElement element, int depth)
    {
        if (depth > DepthMax)
        {
            throw new InvalidFieldException(element.Name.LocalName, $"must not be deeper than {DepthMax} levels");
        }

        var children = element.Elements().ToList();
        if (children.Count == 0)
        {
            return JsonValue.Create(element.Value);
        }

        if (children.TrueForAll(child => child.Name.LocalName == Item))
        {
            return new JsonArray([.. children.Select(child => ReadElement(child, depth + 1))]);
        }

        var fields = new JsonObject();
        foreach (var child in children)
        {
            if (!fields.TryAdd(child.Name.LocalName, ReadElement(child, depth + 1)))
            {
                throw new InvalidFieldException(child.Name.LocalName, "must stand there once");
            }
        }

        return fields;
    }

    private static byte[] WriteXml(JsonObject tree)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, writing))
        {
            WriteElement(writer, Root, tree, "");
        }

        return bytes.ToArray();
    }

    private static void WriteElement(XmlWriter writer, string name, JsonNode? node, string path)
    {
        writer.WriteStartElement(name);
        switch (node)
        {
            case JsonObject fields:
                foreach (var (field, value) in fields)
                {
                    WriteElement(writer, field, value, Join(path, field));
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    WriteElement(writer, Item, item, path);
                }

                break;
            default:
                writer.WriteString(Checked(Written(node), path));
                break;
        }

        writer.WriteEndElement();
    }

    private static string Checked(string text, string path)
    {
        try
        {
            return XmlConvert.VerifyXmlChars(text);
        }
        catch (XmlException)
        {
            throw new InvalidFieldException(path, "must have no characters that XML does not know");
        }
    }

    private static JsonObject ReadForm(ReadOnlyMemory<byte> body)
    {
        var root = new JsonObject();
        var fields = Encoding.UTF8.GetString(body.Span).Split('&', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length > FieldsMax)
        {
            throw new InvalidFieldException("", $"must have at most {FieldsMax} fields");
        }

        foreach (var field in fields)
        {
            var at = field.IndexOf('=', StringComparison.Ordinal);
            var name = Decoded(at < 0 ? field : field[..at]);
            Put(root, name, Decoded(at < 0 ? "" : field[(at + 1)..]));
        }

        return root;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    // "card[last_four_digits]" and "refunds[0][amount]"; a list stays an object with numbers, which the reader of lists knows.
    private static void Put(JsonObject root, string name, string value)
    {
        var keys = name.Split('[').Select((part, at) => at == 0 ? part : part.TrimEnd(']')).ToList();
        if (keys.Count > DepthMax || keys.Exists(key => key.Length == 0))
        {
            throw new InvalidFieldException(name, "must be a name with brackets around its levels");
        }

        var at = root;
        foreach (var key in keys[..^1])
        {
            if (at[key] is null)
            {
                at[key] = new JsonObject();
            }

            at = at[key] as JsonObject ?? throw new InvalidFieldException(name, "must not be a text and an object");
        }

        if (!at.TryAdd(keys[^1], JsonValue.Create(value)))
        {
            throw new InvalidFieldException(name, "must stand there once");
        }
    }

    private static IEnumerable<string> Pairs(string path, JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Pairs(path.Length == 0 ? field.Key : $"{path}[{field.Key}]", field.Value)),
        JsonArray items => items.SelectMany((item, at) => Pairs(string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]"), item)),
        _ => [$"{Uri.EscapeDataString(path)}={Uri.EscapeDataString(Written(node))}"],
    };

    private static string Written(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
