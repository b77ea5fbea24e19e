using System.Globalization;
using System.Text;

namespace PaymentGateway.Documents;

/// <summary>One page. Places are points from its left and upper edge; a text stands on its base line.</summary>
public sealed class PdfPage
{
    private readonly Func<Typeface, PdfFont> fontOf;
    private readonly StringBuilder content = new();

    internal PdfPage(Func<Typeface, PdfFont> fontOf) => this.fontOf = fontOf;

    internal string Content => content.ToString();

    public void Text(decimal x, decimal y, string text, Typeface face, decimal size, Colour colour)
    {
        if (text.Length == 0)
        {
            return;
        }

        var font = fontOf(face);
        var place = $"1 0 0 1 {Number(x)} {FromBelow(y)} Tm";
        Write($"BT {colour.Operands} rg /{font.Resource} {Number(size)} Tf {place} <{font.Encode(text)}> Tj ET");
    }

    /// <summary>A text that ends at <paramref name="right"/>, as figures below each other do.</summary>
    public void TextRight(decimal right, decimal y, string text, Typeface face, decimal size, Colour colour) =>
        Text(right - face.WidthOf(text, size), y, text, face, size, colour);

    public void Line(decimal fromX, decimal fromY, decimal toX, decimal toY, decimal width, Colour colour) =>
        Write($"{colour.Operands} RG {Number(width)} w {Number(fromX)} {FromBelow(fromY)} m {Number(toX)} {FromBelow(toY)} l S");

    /// <summary>A filled rectangle.</summary>
    public void Area(decimal x, decimal y, decimal width, decimal height, Colour colour) =>
        Write($"{colour.Operands} rg {Number(x)} {FromBelow(y + height)} {Number(width)} {Number(height)} re f");

    private void Write(string operators) => content.Append(operators).Append('\n');

    private static string FromBelow(decimal y) => Number(PdfDocument.Height - y);

    private static string Number(decimal value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
