using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>The forms of somebody who is not signed in. Each keeps what was typed, but for passwords.</summary>
internal static class SignInForms
{
    private static readonly Html currentPassword = Html.Of($"""type="password" autocomplete="current-password" required maxlength="128" """);
    private static readonly Html newPassword = Html.Of($"""type="password" autocomplete="new-password" required minlength="12" maxlength="128" """);
    private static readonly Html code = Html.Of($"""type="text" autocomplete="one-time-code" required maxlength="40" autofocus """);

    public static Html SignIn(AccountView view, string email, string then) => Html.Of($"""
        {AccountPage.Form(view, AccountPaths.SignIn, Html.Of($"""
            {Email(view, email)}
            {Password(view, view.Texts.Password)}
            <input type="hidden" name="then" value="{then}">
            """), view.Texts.SignIn)}
        {AccountPage.Link(AccountPaths.Forgot, view.Texts.Forgotten)}
        {AccountPage.Link(AccountPaths.Register, view.Texts.NoAccountYet)}
        """);

    public static Html SignInWithCode(AccountView view, string ticket, string then) => AccountPage.Form(
        view, AccountPaths.SignIn, Html.Of($"""
            {Code(view)}
            <input type="hidden" name="ticket" value="{ticket}">
            <input type="hidden" name="then" value="{then}">
            """), view.Texts.SignIn);

    public static Html Register(AccountView view, string email, string name) => Html.Of($"""
        {AccountPage.Form(view, AccountPaths.Register, Html.Of($"""
            {AccountPage.Field(view, "name", view.Texts.Name, Html.Of($"""type="text" autocomplete="name" required maxlength="100" value="{name}" """))}
            {Email(view, email)}
            {NewPassword(view, "password", view.Texts.Password)}
            """), view.Texts.Register)}
        {AccountPage.Link(AccountPaths.SignIn, view.Texts.SignIn)}
        """);

    public static Html Forgot(AccountView view, string email) => Html.Of($"""
        <p>{view.Texts.ForgottenText}</p>
        {AccountPage.Form(view, AccountPaths.Forgot, Email(view, email), view.Texts.SendLink)}
        {AccountPage.Link(AccountPaths.SignIn, view.Texts.SignIn)}
        """);

    public static Html MailSent(AccountView view) => Html.Of($"""
        <p>{view.Texts.MailSentText}</p>
        {AccountPage.Link(AccountPaths.SignIn, view.Texts.SignIn)}
        """);

    public static Html Confirm(AccountView view) => Html.Of($"""
        <p>{view.Texts.ConfirmText}</p>
        {AccountPage.Form(view, AccountPaths.Confirm, LinkKey(view), view.Texts.Confirm)}
        """);

    public static Html Reset(AccountView view) => AccountPage.Form(view, AccountPaths.Reset, Html.Of($"""
        {LinkKey(view)}
        {NewPassword(view, "newPassword", view.Texts.NewPassword)}
        """), view.Texts.ChooseNewPassword);

    public static Html Join(AccountView view) => Html.Of($"""
        <p>{view.Texts.JoinText}</p>
        {AccountPage.Form(view, AccountPaths.Join, LinkKey(view), view.Texts.Join)}
        """);

    public static Html Email(AccountView view, string email) => AccountPage.Field(
        view, "email", view.Texts.Email, Html.Of($"""type="email" autocomplete="username" required maxlength="254" value="{email}" """));

    public static Html Password(AccountView view, string label) => AccountPage.Field(view, "password", label, currentPassword);

    public static Html NewPassword(AccountView view, string name, string label) =>
        AccountPage.Field(view, name, label, newPassword, view.Texts.PasswordRule);

    public static Html Code(AccountView view) => AccountPage.Field(view, "code", view.Texts.Code, code, view.Texts.CodeHint);

    /// <summary>The script fills it and takes it out of sight.</summary>
    private static Html LinkKey(AccountView view) => AccountPage.Field(
        view, "token", view.Texts.LinkKey, Html.Of($"""type="text" autocomplete="off" required maxlength="100" data-link-key="" """),
        view.Texts.LinkKeyHint);
}
