namespace PaymentGateway.People.Pages;

internal static class AccountPaths
{
    public const string Root = "/account";
    public const string SignIn = Root + "/sign-in";
    public const string SignOut = Root + "/sign-out";
    public const string SignOutEverywhere = Root + "/sign-out-everywhere";
    public const string Register = Root + "/register";
    public const string Sent = Root + "/sent";
    public const string Confirm = Root + "/confirm";
    public const string Forgot = Root + "/forgot";
    public const string Reset = Root + "/reset";
    public const string Join = Root + "/join";
    public const string Profile = Root + "/profile";
    public const string Password = Root + "/password";
    public const string Factor = Root + "/second-factor";
    public const string FactorOffer = Factor + "/offer";
    public const string FactorConfirm = Factor + "/confirm";
    public const string FactorOff = Factor + "/off";
    public const string RecoveryCodes = Factor + "/recovery-codes";
    public const string EndSession = Root + "/end-session";
    public const string Delete = Root + "/delete";
    public const string Jobs = Root + "/jobs";

    /// <summary>A path of this server, and no other address that a browser could read into it.</summary>
    public static string Local(string? then) =>
        then is ['/', _, ..] && then[1] is not ('/' or '\\') && !then.Any(c => char.IsControl(c) || c == '\\') ? then : Root;
}
