using PaymentGateway.Mail;

namespace PaymentGateway.People;

/// <param name="Name">The person's.</param>
internal sealed record ToPerson(string Name);

/// <param name="Name">The person's.</param>
/// <param name="Link">Works once.</param>
/// <param name="Minutes">For so long.</param>
internal sealed record LinkToPerson(string Name, string Link, int Minutes);

/// <param name="Name">The person's.</param>
/// <param name="What">Happened to the second factor.</param>
internal sealed record FactorChange(string Name, FactorChangeKind What);

internal enum FactorChangeKind
{
    Enabled,
    Disabled,
    RecoveryCodes,
    RecoveryCodeUsed,
}

/// <param name="Merchant">Whose team it is.</param>
/// <param name="Link">Works once.</param>
/// <param name="Days">For so long.</param>
internal sealed record TeamInvitation(string Merchant, string Link, int Days);

/// <summary>Every letter that is about an account or a team.</summary>
internal static class PeopleLetters
{
    private const string SampleName = "Asha Rao";
    private const string SampleLink = "https://pay.example.com/account/confirm#link_sample";
    private const int MinutesOfAnHour = 60;

    public static readonly LetterTemplate<LinkToPerson> ConfirmAddress = new(
        "confirm_address", new(SampleName, SampleLink, 48 * MinutesOfAnHour),
        (data, language) => WithLink(data, language, words => words.ConfirmAddress, data.Minutes / MinutesOfAnHour));

    /// <summary>Somebody tried to register with an address that has its account.</summary>
    public static readonly LetterTemplate<ToPerson> AlreadyRegistered = new(
        "already_registered", new(SampleName), (data, language) => Plain(data.Name, language, words => words.AlreadyRegistered));

    public static readonly LetterTemplate<LinkToPerson> ResetPassword = new(
        "reset_password", new(SampleName, SampleLink, 30),
        (data, language) => WithLink(data, language, words => words.ResetPassword, data.Minutes));

    public static readonly LetterTemplate<ToPerson> PasswordChanged = new(
        "password_changed", new(SampleName), (data, language) => Plain(data.Name, language, words => words.PasswordChanged));

    public static readonly LetterTemplate<FactorChange> SecondFactorChanged = new(
        "second_factor_changed", new(SampleName, FactorChangeKind.Enabled), (data, language) => Plain(data.Name, language, words => data.What switch
        {
            FactorChangeKind.Enabled => words.FactorEnabled,
            FactorChangeKind.Disabled => words.FactorDisabled,
            FactorChangeKind.RecoveryCodes => words.RecoveryCodesRenewed,
            _ => words.RecoveryCodeUsed,
        }));

    /// <summary>A used refresh token came again: the session was ended.</summary>
    public static readonly LetterTemplate<ToPerson> SessionEndedForSafety = new(
        "session_ended_for_safety", new(SampleName), (data, language) => Plain(data.Name, language, words => words.SessionEnded));

    public static readonly LetterTemplate<TeamInvitation> Invitation = new(
        "invitation", new("MERCH_FH_001", SampleLink, 7), (data, language) =>
        {
            var words = PeopleWords.Of(language);
            var text = words.Invitation;
            return new Letter(
                Letter.Fill(text.Subject, data.Merchant),
                [words.GreetingWithoutName, Letter.Fill(text.Body, data.Merchant), Letter.Fill(text.Note!, data.Days)])
            {
                Button = new(text.Button!, data.Link),
            };
        });

    public static IReadOnlyList<LetterTemplate> All { get; } =
    [
        ConfirmAddress, AlreadyRegistered, ResetPassword, PasswordChanged, SecondFactorChanged, SessionEndedForSafety, Invitation,
    ];

    private static Letter Plain(string name, string language, Func<PeopleWords, LetterWords> choose)
    {
        var words = PeopleWords.Of(language);
        var text = choose(words);
        return new(text.Subject, [Letter.Fill(words.Greeting, name), text.Body]) { Note = text.Note };
    }

    private static Letter WithLink(LinkToPerson data, string language, Func<PeopleWords, LetterWords> choose, int time)
    {
        var words = PeopleWords.Of(language);
        var text = choose(words);
        return new(text.Subject, [Letter.Fill(words.Greeting, data.Name), text.Body])
        {
            Button = new(text.Button!, data.Link),
            Note = Letter.Fill(text.Note!, time),
        };
    }
}
