using System.Globalization;
using PaymentGateway.Documents;

namespace PaymentGateway.Receipts;

/// <summary>A receipt as a PDF: the head, who and how, the table with its head on every page, the totals and the notes.</summary>
internal sealed class ReceiptPdf
{
    private const decimal Left = 40;
    private const decimal Right = PdfDocument.Width - Left;
    private const decimal Bottom = PdfDocument.Height - 64;
    private const decimal TextSize = 8.5m;
    private const decimal SmallSize = 7.5m;
    private const decimal LineHeight = 12;
    private const decimal SmallLineHeight = 10;
    private const decimal CellSpace = 6;

    private static readonly Colour ink = new(0x1f, 0x29, 0x37);
    private static readonly Colour muted = new(0x6b, 0x72, 0x80);
    private static readonly Colour accent = new(0x0f, 0x4c, 0x81);
    private static readonly Colour band = new(0xee, 0xf2, 0xf7);
    private static readonly Colour white = new(0xff, 0xff, 0xff);
    private static readonly Colour hairline = new(0xd5, 0xda, 0xe1);

    private readonly PdfDocument document = new();
    private readonly ReceiptSheet sheet;
    private readonly string number;
    private readonly decimal[] edges;
    private PdfPage page;
    private decimal y;

    private ReceiptPdf(ReceiptSheet sheet, string number)
    {
        (this.sheet, this.number) = (sheet, number);
        page = document.AddPage();
        edges = EdgesOf(sheet.Columns);
    }

    /// <summary>Whether all of its texts can be set; else the receipt is made as a page only.</summary>
    public static bool CanShow(Receipt receipt) => ReceiptSheet.Of(receipt).Texts.All(Typeface.CanSet);

    /// <summary>The same receipt makes the same bytes.</summary>
    public static byte[] Of(Receipt receipt)
    {
        var pdf = new ReceiptPdf(ReceiptSheet.Of(receipt), receipt.Number);
        pdf.Head();
        pdf.Parties();
        pdf.Table();
        pdf.Totals();
        pdf.Notes();
        pdf.Feet();
        return pdf.document.Write($"{receipt.Content.Title} {receipt.Number}", receipt.Content.Supplier.Name, receipt.CreatedAt);
    }

    private void Head()
    {
        const decimal factsWidth = 200, labelWidth = 80;
        page.Area(0, 0, PdfDocument.Width, 6, accent);
        y = 52;
        foreach (var line in Typeface.Bold.Wrap(sheet.SupplierName, 15, Right - Left - factsWidth - 24))
        {
            page.Text(Left, y, line, Typeface.Bold, 15, ink);
            y += 19;
        }

        foreach (var line in sheet.SupplierLines.SelectMany(line => Typeface.Regular.Wrap(line, TextSize, Right - Left - factsWidth - 24)))
        {
            page.Text(Left, y, line, Typeface.Regular, TextSize, muted);
            y += LineHeight;
        }

        var (below, facts) = (y, 52m);
        foreach (var line in Typeface.Bold.Wrap(sheet.Title, 18, factsWidth))
        {
            page.TextRight(Right, facts, line, Typeface.Bold, 18, accent);
            facts += 21;
        }

        foreach (var (label, text) in sheet.Facts)
        {
            page.Text(Right - factsWidth, facts, label, Typeface.Regular, TextSize, muted);
            foreach (var line in Typeface.Bold.Wrap(text, TextSize, factsWidth - labelWidth))
            {
                page.TextRight(Right, facts, line, Typeface.Bold, TextSize, ink);
                facts += LineHeight + 1;
            }
        }

        y = Math.Max(below, facts) + 2;
        page.Line(Left, y, Right, y, 0.75m, accent);
        y += 20;
    }

    /// <summary>Side by side; the last one, the payment, has ids that shall not be broken.</summary>
    private void Parties()
    {
        const decimal space = 20, lastWidth = 244;
        var others = sheet.Parties.Count - 1;
        var width = (Right - Left - lastWidth - (space * others)) / Math.Max(others, 1);
        var (x, top, lowest) = (Left, y, y);
        foreach (var block in sheet.Parties)
        {
            lowest = Math.Max(lowest, Block(block, x, top, ReferenceEquals(block, sheet.Parties[^1]) ? lastWidth : width));
            x += width + space;
        }

        y = lowest + 12;
    }

    private decimal Block(SheetBlock block, decimal x, decimal top, decimal width)
    {
        page.Text(x, top, block.Heading.ToUpperInvariant(), Typeface.Bold, SmallSize, accent);
        var at = top + LineHeight + 2;
        var indent = block.Lines.Max(line => line.Label.Length == 0 ? 0 : Typeface.Regular.WidthOf(line.Label, TextSize) + 10);
        for (var i = 0; i < block.Lines.Count; i++)
        {
            var (label, text) = block.Lines[i];
            page.Text(x, at, label, Typeface.Regular, TextSize, muted);
            var face = label.Length == 0 && i == 0 ? Typeface.Bold : Typeface.Regular;
            foreach (var line in face.Wrap(text, TextSize, width - indent))
            {
                page.Text(x + indent, at, line, face, TextSize, ink);
                at += LineHeight;
            }
        }

        return at;
    }

