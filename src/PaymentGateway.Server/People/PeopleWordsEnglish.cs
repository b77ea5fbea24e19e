namespace PaymentGateway.People;

internal static class PeopleWordsEnglish
{
    private const string NotYou = "If that was not you, reset your password now: somebody else may know it.";

    public static readonly PeopleWords Words = new()
    {
        Greeting = "Hello {0},",
        GreetingWithoutName = "Hello,",
        ConfirmAddress = new("Confirm your e-mail address", "Please confirm that this address is yours. After that you can sign in.",
            "The link works once, for {0} hours. If you did not register, do nothing: without it nobody can use your address.",
            "Confirm address"),
        AlreadyRegistered = new("You already have an account",
            "Somebody, perhaps you, tried to register with this address. It has an account already, so nothing was changed.",
            "If you have forgotten your password, reset it on the sign-in page. If it was not you, there is nothing to do."),
        ResetPassword = new("Choose a new password", "You can choose a new password now. It ends all sessions that are open.",
            "The link works once, for {0} minutes. If you did not ask for it, do nothing: your password stays as it is.",
            "Choose a new password"),
        PasswordChanged = new("Your password was changed", "The password of your account was changed just now.", NotYou),
        FactorEnabled = new("Your second factor is on",
            "From now on your account asks for a code of your authenticator app when you sign in.", NotYou),
        FactorDisabled = new("Your second factor is off",
            "Your account no longer asks for a code when you sign in. Your password alone protects it.", NotYou),
        RecoveryCodesRenewed = new("New recovery codes", "New recovery codes were made for your account. The earlier ones no longer work.", NotYou),
        RecoveryCodeUsed = new("A recovery code was used",
            "Somebody signed in to your account with one of its recovery codes. Each works once.", NotYou),
        SessionEnded = new("A session was ended for safety",
            "The key of one of your sessions was used twice, as happens when it is copied. We ended that session.",
            "Sign in again. If you do not know how it could be copied, change your password."),
        Invitation = new("Join the team of {0}", "You have been invited to the team of {0}. Sign in or register with this address to join.",
            "The link works once, for {0} days. If you do not expect it, do nothing.", "Join the team"),
    };
}
