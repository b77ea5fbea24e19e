using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Documents;

/// <summary>The numbered objects of a PDF file (ISO 32000-1, 7.3 and 7.5), and the table that says at which byte each begins.</summary>
internal sealed class PdfObjects
{
    private readonly List<byte[]?> bodies = [];

    /// <summary>A number for an object whose content is known later.</summary>
    public int Reserve()
    {
        bodies.Add(null);
        return bodies.Count;
    }

    public void Set(int number, string body) => bodies[number - 1] = Encoding.Latin1.GetBytes(body);

    public int Add(string body)
    {
        var number = Reserve();
        Set(number, body);
        return number;
    }

    /// <summary>Bytes, packed by Flate.</summary>
    public int AddStream(string entries, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var flate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            flate.Write(content);
        }

        var number = Reserve();
        bodies[number - 1] =
        [
            .. Encoding.Latin1.GetBytes($"<< {entries} /Length {packed.Length} /Filter /FlateDecode >>\nstream\n"),
            .. packed.ToArray(),
            .. "\nendstream"u8,
        ];
        return number;
    }

    /// <summary>The whole file. Its identifier is made of its content: the same objects are the same bytes.</summary>
    public byte[] Write(int catalog, int info)
    {
        using var file = new MemoryStream();
        // The second line tells programs that guess that this is not text.
        file.Write([.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3, (byte)'\n']);
        var offsets = new List<long>(bodies.Count);
        for (var i = 0; i < bodies.Count; i++)
        {
            offsets.Add(file.Position);
            Append(file, $"{i + 1} 0 obj\n");
            file.Write(bodies[i] ?? throw new InvalidOperationException($"Object {i + 1} was never written."));
            Append(file, "\nendobj\n");
        }

        var identifier = Convert.ToHexString(SHA256.HashData(file.ToArray()).AsSpan(0, 16));
        var table = file.Position;
        Append(file, $"xref\n0 {bodies.Count + 1}\n0000000000 65535 f \n");
        offsets.ForEach(offset => Append(file, string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n")));
        Append(file, $"trailer\n<< /Size {bodies.Count + 1} /Root {catalog} 0 R /Info {info} 0 R /ID [<{identifier}> <{identifier}>] >>\n");
        Append(file, $"startxref\n{table}\n%%EOF\n");
        return file.ToArray();
    }

    private static void Append(MemoryStream file, string text) => file.Write(Encoding.Latin1.GetBytes(text));
}
