using System.Globalization;
using System.Text;

namespace PaymentGateway.Documents;

/// <param name="Red">0 to 255.</param>
public sealed record Colour(byte Red, byte Green, byte Blue)
{
    public static readonly Colour Black = new(0, 0, 0);

    internal string Operands => string.Create(CultureInfo.InvariantCulture, $"{Part(Red)} {Part(Green)} {Part(Blue)}");

    private static decimal Part(byte value) => Math.Round(value / 255m, 3);
}

/// <summary>
/// A PDF of A4 pages with text, lines and areas. It holds nothing but what it was given: no clock and no chance, so the same calls make
/// the same bytes.
/// </summary>
public sealed class PdfDocument
{
    public const decimal Width = 595.28m;

    public const decimal Height = 841.89m;

    private readonly PdfFont[] fonts = [new(Typeface.Regular, "F1"), new(Typeface.Bold, "F2")];
    private readonly List<PdfPage> pages = [];

    public IReadOnlyList<PdfPage> Pages => pages;

    public PdfPage AddPage()
    {
        var page = new PdfPage(face => Array.Find(fonts, font => font.Face == face)!);
        pages.Add(page);
        return page;
    }

    /// <param name="title">Shown by viewers.</param>
    /// <param name="author">Whose document it is.</param>
    /// <param name="createdAt">When it was issued.</param>
    public byte[] Write(string title, string author, DateTimeOffset createdAt)
    {
        var objects = new PdfObjects();
        var (catalog, tree) = (objects.Reserve(), objects.Reserve());
        var info = objects.Add(string.Create(CultureInfo.InvariantCulture,
            $"""
            << /Title {Words(title)} /Author {Words(author)} /Producer (PaymentGateway)
            /CreationDate (D:{createdAt.UtcDateTime:yyyyMMddHHmmss}Z) >>
            """));
        var used = fonts.Where(font => font.IsUsed).Select(font => $"/{font.Resource} {font.WriteTo(objects)} 0 R").ToList();
        var kids = pages.ConvertAll(page =>
        {
            var content = objects.AddStream("", Encoding.ASCII.GetBytes(page.Content));
            return objects.Add($"<< /Type /Page /Parent {tree} 0 R /Contents {content} 0 R >>");
        });
        objects.Set(tree, string.Create(CultureInfo.InvariantCulture,
            $"""
            << /Type /Pages /Count {kids.Count} /Kids [{string.Join(' ', kids.Select(kid => $"{kid} 0 R"))}]
            /MediaBox [0 0 {Width} {Height}] /Resources << /Font << {string.Join(' ', used)} >> >> >>
            """));
        objects.Set(catalog, $"<< /Type /Catalog /Pages {tree} 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>");
        return objects.Write(catalog, info);
    }

    /// <summary>A text outside the pages: UTF-16 with its mark.</summary>
    private static string Words(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";
}
