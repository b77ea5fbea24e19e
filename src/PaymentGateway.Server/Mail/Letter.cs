using System.Globalization;

namespace PaymentGateway.Mail;

/// <summary>What a letter says, whatever it looks like. Plain text all of it: the printer escapes.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Paragraphs">In order, the greeting first.</param>
public sealed record Letter(string Subject, IReadOnlyList<string> Paragraphs)
{
    /// <summary>The one thing to do, if there is one.</summary>
    public LetterButton? Button { get; init; }

    /// <summary>What is best read in two columns: amounts, numbers, dates.</summary>
    public IReadOnlyList<LetterFact> Facts { get; init; } = [];

    /// <summary>Said last and smaller.</summary>
    public string? Note { get; init; }

    /// <summary>A sentence of the translations with its place <c>{0}</c> filled; what fills it may itself hold braces.</summary>
    public static string Fill(string sentence, string value) => sentence.Replace("{0}", value, StringComparison.Ordinal);

    /// <inheritdoc cref="Fill(string, string)"/>
    public static string Fill(string sentence, int value) => Fill(sentence, value.ToString(CultureInfo.InvariantCulture));
}

/// <param name="Text">What pressing it does.</param>
/// <param name="Link">An absolute address.</param>
public sealed record LetterButton(string Text, string Link);

public sealed record LetterFact(string Label, string Value);

/// <summary>The languages of letters, as they stand in the attribute <c>lang</c>.</summary>
public static class LetterLanguages
{
    public const string Default = "en";

    public static IReadOnlyList<string> All { get; } = [Default, "hi", "kk", "ru"];
}
