using System.Globalization;
using System.Text;

namespace PaymentGateway.Documents;

/// <summary>A face that documents are set in. It comes with the server: what a machine has installed does not matter.</summary>
public sealed class Typeface
{
    /// <summary>From here on begin the scripts whose letters change with their neighbours or run from right to left.</summary>
    private const int FirstThatNeedsShaping = 0x0590;

    private Typeface(string name, string resource)
    {
        using var stream = typeof(Typeface).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The font {resource} is not in the server.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        (Name, Font) = (name, new TrueTypeFont(bytes));
    }

    public static Typeface Regular { get; } = new("NotoSans-Regular", "fonts/NotoSans-Regular.ttf");

    public static Typeface Bold { get; } = new("NotoSans-Bold", "fonts/NotoSans-Bold.ttf");

    internal string Name { get; }

    internal TrueTypeFont Font { get; }

    /// <summary>
    /// Whether a text comes out right when its characters are simply set one after the other: the font has each of them, and none needs
    /// another form or place because of its neighbours. So Latin, Greek, Cyrillic and the signs of currencies, but not Devanagari.
    /// </summary>
    public static bool CanSet(string text) => text.EnumerateRunes().All(CanSet);

    /// <summary>How wide a text is, in points.</summary>
    public decimal WidthOf(string text, decimal size) =>
        text.EnumerateRunes().Sum(character => (decimal)Font.AdvanceOf(Font.GlyphOf(character))) * size / Font.UnitsPerEm;

    /// <summary>Lines that are no wider than they may be: broken at spaces, and inside a word only where it alone is too wide.</summary>
    public IReadOnlyList<string> Wrap(string text, decimal size, decimal width)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, size, width)))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && WidthOf(longer, size) > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        lines.Add(line);
        return lines;
    }

    private IEnumerable<string> Pieces(string word, decimal size, decimal width)
    {
        var piece = new StringBuilder();
        var used = 0m;
        foreach (var character in word.EnumerateRunes())
        {
            var one = WidthOf(character.ToString(), size);
            if (piece.Length > 0 && used + one > width)
            {
                yield return piece.ToString();
                piece.Clear();
                used = 0;
            }

            piece.Append(character);
            used += one;
        }

        yield return piece.ToString();
    }

    private static bool CanSet(Rune character)
    {
        var isSimple = character.Value is < FirstThatNeedsShaping or (>= 0x1E00 and < 0x2E00) or (>= 0xA720 and < 0xA7F8);
        return isSimple
            && Rune.GetUnicodeCategory(character) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Control or UnicodeCategory.Format)
            && Regular.Font.GlyphOf(character) != 0 && Bold.Font.GlyphOf(character) != 0;
    }
}
