using System.Globalization;
using System.Text;

namespace PaymentGateway.Connectors.Qr;

/// <summary>One item of an EMV QR text: two digits of id, two digits of length, the value.</summary>
public sealed record EmvItem(string Id, string Value);

/// <summary>The coding of EMV QR texts: items in a row, some of which hold items again.</summary>
internal static class EmvItems
{
    public const int ValueLengthMax = 99;

    /// <summary>The length counts characters, as in the sample of the specification; non-ASCII text stands in few items only.</summary>
    public static string Write(IEnumerable<EmvItem> items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            text.Append(CultureInfo.InvariantCulture, $"{item.Id}{LengthOf(item.Value):00}{item.Value}");
        }

        return text.ToString();
    }

    /// <summary>The characters that a length counts: a pair of surrogates is one.</summary>
    public static int LengthOf(string value) => value.EnumerateRunes().Count();

    /// <summary>The items in their order; null and <paramref name="fault"/> when the lengths do not add up or an id comes twice.</summary>
    public static IReadOnlyList<EmvItem>? Read(string text, out string? fault)
    {
        var items = new List<EmvItem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        fault = null;
        for (var at = 0; at < text.Length;)
        {
            if (text.Length - at < 4 || !Digits(text.AsSpan(at, 4)))
            {
                fault = $"has no item with an id and a length at character {at + 1}";
                return null;
            }

            var (id, length) = (text.Substring(at, 2), int.Parse(text.AsSpan(at + 2, 2), NumberStyles.None, CultureInfo.InvariantCulture));
            var end = After(text, at + 4, length);
            if (length == 0 || end is not { } next)
            {
                fault = $"has a wrong length in the item {id}";
                return null;
            }

            if (!seen.Add(id))
            {
                fault = $"has the item {id} twice";
                return null;
            }

            items.Add(new(id, text[(at + 4)..next]));
            at = next;
        }

        return items;
    }

    /// <summary>The place after so many characters; null when the text is shorter.</summary>
    private static int? After(string text, int start, int characters)
    {
        var at = start;
        for (; characters > 0; characters--)
        {
            if (at >= text.Length)
            {
                return null;
            }

            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        return at;
    }

    private static bool Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}

/// <summary>CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected. Of <c>123456789</c> it is 29B1.</summary>
internal static class Crc16
{
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var one in bytes)
        {
            crc ^= one << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xFFFF : (crc << 1) & 0xFFFF;
            }
        }

        return (ushort)crc;
    }
}
