using System.Globalization;
using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>What the page of somebody who is signed in shows.</summary>
internal sealed record Profile(
    User User, Person Person, bool NeedsFactor, int RecoveryCodesLeft, IReadOnlyList<Session> Sessions, IReadOnlyList<Membership> Teams);

/// <summary>The parts of the page of somebody who is signed in.</summary>
internal static class ProfileParts
{
    public static Html Overview(AccountView view, Profile profile) => Html.Of($"""
        {AccountPage.Form(view, AccountPaths.Profile, Html.Of($"""
            {AccountPage.Field(view, "name", view.Texts.Name, Html.Of($"""type="text" autocomplete="name" required maxlength="100" value="{profile.User.Name}" """), profile.User.Email)}
            {Languages(view, profile.User.Language)}
            """), view.Texts.Save, "other")}
        <h2>{view.Texts.SecondFactor}</h2>
        <p>{(profile.User.HasFactor ? view.Texts.FactorIsOn : view.Texts.FactorIsOff)}</p>
        {Html.When(profile.NeedsFactor && !profile.User.HasFactor, $"""<p class="error">{view.Texts.FactorIsNeeded}</p>""")}
        {AccountPage.Link(AccountPaths.Factor, profile.User.HasFactor ? view.Texts.RecoveryCodes : view.Texts.FactorOn)}
        {Teams(view, profile.Teams)}
        {Html.When(JobsPageApi.IsFor(profile.Person), $"{AccountPage.Link(AccountPaths.Jobs, JobTexts.Of(view.Language).Title)}")}
        <h2>{view.Texts.Sessions}</h2>
        {profile.Sessions.Select(session => SessionRow(view, session, profile.Person))}
        {AccountPage.Form(view, AccountPaths.SignOut, Html.Empty, view.Texts.SignOut, "other")}
        {AccountPage.Form(view, AccountPaths.SignOutEverywhere, Html.Empty, view.Texts.SignOutEverywhere, "quiet")}
        <details{Html.When(view.FaultOf("newPassword") is not null, $" open")}>
        <summary>{view.Texts.ChangePassword}</summary>
        {AccountPage.Form(view, AccountPaths.Password, Html.Of($"""
            {SignInForms.Password(view, view.Texts.PasswordNow)}
            {SignInForms.NewPassword(view, "newPassword", view.Texts.NewPassword)}
            """), view.Texts.ChangePassword, "other")}
        </details>
        <details>
        <summary>{view.Texts.DeleteAccount}</summary>
        <p>{view.Texts.DeleteAccountText}</p>
        {AccountPage.Form(view, AccountPaths.Delete, PasswordOfDelete(view), view.Texts.DeleteAccount, "other")}
        </details>
        """);

    /// <summary>To turn it on: the password first, so that nobody does it at somebody else's open session.</summary>
    public static Html FactorOff(AccountView view) => Html.Of($"""
        <p>{view.Texts.FactorIsOff}</p>
        {AccountPage.Form(view, AccountPaths.FactorOffer, SignInForms.Password(view, view.Texts.PasswordNow), view.Texts.FactorOn)}
        {Back(view)}
        """);

    public static Html FactorOffer(AccountView view, string qrImage, string secret) => Html.Of($"""
        <p>{view.Texts.ScanCode}</p>
        <div class="qr"><img src="{qrImage}" alt="QR" width="240" height="240"></div>
        <p>{view.Texts.OrType}<br><code>{Grouped(secret)}</code></p>
        {AccountPage.Form(view, AccountPaths.FactorConfirm, SignInForms.AppCode(view), view.Texts.FactorOn)}
        {Back(view)}
        """);

    public static Html FactorOn(AccountView view, int left) => Html.Of($"""
        <p>{view.Texts.FactorIsOn}</p>
        <p>{Html.Fill(view.Texts.RecoveryCodesLeft, left.ToString(CultureInfo.InvariantCulture))}</p>
        {AccountPage.Form(view, AccountPaths.RecoveryCodes, SignInForms.AppCode(view), view.Texts.NewRecoveryCodes, "other")}
        <details>
        <summary>{view.Texts.FactorOff}</summary>
        {AccountPage.Form(view, AccountPaths.FactorOff, Html.Of($"""
            {SignInForms.Password(view, view.Texts.PasswordNow)}
            {CodeToTurnOff(view)}
            """), view.Texts.FactorOff, "other")}
        </details>
        {Back(view)}
        """);

    public static Html RecoveryCodes(AccountView view, IReadOnlyList<string> codes) => Html.Of($"""
        <p>{view.Texts.RecoveryCodesText}</p>
        <ul>{codes.Select(code => Html.Of($"<li><code>{code}</code></li>"))}</ul>
        <p><a class="other" href="{AccountPaths.Root}">{view.Texts.Continue}</a></p>
        """);

    private static Html Back(AccountView view) => AccountPage.Link(AccountPaths.Root, view.Texts.YourAccount);

    private static Html Languages(AccountView view, string chosen) => Html.Of($"""
        <div class="field">
        <label for="language">{view.Texts.Language}</label>
        <select id="language" name="language">
        {Language.All.Select(one => Html.Of($"""<option value="{one.Code}"{Html.When(one.Code == chosen, $" selected")}>{one.Name}</option>"""))}
        </select>
        </div>
        """);

    private static Html Teams(AccountView view, IReadOnlyList<Membership> teams) => teams.Count == 0 ? Html.Empty : Html.Of($"""
        <h2>{view.Texts.Teams}</h2>
        <ul>{teams.Select(team => Html.Of($"<li>{team.MerchantId}: {string.Join(", ", team.Roles.Select(Database.Words.Of))}</li>"))}</ul>
        """);

    private static Html SessionRow(AccountView view, Session session, Person person)
    {
        var browser = session.Agent ?? view.Texts.UnknownBrowser;
        var used = view.Texts.LastUsed.Replace("{0}", Html.TimeText(session.RefreshedAt), StringComparison.Ordinal);
        return session.Id == person.SessionId
            ? Html.Of($"""<p class="hint">{session.Address} · {browser} · {view.Texts.ThisSession}</p>""")
            : Html.Of($"""
                <p class="hint">{session.Address} · {browser} · {used}</p>
                {AccountPage.Form(view, AccountPaths.EndSession, Html.Of($"""<input type="hidden" name="session" value="{session.Id}">"""), view.Texts.EndSession, "quiet")}
                """);
    }

    /// <summary>A field of its own name: the page has another password already.</summary>
    private static Html PasswordOfDelete(AccountView view) => AccountPage.Field(
        view, "deletePassword", view.Texts.PasswordNow, Html.Of($"""type="password" autocomplete="current-password" required maxlength="128" """));

    private static Html CodeToTurnOff(AccountView view) => AccountPage.Field(
        view, "offCode", view.Texts.Code, Html.Of($"""type="text" autocomplete="one-time-code" required maxlength="40" """), view.Texts.CodeHint);

    private static string Grouped(string secret) => string.Join(' ', secret.Chunk(4).Select(part => new string(part)));
}
