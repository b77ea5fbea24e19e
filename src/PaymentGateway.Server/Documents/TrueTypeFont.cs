using System.Buffers.Binary;
using System.Text;

namespace PaymentGateway.Documents;

/// <summary>A TrueType font, as far as a PDF needs it: which glyph draws a character, how wide it is, and its outline.</summary>
/// <remarks>The tables are those of the OpenType specification; numbers in them are big-endian.</remarks>
internal sealed class TrueTypeFont
{
    private const ushort UnicodePlatform = 0;
    private const ushort SegmentsWithGroups = 12;
    private const int GroupLength = 12;

    private readonly byte[] file;
    private readonly Dictionary<string, Range> tables = [];
    private readonly bool hasLongOffsets;
    private readonly int metricsCount;
    private readonly (int First, int Last, int Glyph)[] characters;

    public TrueTypeFont(byte[] file)
    {
        this.file = file;
        for (var i = 0; i < UInt16(file, 4); i++)
        {
            var record = file.AsSpan(12 + (i * 16), 16);
            var offset = Int32(record, 8);
            tables[Encoding.ASCII.GetString(record[..4])] = new Range(offset, offset + Int32(record, 12));
        }

        var head = Table("head");
        UnitsPerEm = UInt16(head, 18);
        Box = [Int16(head, 36), Int16(head, 38), Int16(head, 40), Int16(head, 42)];
        hasLongOffsets = Int16(head, 50) == 1;
        (Ascent, Descent) = (Int16(Table("hhea"), 4), Int16(Table("hhea"), 6));
        CapHeight = Int16(Table("OS/2"), 88);
        metricsCount = UInt16(Table("hhea"), 34);
        characters = ReadCharacters(Table("cmap"));
    }

    public int UnitsPerEm { get; }

    /// <summary>Left, bottom, right and top of what any glyph can reach.</summary>
    public IReadOnlyList<int> Box { get; }

    public int Ascent { get; }

    public int Descent { get; }

    public int CapHeight { get; }

    public ReadOnlySpan<byte> Table(string tag) => tables.TryGetValue(tag, out var range)
        ? file.AsSpan(range)
        : throw new InvalidDataException($"The font has no table {tag}.");

    public bool HasTable(string tag) => tables.ContainsKey(tag);

    /// <summary>The glyph of a character; 0 when the font has none.</summary>
    public int GlyphOf(Rune character)
    {
        var (low, high) = (0, characters.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (first, last, glyph) = characters[middle];
            if (character.Value < first)
            {
                high = middle - 1;
            }
            else if (character.Value > last)
            {
                low = middle + 1;
            }
            else
            {
                return glyph + character.Value - first;
            }
        }

        return 0;
    }

    public int AdvanceOf(int glyph) => UInt16(Table("hmtx"), Math.Min(glyph, metricsCount - 1) * 4);

    /// <summary>The white space on its left.</summary>
    public short BearingOf(int glyph) => glyph < metricsCount
        ? Int16(Table("hmtx"), (glyph * 4) + 2)
        : Int16(Table("hmtx"), (metricsCount * 4) + ((glyph - metricsCount) * 2));

    /// <summary>Empty for a space.</summary>
    public ReadOnlySpan<byte> OutlineOf(int glyph) => Table("glyf")[OffsetOf(glyph)..OffsetOf(glyph + 1)];

    public static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    public static short Int16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt16BigEndian(bytes[at..]);

    private static int Int32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);

    private int OffsetOf(int glyph) => hasLongOffsets ? Int32(Table("loca"), glyph * 4) : UInt16(Table("loca"), glyph * 2) * 2;

    /// <summary>Of the subtable with groups (format 12), which has every character, not only those of sixteen bits.</summary>
    private static (int, int, int)[] ReadCharacters(ReadOnlySpan<byte> cmap)
    {
        for (var i = 0; i < UInt16(cmap, 2); i++)
        {
            var record = cmap.Slice(4 + (i * 8), 8);
            var subtable = cmap[Int32(record, 4)..];
            if (UInt16(record, 0) != UnicodePlatform || UInt16(subtable, 0) != SegmentsWithGroups)
            {
                continue;
            }

            var groups = new (int, int, int)[Int32(subtable, 12)];
            for (var group = 0; group < groups.Length; group++)
            {
                var at = 16 + (group * GroupLength);
                groups[group] = (Int32(subtable, at), Int32(subtable, at + 4), Int32(subtable, at + 8));
            }

            return groups;
        }

        throw new InvalidDataException("The font has no table of characters in groups.");
    }
}
