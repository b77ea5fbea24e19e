using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Events;

/// <summary>
/// Writes the bytes that Node prints for <c>JSON.stringify(JSON.parse(text))</c>. Receivers often check a signature over
/// <c>JSON.stringify(req.body)</c>, so only these bytes survive their round trip.
/// </summary>
/// <remarks>
/// A JavaScript number is a double: an amount of more than 15 digits is printed as the double nearest to it, as Node would.
/// A number too large for a double is printed as null. <c>__proto__</c> is a key like any other to JSON.parse.
/// </remarks>
public static class NodeJson
{
    /// <summary>JsonNode refuses text with a key that comes twice or holds half a surrogate pair: such text goes by JsonElement.</summary>
    public static byte[] Write(JsonNode? value)
    {
        var output = new Output();
        output.Node(value);
        return output.ToArray();
    }

    public static byte[] Write(JsonElement value)
    {
        var output = new Output();
        output.Element(value);
        return output.ToArray();
    }

    private sealed class Output
    {
        private static readonly SearchValues<char> NotPlain = SearchValues.Create(
            [.. "\"\\", .. Enumerable.Range(0, ' ').Select(c => (char)c), .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

        private readonly ArrayBufferWriter<byte> _bytes = new(512);

        internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();

        internal void Node(JsonNode? node)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            switch (node)
            {
                case null:
                    Raw("null"u8);
                    break;
                case JsonObject members:
                    Object(members, Node);
                    break;
                case JsonArray items:
                    Array(items, Node);
                    break;
                case JsonValue value when value.TryGetValue(out JsonElement element):
                    Element(element);
                    break;
                case JsonValue value when value.TryGetValue(out string? text):
                    String(text);
                    break;
                default:
                    Element(JsonSerializer.SerializeToElement(node));
                    break;
            }
        }

        internal void Element(JsonElement element)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    Object(LastOfEachName(element), Element);
                    break;
                case JsonValueKind.Array:
                    Array(element.EnumerateArray(), Element);
                    break;
                case JsonValueKind.String:
                    String(Unescaped(JsonMarshal.GetRawUtf8Value(element)[1..^1]));
                    break;
                case JsonValueKind.Number:
                    Number(double.Parse(JsonMarshal.GetRawUtf8Value(element), NumberStyles.Float, CultureInfo.InvariantCulture));
                    break;
                default:
                    Raw(JsonMarshal.GetRawUtf8Value(element));
                    break;
            }
        }

        private void Object<T>(IEnumerable<KeyValuePair<string, T>> members, Action<T> write)
        {
            Raw("{"u8);
            var isFirst = true;
            // The sort is stable: what is not an index stays in the order of insertion, behind all that is.
            foreach (var (name, value) in members.OrderBy(member => ArrayIndex.Of(member.Key)))
            {
                Separator(ref isFirst);
                String(name);
                Raw(":"u8);
                write(value);
            }

            Raw("}"u8);
        }

        private void Array<T>(IEnumerable<T> items, Action<T> write)
        {
            Raw("["u8);
            var isFirst = true;
            foreach (var item in items)
            {
                Separator(ref isFirst);
                write(item);
            }

            Raw("]"u8);
        }

        private void Separator(ref bool isFirst)
        {
            if (!isFirst)
                Raw(","u8);
            isFirst = false;
        }

        private void String(ReadOnlySpan<char> text)
        {
            Raw("\""u8);
            while (text.IndexOfAny(NotPlain) is >= 0 and var at)
            {
                Plain(text[..at]);
                var isPair = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
                if (isPair)
                    Plain(text.Slice(at, 2));
                else
                    Escaped(text[at]);
                text = text[(at + (isPair ? 2 : 1))..];
            }

            Plain(text);
            Raw("\""u8);
        }

        private void Escaped(char c) => Plain(c switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            _ => $"\\u{(int)c:x4}",
        });

        private void Number(double value)
        {
            if (double.IsFinite(value))
                Plain(EcmaScriptNumber.Text(value));
            else
                Raw("null"u8);
        }

        private void Plain(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _bytes);

        private void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
    }

    // As JSON.parse does: the first occurrence gives the place, the last one the value.
    private static OrderedDictionary<string, JsonElement> LastOfEachName(JsonElement element)
    {
        var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
            members[Unescaped(JsonMarshal.GetRawUtf8PropertyName(property))] = property.Value;
        return members;
    }

    // JsonElement.GetString refuses half a surrogate pair, which JSON.parse accepts.
    private static string Unescaped(ReadOnlySpan<byte> utf8)
    {
        var raw = Encoding.UTF8.GetString(utf8);
        if (!raw.Contains('\\'))
            return raw;

        var text = new StringBuilder(raw.Length);
        for (var at = 0; at < raw.Length; at++)
        {
            if (raw[at] != '\\')
            {
                text.Append(raw[at]);
                continue;
            }

            at++;
            text.Append(Meaning(raw.AsSpan(at)));
            if (raw[at] == 'u')
                at += 4;
        }

        return text.ToString();
    }

    private static char Meaning(ReadOnlySpan<char> escape) => escape[0] switch
    {
        'b' => '\b',
        't' => '\t',
        'n' => '\n',
        'f' => '\f',
        'r' => '\r',
        'u' => (char)ushort.Parse(escape.Slice(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        var itself => itself,
    };

    /// <summary>The keys that a JavaScript object puts first, in numeric order: "0" to "4294967294", no leading zeros.</summary>
    private static class ArrayIndex
    {
        private const uint None = uint.MaxValue;

        internal static uint Of(string key) =>
            uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index.ToString(CultureInfo.InvariantCulture) == key ? index : None;
    }

    /// <summary>Number::toString of ECMAScript (6.1.6.1.20): the shortest digits that read back as the same double.</summary>
    private static class EcmaScriptNumber
    {
        internal static string Text(double value)
        {
            if (value == 0)
                return "0"; // also for minus zero
            var (digits, point) = ShortestDigits(Math.Abs(value));
            return (value < 0 ? "-" : "") + Layout(digits, point);
        }

        private static string Layout(string digits, int point) => point switch
        {
            > 21 or <= -6 => Scientific(digits, point - 1),
            <= 0 => "0." + new string('0', -point) + digits,
            _ when digits.Length <= point => digits.PadRight(point, '0'),
            _ => digits.Insert(point, "."),
        };

        private static string Scientific(string digits, int exponent)
        {
            var mantissa = digits.Length == 1 ? digits : digits.Insert(1, ".");
            return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "" : "+")}{exponent}");
        }

        /// <summary>The value is 0.digits × 10^point.</summary>
        private static (string Digits, int Point) ShortestDigits(double value)
        {
            var parts = Shortest(value).Split('E');
            var exponent = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
            var whole = parts[0].IndexOf('.') is >= 0 and var at ? at : parts[0].Length;
            var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
            var significant = digits.TrimStart('0');
            return (significant.TrimEnd('0'), whole + exponent - (digits.Length - significant.Length));
        }

        // The runtime prints 2^-25 and 2^-958 one digit too short (dotnet/runtime#131131). Seventeen digits are always enough.
        private static string Shortest(double value)
        {
            var shortest = value.ToString("R", CultureInfo.InvariantCulture);
            var isSame = double.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture) == value;
            return isSame ? shortest : value.ToString("E16", CultureInfo.InvariantCulture);
        }
    }
}
