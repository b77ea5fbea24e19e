using System.Globalization;
using System.Text;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>The rules of texts that are printed: short, on one line, nothing invisible that could make them look like another.</summary>
internal static class ReceiptFields
{
    public static void Check(string field, string? text, int lengthMax, FieldFaults faults, bool isRequired = false) => faults.AddUnless(
        text is null ? !isRequired : IsPrintable(text, lengthMax), field,
        $"must be 1 to {lengthMax} characters on one line" + (isRequired ? "" : ", or absent"));

    public static void CheckLines(string field, IReadOnlyList<string>? lines, int countMax, int lengthMax, FieldFaults faults)
    {
        faults.AddUnless(lines is null || lines.Count <= countMax, field, $"must have at most {countMax} entries");
        for (var i = 0; i < Math.Min(lines?.Count ?? 0, countMax); i++)
        {
            Check($"{field}[{i}]", lines![i], lengthMax, faults, isRequired: true);
        }
    }

    public static bool IsSac(string text) => text.Length is >= 4 and <= 8 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>Joiners are format characters and belong to the spelling of Indian languages.</summary>
    private static bool IsPrintable(string? text, int lengthMax) =>
        text?.Trim().Length is > 0 and var length && length <= lengthMax
        && text.EnumerateRunes().All(character => character.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(character) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));
}
