using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentGateway.Http;

namespace PaymentGateway.Audit;

/// <summary>What of an object's fields is kept in an audit row: those that differ, without what nobody may keep for years.</summary>
internal static partial class AuditFields
{
    private const string Mask = "***";

    private const int TextLengthMax = 500;

    private static readonly JsonWriterOptions compact = new() { Encoder = Json.Options.Encoder };

    private static readonly string[] secretNames = ["secret", "password", "token", "cvv", "cvc", "securitycode", "cardnumber"];

    /// <summary>The names that one object has and the other has not, or has with another value. A null field is no field.</summary>
    public static HashSet<string> Differing(JsonObject? before, JsonObject? after) =>
    [
        .. (before ?? []).Concat(after ?? []).Select(field => field.Key)
            .Where(name => !JsonNode.DeepEquals(before?[name], after?[name])),
    ];

    /// <summary>Compact JSON of these fields, masked; null fields are left out.</summary>
    public static string Text(JsonObject fields, IReadOnlySet<string> names)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, compact))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields.Where(field => names.Contains(field.Key) && field.Value is not null))
            {
                writer.WritePropertyName(name);
                Write(writer, name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject inner:
                writer.WriteStartObject();
                foreach (var (key, field) in inner)
                {
                    writer.WritePropertyName(key);
                    Write(writer, key, field);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, name, item);
                }

                writer.WriteEndArray();
                break;
            case not null when secretNames.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)):
                writer.WriteStringValue(Mask);
                break;
            case not null when value.GetValueKind() == JsonValueKind.String:
                writer.WriteStringValue(Masked(name, value.GetValue<string>()));
                break;
            case not null:
                value.WriteTo(writer);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static string Masked(string name, string text)
    {
        if (CardDataGuard.HoldsCardNumber(text))
        {
            return Mask;
        }

        if (name.Contains("phone", StringComparison.OrdinalIgnoreCase))
        {
            return Mask + text[Math.Max(0, text.Length - 4)..];
        }

        var masked = NamedSecret().Replace(text, "$1" + Mask);
        masked = UrlQuery().Replace(masked, "$1?" + Mask);
        masked = Address().Replace(masked, "$1" + Mask + "@");
        return masked.Length <= TextLengthMax ? masked : masked[..TextLengthMax] + "…";
    }

    [GeneratedRegex(@"((?<![A-Za-z0-9])(?:sk|whsec)_|_secret_)[A-Za-z0-9_+/=\-]+")]
    private static partial Regex NamedSecret();

    /// <summary>A webhook's address may carry its receiver's own password.</summary>
    [GeneratedRegex(@"(https?://[^\s?#]+)\?\S*")]
    private static partial Regex UrlQuery();

    /// <summary>E-mail addresses and UPI's virtual payment addresses: the first character and the provider are left.</summary>
    [GeneratedRegex(@"([\p{L}\p{N}])[\p{L}\p{N}._%+-]*@(?=[\p{L}\p{N}])")]
    private static partial Regex Address();
}
