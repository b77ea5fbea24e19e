using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Documents;

/// <summary>One face in one document: the characters that were used, by first use, and the objects that embed it.</summary>
/// <remarks>
/// Each character has a code of its own, also where the font draws two with one glyph (a Latin and a Cyrillic A): so what is copied from
/// the page is what was written. The codes are mapped to glyphs by the font's CIDToGIDMap (ISO 32000-1, 9.7.4).
/// </remarks>
internal sealed class PdfFont(Typeface face, string resource)
{
    private const int CharactersOfOneMapping = 100;
    private const int Symbolic = 4;

    private readonly Dictionary<Rune, int> codes = [];
    private readonly List<Rune> characters = [];

    /// <summary>Its name in the content of pages.</summary>
    public string Resource => resource;

    public bool IsUsed => characters.Count > 0;

    public Typeface Face => face;

    /// <summary>The text as the hexadecimal codes of this font.</summary>
    public string Encode(string text)
    {
        var hex = new StringBuilder(text.Length * 4);
        foreach (var character in text.EnumerateRunes())
        {
            if (!codes.TryGetValue(character, out var code))
            {
                characters.Add(character);
                codes[character] = code = characters.Count;
            }

            hex.Append(CultureInfo.InvariantCulture, $"{code:X4}");
        }

        return hex.ToString();
    }

    /// <summary>Writes the font and all that it needs.</summary>
    /// <returns>The number of its object.</returns>
    public int WriteTo(PdfObjects objects)
    {
        var font = face.Font;
        List<int> glyphs = [0, .. characters.Select(font.GlyphOf).Where(glyph => glyph != 0).Distinct()];
        var name = $"{TagOf(glyphs)}+{face.Name}";
        var program = FontSubset.Of(font, glyphs);
        var file = objects.AddStream($"/Length1 {program.Length}", program);
        var descriptor = objects.Add(string.Create(CultureInfo.InvariantCulture,
            $"""
            << /Type /FontDescriptor /FontName /{name} /Flags {Symbolic} /FontBBox [{string.Join(' ', font.Box.Select(Scaled))}]
            /ItalicAngle 0 /Ascent {Scaled(font.Ascent)} /Descent {Scaled(font.Descent)} /CapHeight {Scaled(font.CapHeight)} /StemV 80
            /FontFile2 {file} 0 R >>
            """));
        var map = objects.AddStream("", GlyphMap(glyphs));
        var widths = string.Join(' ', characters.Select(character => Scaled(font.AdvanceOf(font.GlyphOf(character)))));
        var descendant = objects.Add(
            $"""
            << /Type /Font /Subtype /CIDFontType2 /BaseFont /{name}
            /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 0 /W [1 [{widths}]] /CIDToGIDMap {map} 0 R >>
            """);
        var unicode = objects.AddStream("", Encoding.ASCII.GetBytes(UnicodeMap()));
        return objects.Add(
            $"""
            << /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R]
            /ToUnicode {unicode} 0 R >>
            """);
    }

    /// <summary>In thousandths of the size of the type, whatever the font counts in.</summary>
    private int Scaled(int units) => (int)Math.Round(units * 1000m / face.Font.UnitsPerEm);

    private byte[] GlyphMap(List<int> glyphs)
    {
        var map = new byte[(characters.Count + 1) * 2];
        for (var i = 0; i < characters.Count; i++)
        {
            var glyph = glyphs.IndexOf(face.Font.GlyphOf(characters[i]));
            (map[(i * 2) + 2], map[(i * 2) + 3]) = ((byte)(glyph >> 8), (byte)(glyph & 0xFF));
        }

        return map;
    }

    /// <summary>What each code means, for those who search or copy.</summary>
    private string UnicodeMap()
    {
        var map = new StringBuilder(
            """
            /CIDInit /ProcSet findresource begin 12 dict begin begincmap
            /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
            /CMapName /Adobe-Identity-UCS def /CMapType 2 def
            1 begincodespacerange <0000> <FFFF> endcodespacerange

            """);
        foreach (var some in characters.Select((character, i) => (character, Code: i + 1)).Chunk(CharactersOfOneMapping))
        {
            map.Append(CultureInfo.InvariantCulture, $"{some.Length} beginbfchar\n");
            foreach (var (character, code) in some)
            {
                var unicode = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(character.ToString()));
                map.Append(CultureInfo.InvariantCulture, $"<{code:X4}> <{unicode}>\n");
            }

            map.Append("endbfchar\n");
        }

        return map.Append("endcmap CMapName currentdict /CMap defineresource pop end end\n").ToString();
    }

    /// <summary>Six capitals that tell one subset from another: the same glyphs, the same letters.</summary>
    private static string TagOf(List<int> glyphs)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', glyphs)));
        return string.Concat(hash.Take(6).Select(part => (char)('A' + (part % 26))));
    }
}
