using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace PaymentGateway.Tests.Events;

/// <summary>Documents that are hard to print: odd keys, halves of surrogate pairs, numbers of every size and spelling.</summary>
internal sealed class RandomJson(Random random)
{
    private static readonly string[] OddKeys =
    [
        "", "0", "1", "2", "10", "007", "-0", "-1", "1.0", "1e3", "4294967293", "4294967294", "4294967295", "4294967296",
        "99999999999999999999",
        "1\0", " 1", "٣", "__proto__", "constructor", "toString", "toJSON", "length", "hasOwnProperty", "merchantOrderId", "amount", "Name",
        "name", "é", "e\u0301", "😀", "\uD800", "\uDC00\uD800", "a\"b", "a\\b", "\u2028", "<script>", "\u007F", "\uFEFF", "\uFFFF",
    ];

    private static readonly string[] OddNumbers =
    [
        "0", "-0", "0.0", "-0.0", "0e5", "-0E-7", "1", "1.0", "2716.67", "1e2", "1E400", "-1e400", "1e-400",
        "-1e-400", "1e21", "1e20", "1e-6", "1e-7",
        "999999999999999999999", "999999999999999900000", "123456789012345680000", "9007199254740993",
        "9007199254740992.5", "0.1", "0.30000000000000004",
        "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072014e-308",
        "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e23", "9e22", "2e23", "8.41e21",
        "9.5e-7", "4.35", "1.005",
        "92233720368547758.07", "0.000001", "0.0000001", "1e-99999999999999999999", "1e99999999999999999999", "0e99999999999999999999",
        "123e-20", "100e-2", "1.7976931348623157081e308", "9007199254740991", "-9223372036854775808", "18446744073709551615",
    ];

    internal string Document() => Value(depth: 0);

    /// <summary>Nodes as the server builds them, with strings that no UTF-8 text can hold unescaped.</summary>
    internal JsonNode? Node(int depth = 0) => random.Next(depth < 4 ? 9 : 6) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(Text()),
        3 => JsonValue.Create(new decimal(random.Next(), random.Next(), random.Next(100), random.Next(2) == 0, (byte)random.Next(29))),
        4 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue)),
        5 => JsonValue.Create(AnyDouble()),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => Node(depth + 1))]),
        _ => new JsonObject(Keys().Distinct().Select(key => KeyValuePair.Create(key, Node(depth + 1)))),
    };

    private string Value(int depth) => random.Next(depth < 6 ? 10 : 5) switch
    {
        0 => new[] { "null", "true", "false" }[random.Next(3)],
        1 or 2 => Quoted(Text()),
        3 or 4 => NumberText(),
        5 when depth == 0 => Nested(40),
        5 or 6 => List("[", "]", Enumerable.Range(0, random.Next(6)).Select(_ => Value(depth + 1))),
        _ => List("{", "}", Keys().Select(key => Quoted(key) + Space() + ":" + Space() + Value(depth + 1))),
    };

    private string Nested(int depth) => depth == 0 ? Value(4)
        : random.Next(2) == 0 ? $"[{Nested(depth - 1)}]"
        : $$"""{"2":{{Nested(depth - 1)}},"1":[]}""";

    private string List(string open, string close, IEnumerable<string> items) =>
        open + Space() + string.Join(Space() + "," + Space(), items) + Space() + close;

    private string Space() => random.Next(8) == 0
        ? string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => " \t\r\n"[random.Next(4)]))
        : "";

    private List<string> Keys() => [.. Enumerable.Range(0, random.Next(9)).Select(_ => random.Next(4) switch
    {
        0 => OddKeys[random.Next(OddKeys.Length)],
        1 => random.Next(20).ToString(CultureInfo.InvariantCulture),
        2 => random.NextInt64(6_000_000_000).ToString(CultureInfo.InvariantCulture),
        _ => Text(),
    })];

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(7) switch
    {
        0 => (char)random.Next(0x20),
        1 => (char)random.Next(0xD800, 0xE000),
        2 => (char)random.Next(0x10000),
        3 => "\"\\/<>&'+`\u007F\u0080\u2028\u2029\uFEFF\uFFFD\uFFFE\uFFFF"[random.Next(17)],
        _ => (char)random.Next(' ', 127),
    })) + (random.Next(5) == 0 ? "😀" : "");

    private string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = char.IsSurrogatePair(text, at) && random.Next(2) == 0;
            quoted.Append(isPair ? text.Substring(at, 2) : Character(text[at]));
            at += isPair ? 1 : 0;
        }

        return quoted.Append('"').ToString();
    }

    private string Character(char c) => c switch
    {
        '"' or '\\' => "\\" + c,
        '/' when random.Next(2) == 0 => "\\/",
        '\n' when random.Next(2) == 0 => "\\n",
        '\b' when random.Next(2) == 0 => "\\b",
        '\f' when random.Next(2) == 0 => "\\f",
        '\r' when random.Next(2) == 0 => "\\r",
        '\t' when random.Next(2) == 0 => "\\t",
        _ when c < ' ' || char.IsSurrogate(c) || random.Next(10) == 0 => "\\u" + ((int)c).ToString(random.Next(2) == 0 ? "x4" : "X4"),
        _ => c.ToString(),
    };

    private string NumberText() => random.Next(7) switch
    {
        0 => OddNumbers[random.Next(OddNumbers.Length)],
        1 => AnyDouble().ToString("R", CultureInfo.InvariantCulture),
        2 => AnyDouble().ToString("E" + random.Next(14, 40), CultureInfo.InvariantCulture),
        3 => Halfway(),
        4 => $"{Digits(1, 100)}.{Digits(0, 100)}e{random.Next(-350, 320)}",
        5 when random.Next(20) == 0 => $"{Digits(1, 900)}.{Digits(0, 900)}e{random.Next(-1300, 350)}",
        _ => (random.Next(-1_000_000, 1_000_000) / 100m).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>All digits of the point between two doubles, or of a point far closer to it than to either.</summary>
    private string Halfway()
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(AnyDouble()));
        var mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        var power = (int)(bits >> 52) - 1076;
        var middle = power == -1076 ? 2 * mantissa + 1 : 2 * (mantissa | 0x10_0000_0000_0000) + 1;
        power = Math.Max(power, -1075);
        var (digits, exponent) = power < 0 ? (middle * BigInteger.Pow(5, -power), power) : (middle * BigInteger.Pow(2, power), 0);
        var far = random.Next(20) == 0 ? random.Next(900) : random.Next(20);
        return random.Next(3) switch
        {
            0 => $"{digits}e{exponent}",
            1 => $"{digits}{new string('0', far)}1e{exponent - far - 1}",
            _ => $"{digits - 1}{new string('9', far)}e{exponent - far}",
        };
    }

    private string Digits(int least, int most)
    {
        var digits = string.Concat(Enumerable.Range(0, random.Next(least, most)).Select(_ => (char)('0' + random.Next(10))));
        return least == 0 ? digits + "5" : digits.TrimStart('0') is { Length: > 0 } whole ? whole : "0";
    }

    private double AnyDouble()
    {
        var value = random.Next(3) switch
        {
            0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
            1 => Math.ScaleB(random.Next(2) == 0 ? 1 : 1 + double.Epsilon + random.NextDouble(), random.Next(-1074, 1024)),
            _ => random.NextDouble() * Math.Pow(10, random.Next(-8, 24)),
        };
        return double.IsFinite(value) ? random.Next(2) == 0 ? -value : value : 0;
    }
}
