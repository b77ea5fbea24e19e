namespace PaymentGateway.Receipts;

/// <summary>
/// The number of a person or firm that is registered for India's goods and services tax: state (2 digits), income tax number (10), the
/// how-manieth registration there (1), Z, and a check character.
/// </summary>
public sealed record Gstin
{
    private const int Length = 15;
    private const string Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private Gstin(string text, GstState state) => (Text, State) = (text, state);

    public string Text { get; }

    public GstState State { get; }

    /// <summary>The number of the income tax, which is part of it.</summary>
    public string Pan => Text.Substring(2, 10);

    /// <summary>Null: the text is no such number, or its check character is wrong.</summary>
    public static Gstin? Parse(string? text) =>
        text is { Length: Length } && HasForm(text) && GstState.Find(text[..2]) is { } state && CheckOf(text) == text[^1]
            ? new(text, state)
            : null;

    /// <summary>Whether a text has the form of an income tax number: five letters, four digits, a letter.</summary>
    public static bool IsPan(ReadOnlySpan<char> text) =>
        text.Length == 10 && AreLetters(text[..5]) && !text[5..9].ContainsAnyExceptInRange('0', '9') && AreLetters(text[9..]);

    public override string ToString() => Text;

    private static bool HasForm(string text) =>
        IsPan(text.AsSpan(2, 10)) && IsCharacter(text[12]) && text[13] == 'Z' && IsCharacter(text[14]);

    private static bool AreLetters(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('A', 'Z');

    private static bool IsCharacter(char character) => Characters.Contains(character, StringComparison.Ordinal);

    /// <summary>The first fourteen as digits of base 36, times 1 and 2 in turn; the digits of the products are added.</summary>
    private static char CheckOf(string text)
    {
        var sum = 0;
        for (var i = 0; i < Length - 1; i++)
        {
            var product = Characters.IndexOf(text[i], StringComparison.Ordinal) * (i % 2 == 0 ? 1 : 2);
            sum += (product / 36) + (product % 36);
        }

        return Characters[(36 - (sum % 36)) % 36];
    }
}
