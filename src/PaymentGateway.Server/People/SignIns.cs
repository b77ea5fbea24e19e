using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>What somebody who signs in, or goes on, is given: the tokens are shown this once.</summary>
internal sealed record SignedIn(User User, Session Session, string AccessToken, string RefreshToken);

/// <summary>Sessions of people: begun, refreshed, ended.</summary>
internal sealed class SignIns(
    UserStore users, SessionStore sessions, Passwords passwords, Attempts attempts, SecondFactors factors, AccessTokens tokens, Mails mails,
    PeopleTrail trail, PeopleWrites writes, LiveSessions live, PersonTime time)
{
    public const string RefreshPrefix = "rt";

    /// <summary>Of a page's session: it stands in a cookie, is good until the session ends, and cannot be exchanged for anything.</summary>
    public const string PagePrefix = "ps";

    private const string Reused = "refresh_token_reused";

    /// <summary>Begins a session.</summary>
    /// <returns>
    /// LOGIN_FAILED whatever is wrong with address and password; TWO_FACTOR_AUTH_REQUIRED and TWO_FACTOR_AUTH_FAILED once they are right;
    /// TOO_MANY_ATTEMPTS and ACCOUNT_LOCKED for an address that nobody registered as for any other.
    /// </returns>
    public async Task<Outcome<SignedIn>> Begin(
        string email, string password, string? code, Visitor visitor, CancellationToken cancel, string prefix = RefreshPrefix)
    {
        var key = EmailAddress.KeyOf(email);
        var (account, address) = (attempts.Password(key), attempts.From(visitor.Address));
        if (await attempts.Begin(cancel, address, account) is { } refused)
        {
            return refused;
        }

        var user = await users.FindByEmail(key, cancel);
        if (!passwords.Fits(user?.PasswordHash, password) || user is not { MaySignIn: true })
        {
            await trail.RecordAlone(visitor.Stranger, "session.fail", user?.Id ?? account.Key, cancel);
            return new Refusal(Errors.LoginFailed);
        }

        return user.HasFactor
            ? await BeginWithCode(user, password, code, visitor, prefix, cancel)
            : await Open(user, password, hasFactor: false, visitor, prefix, [account], cancel);
    }

    /// <summary>The next pair of tokens. A token that was used already ends the whole session: one of its two holders is a thief.</summary>
    public async Task<Outcome<SignedIn>> Refresh(string? token, Visitor visitor, CancellationToken cancel)
    {
        if (!SecretText.Fits(token, RefreshPrefix))
        {
            return await Unknown(visitor, cancel);
        }

        var sha256 = SecretText.HashOf(token!);
        var refreshed = await writes.Run<SignedIn>(async () =>
        {
            if (await sessions.FindByToken(sha256, cancel) is not var (session, generation))
            {
                return PeopleStep<SignedIn>.Refuse(await UnknownToken(visitor, cancel));
            }

            var user = await users.Find(session.UserId, cancel);
            if (user is not { MaySignIn: true } || !session.IsAlive(time.Now))
            {
                return PeopleStep<SignedIn>.Refuse(new(Errors.SessionExpired));
            }

            return generation == session.Generation ? GoOn(user, session) : EndStolen(user, session, visitor);
        }, cancel);
        return refreshed;
    }

    /// <summary>Ends the session of a refresh token, or says nothing: whoever has no session is signed out.</summary>
    public async Task EndByToken(string? token, Visitor visitor, CancellationToken cancel)
    {
        if ((SecretText.Fits(token, RefreshPrefix) || SecretText.Fits(token, PagePrefix)) && await sessions.FindByToken(SecretText.HashOf(token!), cancel) is var (session, _))
        {
            await End(session.UserId, session.Id, "signed_out", visitor.As(session.UserId), cancel);
        }
    }

    /// <returns>SESSION_NOT_FOUND when the person has no such live session.</returns>
    public async Task<Outcome<Session>> End(string userId, string sessionId, string why, Origin origin, CancellationToken cancel)
    {
        var ended = await writes.Run<Session>(async () =>
        {
            var session = await sessions.Find(sessionId, cancel);
            if (session is null || session.UserId != userId || !session.IsAlive(time.Now))
            {
                return PeopleStep<Session>.Refuse(new(Errors.SessionNotFound));
            }

            var change = new Change();
            var next = session.Revoked(time.Now, why);
            change.Write(SessionRows.Update, next);
            trail.Record(change, origin, "session.end", session.Id, after: new() { ["userId"] = userId, ["why"] = why });
            return new(change, next);
        }, cancel);
        live.Forget(sessionId);
        return ended;
    }

    public async Task EndAll(Person person, CancellationToken cancel)
    {
        await writes.Run<bool>(() =>
        {
            var change = new Change();
            change.Write(SessionRows.EndAll, new EndOfSessions(person.UserId, time.Now, "signed_out_everywhere", null));
            trail.Record(change, person.Origin, "session.end_all", person.UserId);
            return Task.FromResult(new PeopleStep<bool>(change, true));
        }, cancel);
        live.ForgetUser(person.UserId);
    }

    private async Task<Outcome<SignedIn>> BeginWithCode(
        User user, string password, string? code, Visitor visitor, string prefix, CancellationToken cancel)
    {
        var account = attempts.Password(user.EmailKey!);
        if (code is null)
        {
            // The password was right: asking for the code is no failure.
            await writes.Run<bool>(() => Task.FromResult(new PeopleStep<bool>(Forgiven(account, visitor), true)), cancel);
            return new Refusal(Errors.TwoFactorAuthRequired);
        }

        var codes = attempts.Code(user.Id);
        return await attempts.Begin(cancel, codes) is { } refused
            ? refused
            : await Open(user, password, hasFactor: true, visitor, prefix, [account, codes], cancel, code);
    }

    private Change Forgiven(AttemptSubject account, Visitor visitor)
    {
        var change = new Change();
        Attempts.Forgive(change, account, attempts.From(visitor.Address));
        return change;
    }

    private async Task<Outcome<SignedIn>> Open(
        User found, string password, bool hasFactor, Visitor visitor, string prefix, IReadOnlyList<AttemptSubject> accounts,
        CancellationToken cancel, string? code = null)
    {
        var first = true;
        return await writes.Run<SignedIn>(async () =>
        {
            var user = first ? found : await users.Find(found.Id, cancel);
            if (user is not { MaySignIn: true } || user.PasswordHash != found.PasswordHash || user.HasFactor != hasFactor)
            {
                return PeopleStep<SignedIn>.Refuse(new(Errors.LoginFailed));
            }

            var change = new Change();
            if (hasFactor && (!first || !factors.TryUse(change, user, code!, SecondFactors.SignIn)))
            {
                // Wrong, or another sign-in was first with this very code.
                await trail.RecordAlone(visitor.As(user.Id), "second_factor.fail", user.Id, cancel);
                return PeopleStep<SignedIn>.Refuse(new(Errors.TwoFactorAuthFailed));
            }

            first = false;
            if (hasFactor && !SecondFactors.IsOfTheApp(code!))
            {
                mails.Queue(change, user, PeopleLetters.SecondFactorChanged, new(user.Name!, FactorChangeKind.RecoveryCodeUsed));
            }

            Begun(change, user, password, hasFactor, visitor, accounts);
            return Give(change, user, NewSession(user, hasFactor, visitor), prefix);
        }, cancel);
    }

    /// <summary>What a right password writes beside the session.</summary>
    private void Begun(Change change, User user, string password, bool hasFactor, Visitor visitor, IReadOnlyList<AttemptSubject> accounts)
    {
        change.Write(AttemptRows.TakeBack, attempts.From(visitor.Address).Key);
        change.WriteAll(AttemptRows.Forget, accounts.Select(account => account.Key));
        trail.Record(change, visitor.As(user.Id), "session.begin", user.Id, after: new() { ["secondFactor"] = hasFactor });
        if (passwords.IsOutdated(user.PasswordHash!))
        {
            change.Write(UserRows.Update, user with { PasswordHash = passwords.Hash(password) });
        }
    }

    private PeopleStep<SignedIn> GoOn(User user, Session session)
    {
        var change = new Change();
        var next = session.Refreshed(time.Now);
        change.Write(SessionRows.Update, next);
        return Give(change, user, next);
    }

    private PeopleStep<SignedIn> EndStolen(User user, Session session, Visitor visitor)
    {
        var change = new Change();
        change.Write(SessionRows.Update, session.Revoked(time.Now, Reused));
        mails.Queue(change, user, PeopleLetters.SessionEndedForSafety, new(user.Name!));
        trail.Record(
            change, visitor.Stranger, "session.reuse", session.Id, after: new() { ["userId"] = user.Id, ["why"] = Reused });
        live.Forget(session.Id);
        return new(change, new Refusal(Errors.SessionExpired));
    }

    private PeopleStep<SignedIn> Give(Change change, User user, Session session, string prefix = RefreshPrefix)
    {
        if (session.Generation == 1)
        {
            change.Write(SessionRows.Insert, session);
        }

        var refresh = SecretText.New(prefix);
        change.Write(SessionRows.AddToken, new RefreshToken(SecretText.HashOf(refresh), session.Id, session.Generation));
        var access = tokens.Make(new(
            user.Id, session.Id, [Words.Of(PersonRole.Student), .. user.PlatformRoles.Select(Words.Of)], session.HasFactor));
        return new(change, new SignedIn(user, session, access, refresh));
    }

    private Session NewSession(User user, bool hasFactor, Visitor visitor)
    {
        var now = time.Now;
        return new()
        {
            Id = Id.New(Session.IdPrefix, time.Clock),
            UserId = user.Id,
            Generation = 1,
            HasFactor = hasFactor,
            Address = visitor.Address?.ToString(),
            Agent = visitor.Agent,
            CreatedAt = now,
            RefreshedAt = now,
            ExpiresAt = now + Session.IdleMax,
            Version = 1,
        };
    }

    private async Task<Outcome<SignedIn>> Unknown(Visitor visitor, CancellationToken cancel) => await UnknownToken(visitor, cancel);

    private async Task<Refusal> UnknownToken(Visitor visitor, CancellationToken cancel) =>
        await attempts.Begin(cancel, attempts.From(visitor.Address)) ?? new Refusal(Errors.SessionExpired);
}
