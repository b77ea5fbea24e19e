using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PaymentGateway.Documents;

/// <summary>A font with some glyphs of another, numbered anew: what is embedded in a document instead of all four thousand.</summary>
internal static class FontSubset
{
    private const int HeaderLength = 12;
    private const int RecordLength = 16;
    private const uint ChecksumOfFont = 0xB1B0AFBA;

    /// <param name="font">Where they come from.</param>
    /// <param name="glyphs">
    /// Their numbers there, without repeats, the one for missing characters (0) first. Here each has its place in the list.
    /// </param>
    public static byte[] Of(TrueTypeFont font, IReadOnlyList<int> glyphs)
    {
        List<int> all = [.. glyphs];
        var outlines = new MemoryStream();
        List<int> offsets = [];
        // Grows while it is read: an accented letter is made of others.
        for (var i = 0; i < all.Count; i++)
        {
            offsets.Add((int)outlines.Position);
            var outline = font.OutlineOf(all[i]).ToArray();
            Renumber(outline, all);
            outlines.Write(outline);
            while (outlines.Position % 4 != 0)
            {
                outlines.WriteByte(0);
            }
        }

        offsets.Add((int)outlines.Position);
        return Assemble(new()
        {
            ["glyf"] = outlines.ToArray(),
            ["head"] = Head(font),
            ["hhea"] = With(font.Table("hhea"), 34, all.Count),
            ["hmtx"] = Metrics(font, all),
            ["loca"] = Words(offsets),
            ["maxp"] = With(font.Table("maxp"), 4, all.Count),
            ["prep"] = font.HasTable("prep") ? font.Table("prep").ToArray() : [],
        });
    }

    /// <summary>Gives the parts of a composed glyph their new numbers, and takes in those that are not there yet.</summary>
    private static void Renumber(byte[] outline, List<int> all)
    {
        const int words = 0x0001, scale = 0x0008, more = 0x0020, twoScales = 0x0040, matrix = 0x0080;
        if (outline.Length == 0 || TrueTypeFont.Int16(outline, 0) >= 0)
        {
            return;
        }

        int flags;
        var at = 10;
        do
        {
            flags = TrueTypeFont.UInt16(outline, at);
            var part = TrueTypeFont.UInt16(outline, at + 2);
            if (!all.Contains(part))
            {
                all.Add(part);
            }

            BinaryPrimitives.WriteUInt16BigEndian(outline.AsSpan(at + 2), (ushort)all.IndexOf(part));
            at += 4 + ((flags & words) != 0 ? 4 : 2);
            at += (flags & scale) != 0 ? 2 : (flags & twoScales) != 0 ? 4 : (flags & matrix) != 0 ? 8 : 0;
        }
        while ((flags & more) != 0);
    }

    private static byte[] Head(TrueTypeFont font)
    {
        const int checksum = 8, longOffsets = 50;
        var head = With(font.Table("head"), longOffsets, 1);
        head.AsSpan(checksum, 4).Clear();
        return head;
    }

    private static byte[] With(ReadOnlySpan<byte> table, int at, int value)
    {
        var copy = table.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(at), (ushort)value);
        return copy;
    }

    private static byte[] Metrics(TrueTypeFont font, List<int> glyphs)
    {
        var metrics = new byte[glyphs.Count * 4];
        for (var i = 0; i < glyphs.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(metrics.AsSpan(i * 4), (ushort)font.AdvanceOf(glyphs[i]));
            BinaryPrimitives.WriteInt16BigEndian(metrics.AsSpan((i * 4) + 2), font.BearingOf(glyphs[i]));
        }

        return metrics;
    }

    private static byte[] Words(List<int> offsets)
    {
        var bytes = new byte[offsets.Count * 4];
        for (var i = 0; i < offsets.Count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), offsets[i]);
        }

        return bytes;
    }

    /// <summary>The directory and the tables, each at a multiple of four, with the checksums that a strict reader looks at.</summary>
    private static byte[] Assemble(Dictionary<string, byte[]> tables)
    {
        var present = tables.Where(table => table.Value.Length > 0).OrderBy(table => table.Key, StringComparer.Ordinal).ToList();
        var start = HeaderLength + (present.Count * RecordLength);
        var file = new byte[start + present.Sum(table => Padded(table.Value.Length))];
        var power = BitOperations.Log2((uint)present.Count);
        BinaryPrimitives.WriteUInt32BigEndian(file, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(4), (ushort)present.Count);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(6), (ushort)(16 << power));
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(8), (ushort)power);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(10), (ushort)((present.Count * 16) - (16 << power)));
        var (at, head) = (start, 0);
        for (var i = 0; i < present.Count; i++)
        {
            var (tag, bytes) = present[i];
            bytes.CopyTo(file, at);
            var record = file.AsSpan(HeaderLength + (i * RecordLength), RecordLength);
            Encoding.ASCII.GetBytes(tag, record);
            BinaryPrimitives.WriteUInt32BigEndian(record[4..], Checksum(file.AsSpan(at, Padded(bytes.Length))));
            BinaryPrimitives.WriteInt32BigEndian(record[8..], at);
            BinaryPrimitives.WriteInt32BigEndian(record[12..], bytes.Length);
            head = tag == "head" ? at : head;
            at += Padded(bytes.Length);
        }

        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(head + 8), unchecked(ChecksumOfFont - Checksum(file)));
        return file;
    }

    private static int Padded(int length) => (length + 3) / 4 * 4;

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var at = 0; at < bytes.Length; at += 4)
        {
            sum = unchecked(sum + BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]));
        }

        return sum;
    }
}
