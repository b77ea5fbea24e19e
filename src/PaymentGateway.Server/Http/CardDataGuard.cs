using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Http;

/// <summary>
/// Looks for card numbers and security codes in all that comes in and all that is written down, so that none is ever logged or stored.
/// What counts, and what is told from it, stands in <c>docs/api-conventions.md</c>. A text that cannot hold any is not copied.
/// </summary>
public static class CardDataGuard
{
    /// <summary>What stands in the place of a card number.</summary>
    public const string Mask = "***";

    private static readonly SearchValues<char> betweenNameAndCode = SearchValues.Create(" :=\"'#-\\");

    private const int NameLengthMax = 24;

    /// <summary>Names of fields, as letters and digits only, whose very presence is refused.</summary>
    private static readonly byte[][] forbiddenNames =
    [
        .. new[]
        {
            "cvv", "cvc", "cvv2", "cvc2", "cvvcode", "cvccode", "cardcvv", "cardcvc", "securitycode", "cardsecuritycode", "cardnumber", "ccnumber",
            "creditcardnumber", "debitcardnumber", "primaryaccountnumber", "track1", "track2", "track1data", "track2data", "pinblock",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>The dotted path of the first value that looks like card data; empty when it is the value itself; null when there is none.</summary>
    public static string? Find(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => FindInObject(value),
        JsonValueKind.Array => FindInList(value),
        JsonValueKind.String => MayHold(JsonMarshal.GetRawUtf8Value(value)) && HoldsCardData(value.GetString()!) ? "" : null,
        JsonValueKind.Number => CardNumberScan.Find(JsonMarshal.GetRawUtf8Value(value)) is not null ? "" : null,
        _ => null,
    };

    /// <summary>The name of the first field of a form or a query that looks like card data; null when there is none.</summary>
    public static string? Find(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> fields)
    {
        foreach (var (name, values) in fields)
        {
            if (HoldsCardData(name))
            {
                return "…";
            }

            if (IsForbidden(System.Text.Encoding.UTF8.GetBytes(name), values.ToString()) || values.Any(value => HoldsCardData(value)))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Whether a card number stands in the text.</summary>
    public static bool HoldsCardNumber(ReadOnlySpan<char> text) => CardNumberScan.Find(text) is not null;

    /// <summary>Whether a card number, or a security code by its name (<c>cvv: 123</c>), stands in the text.</summary>
    public static bool HoldsCardData(ReadOnlySpan<char> text) => HoldsCardNumber(text) || HoldsSecurityCode(text);

    /// <summary>Whether a card number stands in a file as it is printed on a card. What is compressed in it is not looked into.</summary>
    public static bool HoldsCardNumber(ReadOnlySpan<byte> content) => CardNumberScan.Find(content, asPrintedOnly: true) is not null;

    /// <summary>The text without card numbers; the text itself when it has none.</summary>
    public static string Masked(string text)
    {
        while (CardNumberScan.Find<char>(text) is { } found)
        {
            text = string.Concat(text.AsSpan(0, found.Start.Value), Mask, text.AsSpan(found.End.Value));
        }

        return text;
    }

    /// <summary>
    /// Masks the texts of an object. What names a thing elsewhere (<c>…Id</c>, <c>…Reference</c>) stays: it may be a number as long as a
    /// card's, and without it nobody finds the thing again.
    /// </summary>
    public static void MaskIn(JsonObject fields)
    {
        foreach (var (name, value) in fields.ToList())
        {
            switch (value)
            {
                case JsonObject inner:
                    MaskIn(inner);
                    break;
                case JsonArray list:
                    MaskIn(list);
                    break;
                case JsonValue text when text.GetValueKind() == JsonValueKind.String && !NamesSomething(name)
                    && text.GetValue<string>() is var words && HoldsCardNumber(words):
                    fields[name] = Masked(words);
                    break;
            }
        }
    }

    private static void MaskIn(JsonArray list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            switch (list[i])
            {
                case JsonObject inner:
                    MaskIn(inner);
                    break;
                case JsonArray further:
                    MaskIn(further);
                    break;
                case JsonValue text when text.GetValueKind() == JsonValueKind.String && HoldsCardNumber(text.GetValue<string>()):
                    list[i] = Masked(text.GetValue<string>());
                    break;
            }
        }
    }

    private static bool NamesSomething(string name) => name is "id" or "reference"
        || name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("Reference", StringComparison.Ordinal);

    private static string? FindInObject(JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (MayHold(name) && HoldsCardData(property.Name))
            {
                return "…";
            }

            if (IsForbidden(name.Contains((byte)'\\') ? System.Text.Encoding.UTF8.GetBytes(property.Name) : name, property.Value))
            {
                return property.Name;
            }

            if (Find(property.Value) is { } inner)
            {
                return inner.Length == 0 || inner[0] == '[' ? property.Name + inner : $"{property.Name}.{inner}";
            }
        }

        return null;
    }

    private static string? FindInList(JsonElement list)
    {
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (Find(item) is { } inner)
            {
                return inner.Length == 0 || inner[0] == '[' ? $"[{i}]{inner}" : $"[{i}].{inner}";
            }

            i++;
        }

        return null;
    }

    /// <summary>
    /// A quick look at JSON text, escapes and all: false when it holds neither thirteen digits near each other nor a security code. Digits of
    /// other scripts, and what is escaped, are left to the thorough look.
    /// </summary>
    private static bool MayHold(ReadOnlySpan<byte> utf8)
    {
        var (near, previous) = (0, (byte)0);
        foreach (var c in utf8)
        {
            if (c == '\\' || (c is (byte)'v' or (byte)'V' && previous is (byte)'c' or (byte)'C'))
            {
                return true;
            }

            near = c is >= (byte)'0' and <= (byte)'9' or >= 0xC0 ? near + 1
                : c is (byte)' ' or (byte)'-' or (byte)'.' or (byte)'_' or (byte)'/' or >= 0x80 ? near
                : 0;
            if (near == CardNumber.DigitsMin)
            {
                return true;
            }

            previous = c;
        }

        return false;
    }

    private static bool IsForbidden(ReadOnlySpan<byte> name, JsonElement value) => IsForbidden(
        name, value.ValueKind == JsonValueKind.String && IsPan(name) ? value.GetString()! : "");

    private static bool IsForbidden(ReadOnlySpan<byte> name, string value)
    {
        Span<byte> plain = stackalloc byte[NameLengthMax];
        if (Plain(name, plain) is not (> 0 and var length))
        {
            return false;
        }

        foreach (var forbidden in forbiddenNames)
        {
            if (plain[..length].SequenceEqual(forbidden))
            {
                return true;
            }
        }

        return IsPan(plain[..length]) && !IsTaxNumber(value);
    }

    /// <summary>Letters and digits in lower case; 0 when the name is longer than any that is looked for, or has other signs in it.</summary>
    private static int Plain(ReadOnlySpan<byte> name, Span<byte> plain)
    {
        var length = 0;
        foreach (var c in name)
        {
            if (c is (byte)'_' or (byte)'-' or (byte)' ' or (byte)'.')
            {
                continue;
            }

            if (length == plain.Length || !char.IsAsciiLetterOrDigit((char)c))
            {
                return 0;
            }

            plain[length++] = (byte)char.ToLowerInvariant((char)c);
        }

        return length;
    }

    private static bool IsPan(ReadOnlySpan<byte> name) =>
        name.Length == 3 && (name[0] | 0x20) == 'p' && (name[1] | 0x20) == 'a' && (name[2] | 0x20) == 'n';

    /// <summary>A card's number is called PAN, and so is India's permanent account number for taxes: ABCDE1234F.</summary>
    private static bool IsTaxNumber(string value) => value.Length == 10 && value.AsSpan(0, 5).IndexOfAnyExceptInRange('A', 'Z') < 0
        && value.AsSpan(5, 4).IndexOfAnyExceptInRange('0', '9') < 0 && char.IsAsciiLetterUpper(value[9]);

    private static bool HoldsSecurityCode(ReadOnlySpan<char> text)
    {
        var before = ' ';
        for (int at; (at = text.IndexOf("cv", StringComparison.OrdinalIgnoreCase)) >= 0; text = text[(at + 2)..])
        {
            before = at > 0 ? text[at - 1] : before;
            if (!char.IsLetterOrDigit(before) && IsRestOfCode(text[(at + 2)..]))
            {
                return true;
            }

            before = 'v';
        }

        return false;
    }

    /// <summary>After <c>cv</c>: <c>v</c> or <c>c</c>, perhaps a 2, a few signs, and three or four digits.</summary>
    private static bool IsRestOfCode(ReadOnlySpan<char> rest)
    {
        const int SignsMax = 6;
        if (rest is not (['v' or 'V' or 'c' or 'C', ..]))
        {
            return false;
        }

        rest = rest is [_, '2', ..] && (rest.Length == 2 || !char.IsAsciiDigit(rest[2])) ? rest[2..] : rest[1..];
        var signs = rest.IndexOfAnyExcept(betweenNameAndCode);
        if (signs is < 1 or > SignsMax)
        {
            return false;
        }

        rest = rest[signs..];
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? rest.Length : digits;
        return digits is 3 or 4 && (digits == rest.Length || !char.IsLetterOrDigit(rest[digits]));
    }
}
