using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>Every sentence of these pages in one language. A missing one does not compile.</summary>
internal sealed record AccountTexts
{
    private static readonly Translations<AccountTexts> all = new(
        AccountTextsEnglish.Texts, AccountTextsHindi.Texts, AccountTextsKazakh.Texts, AccountTextsRussian.Texts);

    // Fields.
    public required string Email { get; init; }
    public required string Password { get; init; }
    public required string NewPassword { get; init; }
    public required string PasswordNow { get; init; }
    public required string PasswordRule { get; init; }
    public required string Name { get; init; }
    public required string Language { get; init; }
    public required string Code { get; init; }
    public required string CodeHint { get; init; }
    public required string LinkKey { get; init; }
    public required string LinkKeyHint { get; init; }

    // Signing in.
    public required string SignIn { get; init; }
    public required string SignInWithCode { get; init; }
    public required string Register { get; init; }
    public required string NoAccountYet { get; init; }
    public required string Forgotten { get; init; }
    public required string ForgottenText { get; init; }
    public required string SendLink { get; init; }
    public required string MailSent { get; init; }
    public required string MailSentText { get; init; }
    public required string Confirm { get; init; }
    public required string ConfirmText { get; init; }
    public required string Confirmed { get; init; }
    public required string ChooseNewPassword { get; init; }
    public required string PasswordWasChanged { get; init; }
    public required string Join { get; init; }
    public required string JoinText { get; init; }
    public required string Joined { get; init; }

    // The account.
    public required string YourAccount { get; init; }
    public required string Save { get; init; }
    public required string Saved { get; init; }
    public required string ChangePassword { get; init; }
    public required string SecondFactor { get; init; }
    public required string FactorIsOn { get; init; }
    public required string FactorIsOff { get; init; }
    public required string FactorIsNeeded { get; init; }
    public required string FactorOn { get; init; }
    public required string FactorOff { get; init; }
    public required string ScanCode { get; init; }
    public required string OrType { get; init; }
    public required string RecoveryCodes { get; init; }
    public required string RecoveryCodesText { get; init; }
    public required string NewRecoveryCodes { get; init; }

    /// <summary>{0} is how many are left.</summary>
    public required string RecoveryCodesLeft { get; init; }
    public required string Continue { get; init; }
    public required string Sessions { get; init; }
    public required string ThisSession { get; init; }
    public required string UnknownBrowser { get; init; }

    /// <summary>{0} is a time.</summary>
    public required string LastUsed { get; init; }
    public required string EndSession { get; init; }
    public required string SignOut { get; init; }
    public required string SignOutEverywhere { get; init; }
    public required string SignedOut { get; init; }
    public required string Teams { get; init; }
    public required string DeleteAccount { get; init; }
    public required string DeleteAccountText { get; init; }
    public required string Deleted { get; init; }

    // What is wrong.
    public required string WrongLogin { get; init; }
    public required string WrongCode { get; init; }

    /// <summary>{0} is the seconds.</summary>
    public required string TooMany { get; init; }
    public required string Locked { get; init; }
    public required string LinkInvalid { get; init; }
    public required string LastOwner { get; init; }
    public required string EmailWrong { get; init; }
    public required string NameWrong { get; init; }
    public required string PageExpired { get; init; }
    public required string NotNow { get; init; }

    public static AccountTexts Of(Language language) => all[language.Code];
}
