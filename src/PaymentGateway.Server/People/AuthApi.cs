using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>Accounts and sessions: what a person does for themselves.</summary>
/// <remarks>
/// None of its POSTs takes an idempotency key: a stored answer would hold tokens, and each of them can be repeated without harm.
/// </remarks>
internal sealed class AuthApi(
    Accounts accounts, SignIns signIns, SessionStore sessions, UserStore users, MemberStore members, Csrf csrf, PersonTime time)
{
    private const int MerchantsMax = 100;

    private static readonly ErrorKind[] guessing = [Errors.TooManyAttempts, Errors.AccountLocked];

    public static void Map(IEndpointRouteBuilder routes, AuthApi api)
    {
        var open = routes.MapGroup("/api/auth").WithTags("People").WithMetadata(new TakesNoIdempotencyKey());
        MapRegistration(open, api);
        MapSessions(open, api);
        var own = routes.MapGroup("/api/auth").WithTags("People").WithMetadata(new RequiresPerson(), new TakesNoIdempotencyKey());
        MapOwn(own, api);
        routes.MapGet("/api/payment/csrf-token", api.GiveCsrfToken).WithTags("People").WithName("getCsrfToken")
            .WithSummary("Get a CSRF token")
            .WithDescription("For pages: sets a cookie, and answers what has to come again as X-CSRF-Token with every call that goes by cookies.")
            .Produces<CsrfTokenView>()
            .Example(AuthExamples.CsrfToken)
            .Errors();
    }

    private static void MapRegistration(RouteGroupBuilder open, AuthApi api)
    {
        open.MapPost("register", api.Register).WithName("register").WithSummary("Register a person")
            .WithDescription("Mails a link to confirm the address. The answer is the same when the address has its account already: then its "
                + "owner is told by mail.")
            .Produces<MailSentView>(StatusCodes.Status202Accepted)
            .Example(AuthExamples.Register, AuthExamples.ConfirmationSent)
            .Errors(Errors.TooManyAttempts);
        open.MapPost("confirm", api.Confirm).WithName("confirmEmail").WithSummary("Confirm an e-mail address")
            .WithDescription("With the token of the link that was mailed; it works once, for 48 hours. Then the person can sign in.")
            .Produces<DoneView>()
            .Example(AuthExamples.Link, AuthExamples.Done)
            .Errors(Errors.LinkInvalid, Errors.TooManyAttempts);
        open.MapPost("resend", api.Resend).WithName("resendConfirmation").WithSummary("Send the confirmation again")
            .WithDescription("Mails a new link where an address waits to be confirmed; the one before stops working.")
            .Produces<MailSentView>(StatusCodes.Status202Accepted)
            .Example(AuthExamples.Email, AuthExamples.ConfirmationSent)
            .Errors(Errors.TooManyAttempts);
        open.MapPost("password/forgot", api.Forgot).WithName("forgotPassword").WithSummary("Ask for a new password")
            .WithDescription("Mails a link where there is a confirmed account. The answer is the same where there is none.")
            .Produces<MailSentView>(StatusCodes.Status202Accepted)
            .Example(AuthExamples.Email, AuthExamples.ResetSent)
            .Errors(Errors.TooManyAttempts);
        open.MapPost("password/reset", api.Reset).WithName("resetPassword").WithSummary("Set a new password by a link")
            .WithDescription("With the token of the link that was mailed; it works once, for 30 minutes. All sessions end, and a locked account "
                + "is open again.")
            .Produces<DoneView>()
            .Example(AuthExamples.ResetPassword, AuthExamples.Done)
            .Errors(Errors.LinkInvalid, Errors.TooManyAttempts);
    }

    private static void MapSessions(RouteGroupBuilder open, AuthApi api)
    {
        open.MapPost("login", api.Login).WithName("login").WithSummary("Sign in")
            .WithDescription("Begins a session. With a second factor the code is asked for by TWO_FACTOR_AUTH_REQUIRED, once the password is right.")
            .Produces<TokensView>()
            .Example(AuthExamples.Login, AuthExamples.Tokens)
            .Errors([Errors.LoginFailed, Errors.TwoFactorAuthRequired, Errors.TwoFactorAuthFailed, Errors.CsrfTokenInvalid, .. guessing]);
        open.MapPost("refresh", api.Refresh).WithName("refreshSession").WithSummary("Get the next access token")
            .WithDescription("Exchanges the refresh token for the next pair. One that was used before ends the whole session.")
            .Produces<TokensView>()
            .Example(AuthExamples.Refresh, AuthExamples.Tokens)
            .Errors(Errors.SessionExpired, Errors.CsrfTokenInvalid, Errors.TooManyAttempts);
        open.MapPost("logout", api.Logout).WithName("logout").WithSummary("Sign out")
            .WithDescription("Ends the session of the refresh token. Whoever has none is signed out already.")
            .Produces<DoneView>()
            .Example(AuthExamples.Refresh, AuthExamples.Done)
            .Errors(Errors.CsrfTokenInvalid);
    }

    private static void MapOwn(RouteGroupBuilder own, AuthApi api)
    {
        own.MapPost("logout-all", api.LogoutAll).WithName("logoutEverywhere").WithSummary("Sign out everywhere")
            .WithDescription("Ends all sessions of the person, this one too.").Produces<DoneView>()
            .Example("{}", AuthExamples.Done)
            .Errors();
        own.MapGet("sessions", api.ListSessions).WithName("listSessions").WithSummary("List where you are signed in")
            .WithDescription("The sessions that are alive, newest first.").Produces<ListView<SessionView>>()
            .Filters()
            .Example(OperationExample.ListOf(AuthExamples.Session))
            .Errors();
        own.MapDelete("sessions/{sessionId}", api.EndSession).WithName("endSession").WithSummary("End one session")
            .WithDescription("Its tokens stop working: here at once, on other replicas within five seconds.").Produces<DoneView>()
            .Example(AuthExamples.Done)
            .Errors(Errors.SessionNotFound);
        own.MapGet("me", api.GetMe).WithName("getMe").WithSummary("Get the person who is signed in")
            .WithDescription("With the merchants whose teams they are in.").Produces<MeView>()
            .Example(AuthExamples.Me)
            .Errors();
        own.MapPatch("me", api.UpdateMe).WithName("updateMe").WithSummary("Change name or language")
            .WithDescription("What is absent stays as it is.").Produces<MeView>()
            .Example(AuthExamples.UpdateMe, AuthExamples.Me)
            .Errors();
        own.MapPost("me/erase", api.EraseMe).WithName("eraseMe").WithSummary("Delete the account")
            .WithDescription("Erases address, name, password, second factor, memberships and where the person signed in. The id stays where the law "
                + "keeps who did what. It cannot be undone.")
            .Produces<DoneView>()
            .Example(AuthExamples.Password, AuthExamples.Done)
            .Errors([Errors.LoginFailed, Errors.LastOwner, .. guessing]);
        own.MapPost("password", api.ChangePassword).WithName("changePassword").WithSummary("Change the password")
            .WithDescription("All other sessions end.").Produces<DoneView>()
            .Example(AuthExamples.ChangePassword, AuthExamples.Done)
            .Errors([Errors.LoginFailed, .. guessing]);
    }

    private async Task<Answer> Register(HttpContext http, Body<RegisterBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        var asked = AuthFields.Read(body.Value);
        var refusal = asked.Refusal ?? await accounts.Register(asked.Value, visitor, cancel);
        return Sent(refusal, "confirmation_sent", visitor);
    }

    private async Task<Answer> Confirm(HttpContext http, Body<LinkBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        return Done(await accounts.Confirm(body.Value.Token ?? "", visitor, cancel), visitor.RequestId);
    }

    private async Task<Answer> Resend(HttpContext http, Body<EmailBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        var email = AuthFields.ReadEmail(body.Value.Email);
        return Sent(email.Refusal ?? await accounts.Resend(email.Value, visitor, cancel), "confirmation_sent", visitor);
    }

    private async Task<Answer> Forgot(HttpContext http, Body<EmailBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        var email = AuthFields.ReadEmail(body.Value.Email);
        return Sent(email.Refusal ?? await accounts.Forgot(email.Value, visitor, cancel), "reset_sent", visitor);
    }

    private async Task<Answer> Reset(HttpContext http, Body<ResetPasswordBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        return Done(await accounts.Reset(body.Value.Token ?? "", body.Value.NewPassword, visitor, cancel), visitor.RequestId);
    }

    private async Task<Answer> Login(HttpContext http, Body<LoginBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        var asked = body.Value;
        var asCookie = asked.Cookie == true;
        if ((AuthFields.Check(asked) ?? (asCookie ? csrf.Check(http.Request) : null)) is { } refusal)
        {
            return Answer.Of(refusal, visitor.RequestId);
        }

        return Given(http, await signIns.Begin(asked.Email!, asked.Password!, asked.Code, visitor, cancel), asCookie, visitor.RequestId);
    }

    private async Task<Answer> Refresh(HttpContext http, Body<RefreshBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        var asCookie = body.Value.RefreshToken is null;
        if (asCookie && csrf.Check(http.Request) is { } refusal)
        {
            return Answer.Of(refusal, visitor.RequestId);
        }

        var token = body.Value.RefreshToken ?? http.Request.Cookies[RefreshCookie.Name];
        return Given(http, await signIns.Refresh(token, visitor, cancel), asCookie, visitor.RequestId);
    }

    private async Task<Answer> Logout(HttpContext http, Body<RefreshBody> body, CancellationToken cancel)
    {
        var visitor = Visitor.Of(http, time.Clock);
        var token = body.Value.RefreshToken;
        if (token is null && http.Request.Cookies[RefreshCookie.Name] is { } cookie)
        {
            if (csrf.Check(http.Request) is { } refusal)
            {
                return Answer.Of(refusal, visitor.RequestId);
            }

            token = cookie;
            RefreshCookie.Clear(http);
        }

        await signIns.EndByToken(token, visitor, cancel);
        return Answer.Ok(DoneView.Yes);
    }

    private async Task<Answer> LogoutAll(HttpContext http, Person person, Body<EmptyBody> _, CancellationToken cancel)
    {
        await signIns.EndAll(person, cancel);
        RefreshCookie.Clear(http);
        return Answer.Ok(DoneView.Yes);
    }

    private async Task<Answer> ListSessions(Person person, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Session.IdPrefix);
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, person.RequestId);
        }

        var rows = await sessions.List(person.UserId, query.Value.Before, time.Now, query.Value.Limit + 1, cancel);
        return Answer.Ok(query.Value.Page(rows, session => session.Id, session => SessionView.Of(session, person)));
    }

    private async Task<Answer> EndSession(Person person, string sessionId, CancellationToken cancel) =>
        Done(await signIns.End(person.UserId, sessionId, "ended_by_person", person.Origin, cancel), person.RequestId);

    private async Task<Answer> GetMe(Person person, CancellationToken cancel) =>
        await users.Find(person.UserId, cancel) is { MaySignIn: true } user
            ? Answer.Ok(await ViewOf(user, person, cancel))
            : Answer.Of(new Refusal(Errors.SessionExpired), person.RequestId);

    private async Task<Answer> UpdateMe(Person person, Body<UpdateMeBody> body, CancellationToken cancel)
    {
        if (AuthFields.Check(body.Value) is { } refusal)
        {
            return Answer.Of(refusal, person.RequestId);
        }

        var updated = await accounts.Rename(person, body.Value.Name?.Trim(), body.Value.Language, cancel);
        return updated.IsRefused
            ? Answer.Of(updated.Refusal!, person.RequestId)
            : Answer.Ok(await ViewOf(updated.Value, person, cancel));
    }

    private async Task<Answer> EraseMe(Person person, Body<PasswordBody> body, CancellationToken cancel) =>
        Done(await accounts.Erase(person, body.Value.Password, cancel), person.RequestId);

    private async Task<Answer> ChangePassword(Person person, Body<ChangePasswordBody> body, CancellationToken cancel) =>
        Done(await accounts.ChangePassword(person, body.Value.Password, body.Value.NewPassword, cancel), person.RequestId);

    private Answer GiveCsrfToken(HttpContext http)
    {
        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        return Answer.Ok(new CsrfTokenView(csrf.Give(http)));
    }

    private async Task<MeView> ViewOf(User user, Person person, CancellationToken cancel)
    {
        var teams = await members.OfUser(user.Id, MerchantsMax, cancel);
        var roles = RoleWords.Parse(person.Roles);
        return new(
            user.Id, user.Email!, user.Name!, user.Language, person.Roles, user.HasFactor,
            roles.Concat(teams.SelectMany(team => team.Roles)).Any(Roles.NeedsFactor),
            await users.RecoveryCodesLeft(user.Id, cancel), [.. teams.Select(MembershipView.Of)], user.CreatedAt);
    }

    private static Answer Given(HttpContext http, Outcome<SignedIn> given, bool asCookie, string requestId)
    {
        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        if (given.Refusal is { } refusal)
        {
            return Answer.Of(refusal, requestId);
        }

        if (asCookie)
        {
            RefreshCookie.Set(http, given.Value);
        }

        return Answer.Ok(TokensView.Of(given.Value, asCookie));
    }

    private static Answer Sent(Refusal? refusal, string status, Visitor visitor) =>
        refusal is null ? Answer.Accepted(new MailSentView(status)) : Answer.Of(refusal, visitor.RequestId);

    private static Answer Done<T>(Outcome<T> outcome, string requestId) =>
        outcome.Refusal is { } refusal ? Answer.Of(refusal, requestId) : Answer.Ok(DoneView.Yes);
}