    private void Table()
    {
        TableHead();
        foreach (var row in sheet.Rows)
        {
            var width = edges[2] - edges[1] - CellSpace;
            var description = Typeface.Regular.Wrap(row.Cells[1], TextSize, width);
            var details = row.Details.SelectMany(detail => Typeface.Regular.Wrap(detail, SmallSize, width)).ToList();
            var height = (description.Count * LineHeight) + (details.Count * SmallLineHeight) + 8;
            if (y + height > Bottom)
            {
                NextPage();
                TableHead();
            }

            Row(row, description, details);
            y += height;
            page.Line(Left, y, Right, y, 0.5m, hairline);
        }
    }

    private void TableHead()
    {
        var headings = sheet.Columns.Select((column, i) =>
            Typeface.Bold.Wrap(column.Heading, SmallSize, edges[i + 1] - edges[i] - (CellSpace / 2))).ToList();
        var height = (headings.Max(lines => lines.Count) * SmallLineHeight) + 8;
        page.Area(Left, y, Right - Left, height, band);
        for (var i = 0; i < headings.Count; i++)
        {
            for (var line = 0; line < headings[i].Count; line++)
            {
                Cell(i, y + 12 + (line * SmallLineHeight), headings[i][line], Typeface.Bold, SmallSize, ink);
            }
        }

        y += height;
    }

    private void Row(SheetRow row, IReadOnlyList<string> description, List<string> details)
    {
        var at = y + LineHeight + 1;
        for (var i = 0; i < row.Cells.Count; i++)
        {
            if (i != 1)
            {
                Cell(i, at, row.Cells[i], Typeface.Regular, TextSize, ink);
            }
        }

        foreach (var line in description)
        {
            Cell(1, at, line, Typeface.Regular, TextSize, ink);
            at += LineHeight;
        }

        foreach (var line in details)
        {
            Cell(1, at - 1, line, Typeface.Regular, SmallSize, muted);
            at += SmallLineHeight;
        }
    }

    private void Cell(int column, decimal at, string text, Typeface face, decimal size, Colour colour)
    {
        if (sheet.Columns[column].IsLeft)
        {
            page.Text(edges[column] + 4, at, text, face, size, colour);
        }
        else
        {
            page.TextRight(edges[column + 1] - 4, at, text, face, size, colour);
        }
    }

    private void Totals()
    {
        const decimal width = 220, wordsSpace = 24;
        var words = Typeface.Regular.Wrap(sheet.Words, TextSize, Right - Left - width - wordsSpace);
        var height = Math.Max((sheet.Totals.Count * 15) + 34, (words.Count * LineHeight) + 40);
        if (y + height > Bottom)
        {
            NextPage();
        }

        y += 18;
        page.Text(Left, y, "AMOUNT IN WORDS", Typeface.Bold, SmallSize, accent);
        var at = y + LineHeight + 2;
        foreach (var line in words)
        {
            page.Text(Left, at, line, Typeface.Regular, TextSize, ink);
            at += LineHeight;
        }

        foreach (var (label, text) in sheet.Totals.SkipLast(1))
        {
            page.Text(Right - width, y, label, Typeface.Regular, TextSize, muted);
            page.TextRight(Right - 8, y, text, Typeface.Regular, TextSize, ink);
            y += 15;
        }

        var whole = sheet.Totals[^1];
        page.Area(Right - width - 8, y - 6, width + 8, 26, accent);
        page.Text(Right - width, y + 11, whole.Label, Typeface.Bold, 10, white);
        page.TextRight(Right - 8, y + 11, whole.Text, Typeface.Bold, 12, white);
        y = Math.Max(y + 34, at + 8);
    }

    private void Notes()
    {
        y += 8;
        foreach (var line in sheet.Notes.SelectMany(note => Typeface.Regular.Wrap(note, SmallSize, Right - Left)))
        {
            if (y > Bottom)
            {
                NextPage();
            }

            page.Text(Left, y, line, Typeface.Regular, SmallSize, muted);
            y += SmallLineHeight + 1;
        }
    }

    /// <summary>Only now is it known how many pages there are.</summary>
    private void Feet()
    {
        const decimal at = PdfDocument.Height - 34;
        for (var i = 0; i < document.Pages.Count; i++)
        {
            var one = document.Pages[i];
            one.Line(Left, at - 14, Right, at - 14, 0.5m, hairline);
            one.Text(Left, at, sheet.Foot, Typeface.Regular, SmallSize, muted);
            one.TextRight(
                Right, at, string.Create(CultureInfo.InvariantCulture, $"{number} · page {i + 1} of {document.Pages.Count}"),
                Typeface.Regular, SmallSize, muted);
        }
    }

    private void NextPage()
    {
        page = document.AddPage();
        page.Area(0, 0, PdfDocument.Width, 6, accent);
        page.Text(Left, 40, sheet.SupplierName, Typeface.Bold, TextSize, ink);
        page.TextRight(Right, 40, $"{sheet.Title} {number}", Typeface.Bold, TextSize, accent);
        y = 56;
    }

    /// <summary>Where the columns begin, and where the last one ends.</summary>
    private static decimal[] EdgesOf(IReadOnlyList<SheetColumn> columns)
    {
        var rest = Right - Left - columns.Sum(column => column.Width);
        var edges = new decimal[columns.Count + 1];
        edges[0] = Left;
        for (var i = 0; i < columns.Count; i++)
        {
            edges[i + 1] = edges[i] + (columns[i].Width == 0 ? rest : columns[i].Width);
        }

        return edges;
    }
}
