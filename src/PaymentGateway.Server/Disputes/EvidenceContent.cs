namespace PaymentGateway.Disputes;

/// <summary>What a file is by what it holds. Its name and what the sender calls it say nothing.</summary>
internal static class EvidenceContent
{
    public const string Pdf = "application/pdf";
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";

    /// <summary>Readers of PDF look for its end in so many bytes.</summary>
    private const int PdfTail = 1024;

    private static readonly byte[] pngEnd = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    private static readonly byte[] jpegStart = [0xFF, 0xD8, 0xFF];

    private static readonly byte[] jpegEnd = [0xFF, 0xD9];

    /// <summary>Null: none of those that are taken as evidence, or a broken one.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> content) =>
        IsPdf(content) ? Pdf
        : IsPng(content) ? Png
        : IsJpeg(content) ? Jpeg
        : null;

    public static string ExtensionOf(string contentType) => contentType switch
    {
        Pdf => ".pdf",
        Png => ".png",
        _ => ".jpg",
    };

    private static bool IsPdf(ReadOnlySpan<byte> content) =>
        content.Length > 16
        && content.StartsWith("%PDF-"u8)
        && content[5] is (byte)'1' or (byte)'2' && content[6] == (byte)'.' && char.IsAsciiDigit((char)content[7])
        && content[Math.Max(0, content.Length - PdfTail)..].IndexOf("%%EOF"u8) >= 0;

    /// <summary>Signature, a header with a size, and the end.</summary>
    private static bool IsPng(ReadOnlySpan<byte> content) =>
        content.Length >= 8 + 25 + pngEnd.Length
        && content[0] == 0x89
        && content[1..8].SequenceEqual("PNG\r\n\x1a\n"u8)
        && content[8..16].SequenceEqual("\0\0\0\rIHDR"u8)
        && content[16..20].IndexOfAnyExcept((byte)0) >= 0
        && content[20..24].IndexOfAnyExcept((byte)0) >= 0
        && content.EndsWith(pngEnd);

    /// <summary>Segments as they should be up to the picture itself, a frame among them, and the end; zeros may follow it.</summary>
    private static bool IsJpeg(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith(jpegStart) || !content.TrimEnd((byte)0).EndsWith(jpegEnd))
        {
            return false;
        }

        var hasFrame = false;
        for (var at = 2; at + 4 <= content.Length && content[at] == 0xFF;)
        {
            var marker = content[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker == 0xDA)
            {
                return hasFrame;
            }

            // C4, C8 and CC in the range of the frames are tables.
            hasFrame |= marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            var length = (content[at + 2] << 8) | content[at + 3];
            if (length < 2)
            {
                return false;
            }

            at += 2 + length;
        }

        return false;
    }
}
