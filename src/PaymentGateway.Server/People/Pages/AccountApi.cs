using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>Pages of somebody who is not signed in.</summary>
internal sealed class AccountApi(AccountRequests requests, Accounts accounts, SignIns signIns, Teams teams, PageSessions pages)
{
    public static void Map(IEndpointRouteBuilder routes, AccountApi api)
    {
        var group = routes.MapGroup("").ExcludeFromDescription();
        group.MapGet(AccountPaths.SignIn, api.ShowSignIn);
        group.MapGet(AccountPaths.Register, api.ShowRegister);
        group.MapGet(AccountPaths.Forgot, api.ShowForgot);
        group.MapGet(AccountPaths.Sent, api.ShowSent);
        group.MapGet(AccountPaths.Confirm, api.ShowConfirm);
        group.MapGet(AccountPaths.Reset, api.ShowReset);
        group.MapGet(AccountPaths.Join, api.ShowJoin);
        var forms = group.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(PageForms.BytesMax));
        forms.MapPost(AccountPaths.SignIn, api.SignIn);
        forms.MapPost(AccountPaths.Register, api.Register);
        forms.MapPost(AccountPaths.Forgot, api.Forgot);
        forms.MapPost(AccountPaths.Confirm, api.Confirm);
        forms.MapPost(AccountPaths.Reset, api.Reset);
        forms.MapPost(AccountPaths.Join, api.Join);
    }

    private IResult ShowSignIn(HttpContext http)
    {
        var view = requests.View(http);
        view = view with
        {
            Notice = http.Request.Query["done"].ToString() switch
            {
                "confirmed" => view.Texts.Confirmed,
                "password" => view.Texts.PasswordWasChanged,
                "signed-out" => view.Texts.SignedOut,
                "deleted" => view.Texts.Deleted,
                _ => null,
            },
        };
        return SignInPage(http, view, "", http.Request.Query["then"].ToString());
    }

    private async Task<IResult> SignIn(HttpContext http, CancellationToken cancel)
    {
        var read = await requests.ReadForm(http, cancel);
        if (read.Refusal is { } foreign)
        {
            return SignInPage(http, requests.View(http, foreign), "", "");
        }

        var form = read.Value;
        var then = form["then"];
        var ticket = requests.ReadTicket(form["ticket"]);
        var (email, password) = ticket ?? (form["email"], form["password"]);
        var code = ticket is null ? null : form["code"].Trim();
        var asked = AuthFields.Check(new LoginBody(email, password, code, null));
        var begun = asked ?? await Begin(http, email, password, code, cancel);
        return begun switch
        {
            null => AccountRequests.SeeOther(http, AccountPaths.Local(then)),
            { Kind: var kind } when kind == Errors.TwoFactorAuthRequired => CodePage(http, requests.View(http), requests.TicketOf(email, password), then),
            { Kind: var kind } refusal when kind == Errors.TwoFactorAuthFailed => CodePage(http, requests.View(http, refusal), form["ticket"], then),
            var refusal => SignInPage(http, requests.View(http, refusal), email, then),
        };
    }

    private async Task<Refusal?> Begin(HttpContext http, string email, string password, string? code, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, requests.Time.Clock);
        var given = await signIns.Begin(email, password, code, visitor, cancel, SignIns.PagePrefix);
        if (!given.IsRefused)
        {
            PageSessions.Begin(http, given.Value);
        }

        return given.Refusal;
    }

    private IResult ShowRegister(HttpContext http) => RegisterPage(http, requests.View(http), "", "");

    private async Task<IResult> Register(HttpContext http, CancellationToken cancel)
    {
        var read = await requests.ReadForm(http, cancel);
        if (read.Refusal is { } foreign)
        {
            return RegisterPage(http, requests.View(http, foreign), "", "");
        }

        var form = read.Value;
        var (email, name) = (form["email"], form["name"]);
        var asked = AuthFields.Read(new RegisterBody(email, form["password"], name, requests.View(http).Language.Code));
        var refusal = asked.Refusal ?? await accounts.Register(asked.Value, Visitor.Of(http, requests.Time.Clock), cancel);
        return refusal is null
            ? AccountRequests.SeeOther(http, AccountPaths.Sent)
            : RegisterPage(http, requests.View(http, refusal), email, name);
    }

    private IResult ShowForgot(HttpContext http) => ForgotPage(http, requests.View(http), "");

    private async Task<IResult> Forgot(HttpContext http, CancellationToken cancel)
    {
        var read = await requests.ReadForm(http, cancel);
        var email = read.IsRefused ? "" : read.Value["email"];
        var refusal = read.Refusal ?? AuthFields.ReadEmail(email).Refusal
            ?? await accounts.Forgot(email, Visitor.Of(http, requests.Time.Clock), cancel);
        return refusal is null ? AccountRequests.SeeOther(http, AccountPaths.Sent) : ForgotPage(http, requests.View(http, refusal), email);
    }

    private IResult ShowSent(HttpContext http)
    {
        var view = requests.View(http);
        return requests.Page(http, view, view.Texts.MailSent, SignInForms.MailSent(view));
    }

    private IResult ShowConfirm(HttpContext http) => ConfirmPage(http, requests.View(http));

    private async Task<IResult> Confirm(HttpContext http, CancellationToken cancel)
    {
        var read = await requests.ReadForm(http, cancel);
        var refusal = read.Refusal
            ?? (await accounts.Confirm(read.Value["token"], Visitor.Of(http, requests.Time.Clock), cancel)).Refusal;
        return refusal is null
            ? AccountRequests.SeeOther(http, AccountPaths.SignIn, "confirmed")
            : ConfirmPage(http, requests.View(http, refusal));
    }

    private IResult ShowReset(HttpContext http) => ResetPage(http, requests.View(http));

    private async Task<IResult> Reset(HttpContext http, CancellationToken cancel)
    {
        var read = await requests.ReadForm(http, cancel);
        var refusal = read.Refusal ?? (await accounts.Reset(
            read.Value["token"], read.Value["newPassword"], Visitor.Of(http, requests.Time.Clock), cancel)).Refusal;
        return refusal is null
            ? AccountRequests.SeeOther(http, AccountPaths.SignIn, "password")
            : ResetPage(http, requests.View(http, refusal));
    }

    private async Task<IResult> ShowJoin(HttpContext http, CancellationToken cancel)
    {
        // The key stands behind the #, which a browser carries along over the redirect to the sign-in form but not past it.
        var view = requests.View(http);
        return await pages.Find(http, cancel) is null
            ? requests.Page(http, view, view.Texts.Join, Html.Of($"""
                <p>{view.Texts.JoinText}</p>
                {AccountPage.Link(AccountPaths.SignIn, view.Texts.SignIn)}
                {AccountPage.Link(AccountPaths.Register, view.Texts.NoAccountYet)}
                """))
            : JoinPage(http, view);
    }

    private async Task<IResult> Join(HttpContext http, CancellationToken cancel)
    {
        if (await pages.Find(http, cancel) is not var (person, _))
        {
            return AccountRequests.ToSignIn(http);
        }

        var read = await requests.ReadForm(http, cancel);
        if (read.Refusal is { } foreign)
        {
            return JoinPage(http, requests.View(http, foreign));
        }

        var joined = await teams.Accept(person, read.Value["token"], cancel);
        return joined.Refusal is { } refusal
            ? JoinPage(http, requests.View(http, refusal))
            : AccountRequests.SeeOther(http, AccountPaths.Root, "joined");
    }

    private IResult SignInPage(HttpContext http, AccountView view, string email, string then) =>
        requests.Page(http, view, view.Texts.SignIn, SignInForms.SignIn(view, email, then));

    private IResult CodePage(HttpContext http, AccountView view, string ticket, string then) =>
        requests.Page(http, view, view.Texts.SignInWithCode, SignInForms.SignInWithCode(view, ticket, then));

    private IResult RegisterPage(HttpContext http, AccountView view, string email, string name) =>
        requests.Page(http, view, view.Texts.Register, SignInForms.Register(view, email, name));

    private IResult ForgotPage(HttpContext http, AccountView view, string email) =>
        requests.Page(http, view, view.Texts.Forgotten, SignInForms.Forgot(view, email));

    private IResult ConfirmPage(HttpContext http, AccountView view) =>
        requests.Page(http, view, view.Texts.Confirm, SignInForms.Confirm(view));

    private IResult ResetPage(HttpContext http, AccountView view) =>
        requests.Page(http, view, view.Texts.ChooseNewPassword, SignInForms.Reset(view));

    private IResult JoinPage(HttpContext http, AccountView view) => requests.Page(http, view, view.Texts.Join, SignInForms.Join(view));
}
