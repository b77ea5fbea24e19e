using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors;

/// <summary>
/// A request or an answer as it may be kept: the names of its fields, and of its values only those of fields that are known to hold a
/// word, an id or an amount. What is in no list is cut, so a field that a processor invents tomorrow is cut too.
/// </summary>
internal static partial class Excerpt
{
    private const string Cut = "***";
    private const int FieldsMax = 100;
    private const int ItemsMax = 3;
    private const int DepthMax = 12;
    private const int SecretLengthMin = 8;

    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly FrozenSet<string> shown = FrozenSet.ToFrozenSet(
    [
        // What it is and how it stands.
        "object", "status", "state", "type", "kind", "intent", "livemode", "source_type", "entry_method", "event_type", "dispute_state",
        "dispute_life_cycle_stage", "outcome_code", "reporting_category", "capture_method", "setup_future_usage", "network_status", "has_more", "limit",

        // Why not.
        "code", "decline_code", "issue", "category", "field", "param", "failure_code", "failure_reason", "reason", "response_code", "avs_status",
        "cvv_status", "debug_id", "liability_shift", "enrollment_status", "authentication_status", "result",

        // Which, by ids of ours and of the processor.
        "id", "charge", "payment", "refund", "payment_intent", "latest_charge", "order_id", "payment_id", "refund_id", "dispute_id",
        "idempotency_key", "invoice_id", "custom_id", "reference_id", "version", "version_token",

        // How much and when.
        "amount", "amount_received", "amount_capturable", "amount_to_capture", "amount_captured", "amount_refunded", "currency", "currency_code",
        "value", "created", "created_at", "updated_at", "create_time", "update_time", "capture_before", "delayed_until", "delay_duration",

        // With what sort of card.
        "brand", "card_brand", "funding", "card_type", "prepaid_type", "network",
    ], StringComparer.Ordinal);

    /// <summary>What becomes of a path: tokens of cards stand in some.</summary>
    public static string PathOf(string path, ProcessorAccount account) =>
        WithoutSecrets(LongNumber().Replace(TokenInPath().Replace(path, $"$1{Cut}"), Cut), account);

    /// <summary>An id, or null when it is none that may be kept.</summary>
    public static string? IdOf(string? id, ProcessorAccount account) =>
        id is not null && Word().IsMatch(id) && IsHarmless(id) ? WithoutSecrets(id, account) : null;

    /// <summary>JSON as JSON, a form as an object of its fields, anything else as nothing.</summary>
    /// <param name="mediaType">Of the body.</param>
    /// <param name="body">As it is sent.</param>
    /// <param name="path">Where to.</param>
    /// <param name="account">Whose secrets are cut wherever they stand.</param>
    public static string? OfRequest(string? mediaType, string body, string path, ProcessorAccount account)
    {
        if (mediaType == "application/x-www-form-urlencoded")
        {
            return Written(account, writer => WriteForm(writer, body));
        }

        if (mediaType != "application/json")
        {
            return null;
        }

        using var document = JsonDocument.Parse(body);
        return Of(document.RootElement, path, account);
    }

    public static string? Of(JsonElement json, string path, ProcessorAccount account)
    {
        // A payment token of PayPal's vault is its id.
        var showsIds = !path.Contains("/vault/", StringComparison.Ordinal);
        return json.ValueKind == JsonValueKind.Undefined ? null : Written(account, writer =>
        {
            var left = FieldsMax;
            Write(writer, json, name: "", showsIds, depth: 0, ref left);
        });
    }

    private static string Written(ProcessorAccount account, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            write(writer);
        }

        return WithoutSecrets(Encoding.UTF8.GetString(buffer.WrittenSpan), account);
    }

    private static void WriteForm(Utf8JsonWriter writer, string body)
    {
        writer.WriteStartObject();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in body.Split('&', FieldsMax + 1).Take(FieldsMax).Select(pair => pair.Split('=', 2)))
        {
            var name = WebUtility.UrlDecode(pair[0]);
            if (IsName(name) && names.Add(name))
            {
                writer.WriteString(name, ValueOf(LastName().Match(name).Value, pair.Length == 2 ? WebUtility.UrlDecode(pair[1]) : "", showsIds: true));
            }
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, string name, bool showsIds, int depth, ref int left)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when depth < DepthMax:
                writer.WriteStartObject();
                // What an object says of itself comes before what it holds, which may be long.
                foreach (var field in json.EnumerateObject().OrderBy(field => field.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
                {
                    if (--left < 0)
                    {
                        break;
                    }

                    if (IsName(field.Name))
                    {
                        writer.WritePropertyName(field.Name);
                        Write(writer, field.Value, field.Name, showsIds, depth + 1, ref left);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array when depth < DepthMax:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray().Take(ItemsMax))
                {
                    if (--left < 0)
                    {
                        break;
                    }

                    Write(writer, item, name, showsIds, depth + 1, ref left);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                json.WriteTo(writer);
                break;
            case JsonValueKind.Number when shown.Contains(name) && !CardDataGuard.HoldsCardNumber(json.GetRawText()):
                json.WriteTo(writer);
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(ValueOf(name, json.GetString()!, showsIds));
                break;
            default:
                writer.WriteStringValue(Cut);
                break;
        }
    }

    /// <summary>A merchant may choose names too, so not every name may be shown; what has none is left out.</summary>
    private static bool IsName(string name) => Name().IsMatch(name) && IsHarmless(name);

    private static string ValueOf(string name, string value, bool showsIds) =>
        shown.Contains(name) && (showsIds || name != "id") && Word().IsMatch(value) && IsHarmless(value) ? value : Cut;

    /// <summary>Of what looks like a word or a name: whether it pays, or is somebody's number or address.</summary>
    private static bool IsHarmless(string text) =>
        !Token().IsMatch(text) && !LongNumber().IsMatch(text) && !Address().IsMatch(text) && !CardDataGuard.HoldsCardNumber(text);

    /// <summary>A processor may repeat in its answer what it was sent.</summary>
    private static string WithoutSecrets(string text, ProcessorAccount account) => account.Fields.Values
        .Where(secret => secret.Length >= SecretLengthMin)
        .Aggregate(text, (cut, secret) => cut.Replace(secret, Cut, StringComparison.Ordinal));

    [GeneratedRegex(@"^[A-Za-z0-9_.[\]-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"[A-Za-z0-9_.-]*(?=]?$)")]
    private static partial Regex LastName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}$")]
    private static partial Regex Word();

    /// <summary>What pays: tokens of cards, and keys of whoever.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9])(tok|ctoken|pm|src|pk|sk|rk|whsec)_|^[a-z]+:")]
    private static partial Regex Token();

    /// <summary>Of a phone or a card.</summary>
    [GeneratedRegex(@"\d{11,}")]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"\d{1,3}(\.\d{1,3}){3}")]
    private static partial Regex Address();

    [GeneratedRegex("(/(?:payment_methods|payment-tokens|setup-tokens|cards)/)[^/]+")]
    private static partial Regex TokenInPath();
}
