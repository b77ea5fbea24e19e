using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>Pages of somebody who is signed in; whoever is not is led to the sign-in form and back.</summary>
internal sealed class ProfileApi(
    AccountRequests requests, PageSessions pages, Accounts accounts, SignIns signIns, FactorEnrolment enrolment, SessionStore sessions, UserStore users,
    MemberStore members)
{
    private const int SessionsMax = 50;
    private const int TeamsMax = 100;
    private const int QrPixels = 240;

    public static void Map(IEndpointRouteBuilder routes, ProfileApi api)
    {
        var group = routes.MapGroup("").ExcludeFromDescription();
        group.MapGet(AccountPaths.Root, (HttpContext http, CancellationToken cancel) => api.Signed(http, api.Show, cancel));
        group.MapGet(AccountPaths.Factor, (HttpContext http, CancellationToken cancel) => api.Signed(http, api.ShowFactor, cancel));
        var forms = group.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(PageForms.BytesMax));
        api.MapForm(forms, AccountPaths.Profile, api.Save);
        api.MapForm(forms, AccountPaths.Password, api.ChangePassword);
        api.MapForm(forms, AccountPaths.FactorOffer, api.OfferFactor);
        api.MapForm(forms, AccountPaths.FactorConfirm, api.ConfirmFactor);
        api.MapForm(forms, AccountPaths.FactorOff, api.FactorOff);
        api.MapForm(forms, AccountPaths.RecoveryCodes, api.RenewRecoveryCodes);
        api.MapForm(forms, AccountPaths.EndSession, api.EndSession);
        api.MapForm(forms, AccountPaths.SignOut, api.SignOut);
        api.MapForm(forms, AccountPaths.SignOutEverywhere, api.SignOutEverywhere);
        api.MapForm(forms, AccountPaths.Delete, api.Delete);
    }

    private delegate Task<IResult> Handler(HttpContext http, Person person, User user, CancellationToken cancel);

    private delegate Task<IResult> FormHandler(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel);

    private void MapForm(RouteGroupBuilder forms, string path, FormHandler handle) => forms.MapPost(
        path, (HttpContext http, CancellationToken cancel) => Signed(http, async (request, person, user, stop) =>
        {
            var read = await requests.ReadForm(request, stop);
            return read.Refusal is { } foreign
                ? await Overview(request, person, user, requests.View(request, foreign), stop)
                : await handle(request, person, user, read.Value, stop);
        }, cancel));

    private async Task<IResult> Signed(HttpContext http, Handler handle, CancellationToken cancel) =>
        await pages.Find(http, cancel) is var (person, user)
            ? await handle(http, person, user, cancel)
            : HttpMethods.IsGet(http.Request.Method) ? AccountRequests.ToSignIn(http) : AccountRequests.SeeOther(http, AccountPaths.SignIn);

    private Task<IResult> Show(HttpContext http, Person person, User user, CancellationToken cancel)
    {
        var view = requests.View(http);
        return Overview(http, person, user, view with
        {
            Notice = http.Request.Query["done"].ToString() switch
            {
                "saved" => view.Texts.Saved,
                "password" => view.Texts.PasswordWasChanged,
                "joined" => view.Texts.Joined,
                _ => null,
            },
        }, cancel);
    }

    private async Task<IResult> Save(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var asked = new UpdateMeBody(form["name"], form["language"]);
        var refusal = AuthFields.Check(asked) ?? (await accounts.Rename(person, asked.Name!.Trim(), asked.Language, cancel)).Refusal;
        return await Settled(http, person, user, refusal, "saved", cancel);
    }

    private async Task<IResult> ChangePassword(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var changed = await accounts.ChangePassword(person, form["password"], form["newPassword"], cancel);
        return await Settled(http, person, user, changed.Refusal, "password", cancel);
    }

    private async Task<IResult> EndSession(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        // A session that is over already is what was wanted.
        await signIns.End(person.UserId, form["session"], "ended_by_person", person.Origin, cancel);
        return AccountRequests.SeeOther(http, AccountPaths.Root);
    }

    private async Task<IResult> SignOut(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        await signIns.EndByToken(PageSessions.End(http), Visitor.Of(http, requests.Time.Clock), cancel);
        return AccountRequests.SeeOther(http, AccountPaths.SignIn, "signed-out");
    }

    private async Task<IResult> SignOutEverywhere(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        await signIns.EndAll(person, cancel);
        PageSessions.End(http);
        return AccountRequests.SeeOther(http, AccountPaths.SignIn, "signed-out");
    }

    private async Task<IResult> Delete(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var erased = await accounts.Erase(person, form["deletePassword"], cancel);
        if (erased.Refusal is { } refusal)
        {
            return await Overview(http, person, user, requests.View(http, refusal), cancel);
        }

        PageSessions.End(http);
        return AccountRequests.SeeOther(http, AccountPaths.SignIn, "deleted");
    }

    private Task<IResult> ShowFactor(HttpContext http, Person person, User user, CancellationToken cancel) =>
        FactorPage(http, user, requests.View(http), cancel);

    private async Task<IResult> OfferFactor(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var offered = await enrolment.Offer(person, form["password"], cancel);
        return offered.Refusal is { } refusal
            ? await FactorPage(http, user, requests.View(http, refusal), cancel)
            : OfferPage(http, requests.View(http), offered.Value);
    }

    private async Task<IResult> ConfirmFactor(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var confirmed = await enrolment.Confirm(person, form["code"].Trim(), cancel);
        if (confirmed.Refusal is not { } refusal)
        {
            return CodesPage(http, confirmed.Value);
        }

        var view = requests.View(http, refusal);
        return await enrolment.PendingOffer(person, cancel) is { } offer && refusal.Kind == Errors.TwoFactorAuthFailed
            ? OfferPage(http, view, offer)
            : await FactorPage(http, user, view, cancel);
    }

    private async Task<IResult> FactorOff(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var disabled = await enrolment.Disable(person, form["password"], form["offCode"].Trim(), cancel);
        return disabled.Refusal is { } refusal
            ? await FactorPage(http, user, requests.View(http, refusal), cancel)
            : AccountRequests.SeeOther(http, AccountPaths.Root, "saved");
    }

    private async Task<IResult> RenewRecoveryCodes(HttpContext http, Person person, User user, SentForm form, CancellationToken cancel)
    {
        var codes = await enrolment.RenewRecoveryCodes(person, form["code"].Trim(), cancel);
        return codes.Refusal is { } refusal ? await FactorPage(http, user, requests.View(http, refusal), cancel) : CodesPage(http, codes.Value);
    }

    private async Task<IResult> Settled(HttpContext http, Person person, User user, Refusal? refusal, string done, CancellationToken cancel) =>
        refusal is null
            ? AccountRequests.SeeOther(http, AccountPaths.Root, done)
            : await Overview(http, person, user, requests.View(http, refusal), cancel);

    private async Task<IResult> Overview(HttpContext http, Person person, User user, AccountView view, CancellationToken cancel)
    {
        var teams = await members.OfUser(user.Id, TeamsMax, cancel);
        var profile = new Profile(
            user, person, RoleWords.Parse(person.Roles).Concat(teams.SelectMany(team => team.Roles)).Any(Roles.NeedsFactor),
            await users.RecoveryCodesLeft(user.Id, cancel), await sessions.List(user.Id, before: null, requests.Time.Now, SessionsMax, cancel), teams);
        return requests.Page(http, view, view.Texts.YourAccount, ProfileParts.Overview(view, profile));
    }

    private async Task<IResult> FactorPage(HttpContext http, User user, AccountView view, CancellationToken cancel) => requests.Page(
        http, view, view.Texts.SecondFactor,
        user.HasFactor ? ProfileParts.FactorOn(view, await users.RecoveryCodesLeft(user.Id, cancel)) : ProfileParts.FactorOff(view));

    private IResult OfferPage(HttpContext http, AccountView view, FactorOffer offer) => requests.Page(
        http, view, view.Texts.SecondFactor, ProfileParts.FactorOffer(
            view, $"data:{QrPicture.PngType};base64,{Convert.ToBase64String(QrPicture.Png(offer.Uri, QrPixels))}", Totp.Base32Of(offer.Secret)));

    private IResult CodesPage(HttpContext http, IReadOnlyList<string> codes)
    {
        var view = requests.View(http);
        return requests.Page(http, view, view.Texts.RecoveryCodes, ProfileParts.RecoveryCodes(view, codes));
    }
}
