using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PaymentGateway.Http;

/// <summary>Reads a JSON object into a record field by field, so that all faulty fields are reported at once and by name.</summary>
internal static class FieldReader
{
    public static T Read<T>(JsonElement body) where T : class
    {
        var type = Json.Options.GetTypeInfo(typeof(T));
        var unknown = new Dictionary<string, List<string>>();
        var faulty = new Dictionary<string, List<string>>();
        foreach (var sent in body.EnumerateObject())
        {
            var known = type.Properties.FirstOrDefault(p => p.Name == sent.Name);
            if (known is null)
            {
                unknown[Shown(sent.Name)] = [Suggestion(sent.Name, type)];
            }
            else if (Fault(sent.Value, known) is { } fault)
            {
                (fault.Unknown ? unknown : faulty)[fault.Path] = [fault.Sentence];
            }
        }

        foreach (var missing in type.Properties.Where(p => p.IsRequired && !body.TryGetProperty(p.Name, out _)))
        {
            faulty[missing.Name] = ["is required"];
        }

        if (unknown.Count > 0)
        {
            throw new RefusedException(Refusal.Fields(Errors.UnknownField, unknown));
        }

        return faulty.Count > 0
            ? throw new RefusedException(Refusal.Fields(KindOf(faulty), faulty))
            : body.Deserialize<T>(Json.Options)!;
    }

    private static (string Path, string Sentence, bool Unknown)? Fault(JsonElement value, JsonPropertyInfo property)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.Null)
            {
                return property.IsSetNullable ? null : (property.Name, "must not be null", false);
            }

            // The framework would also take words in any case, and several of them with commas between.
            if (TypeOf(property) is { IsEnum: true } words
                && !(value.ValueKind == JsonValueKind.String && WordsOf(words).Contains(value.GetString())))
            {
                return (property.Name, $"must be one of {string.Join(", ", WordsOf(words))}", false);
            }

            value.Deserialize(Json.Options.GetTypeInfo(property.PropertyType));
            return null;
        }
        catch (JsonException e)
        {
            var inner = e.Path is null or "$" ? "" : e.Path[1..];
            return e.Message.Contains("could not be mapped", StringComparison.Ordinal)
                ? (property.Name + inner, "is not known here", true)
                : (property.Name + inner, Sentence(e, property, inner), false);
        }
    }

    /// <summary>Our own converters say what they want in lower case; the framework's texts name .NET types, so they are replaced.</summary>
    private static string Sentence(JsonException e, JsonPropertyInfo property, string inner)
    {
        if (e.Message.StartsWith("must ", StringComparison.Ordinal))
        {
            return e.Message.Split(" Path: ")[0];
        }

        var type = TypeOf(property);
        return "must be " + (inner.Length > 0 ? "of the right type; see the API reference"
            : type == typeof(string) ? "a text"
            : type == typeof(bool) ? "true or false"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(decimal) || type == typeof(AmountText) ? "a number"
            : type.IsArray || typeof(System.Collections.IEnumerable).IsAssignableFrom(type) && !IsMap(type) ? "a list"
            : "an object");
    }

    private static Type TypeOf(JsonPropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static IEnumerable<string> WordsOf(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);

    private static ErrorKind KindOf(Dictionary<string, List<string>> faulty) =>
        faulty.Count == 1 && faulty.ContainsKey("amount") ? Errors.InvalidAmount : Errors.ValidationFailed;

    private static string Suggestion(string name, JsonTypeInfo type) =>
        type.Properties.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)) is { } near
            ? $"is not known here; did you mean {near.Name}?"
            : "is not known here";

    /// <summary>A field name is repeated to the caller; a hostile one is cut, and a card number in the tokenizer's body is not shown.</summary>
    private static string Shown(string name) => CardDataGuard.Masked(name.Length <= 64 ? name : name[..64] + "…");
}
