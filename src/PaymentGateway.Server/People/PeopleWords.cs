using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>The words of one letter.</summary>
/// <param name="Note">What is said last: how long a link works, or what to do if it was somebody else.</param>
internal sealed record LetterWords(string Subject, string Body, string? Note = null, string? Button = null);

/// <summary>Every sentence of the letters to people, in one language. A missing one does not compile.</summary>
internal sealed record PeopleWords
{
    private static readonly Translations<PeopleWords> all = new(
        PeopleWordsEnglish.Words, PeopleWordsHindi.Words, PeopleWordsKazakh.Words, PeopleWordsRussian.Words);

    /// <summary>{0} is the name.</summary>
    public required string Greeting { get; init; }

    public required string GreetingWithoutName { get; init; }

    /// <summary>{0} of the note is the hours.</summary>
    public required LetterWords ConfirmAddress { get; init; }

    public required LetterWords AlreadyRegistered { get; init; }

    /// <summary>{0} of the note is the minutes.</summary>
    public required LetterWords ResetPassword { get; init; }

    public required LetterWords PasswordChanged { get; init; }
    public required LetterWords FactorEnabled { get; init; }
    public required LetterWords FactorDisabled { get; init; }
    public required LetterWords RecoveryCodesRenewed { get; init; }
    public required LetterWords RecoveryCodeUsed { get; init; }
    public required LetterWords SessionEnded { get; init; }

    /// <summary>{0} of subject and body is the merchant, of the note the days.</summary>
    public required LetterWords Invitation { get; init; }

    public static PeopleWords Of(string language) => all[language];
}
