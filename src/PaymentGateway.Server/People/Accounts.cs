using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mail;

namespace PaymentGateway.People;

/// <summary>Somebody who wants an account, read and checked.</summary>
internal sealed record NewAccount(string Email, string Password, string Name, string Language);

/// <summary>Accounts of people: made, confirmed, renamed, given new passwords, erased.</summary>
/// <remarks>
/// Whoever asks without being signed in gets the same answer, after the same work, whether the address has an account or not: what is
/// different comes by mail, which only its owner reads.
/// </remarks>
internal sealed class Accounts(
    UserStore users, SessionStore sessions, Passwords passwords, Attempts attempts, Mails mails, PeopleLinks links, PeopleTrail trail,
    PeopleWrites writes, LiveSessions live, PersonTime time)
{
    private const string SessionsEndedByPassword = "password_changed";

    /// <summary>Makes the account, or tells the one who has it. An account that nobody confirmed is taken over by the newest request.</summary>
    public async Task<Refusal?> Register(NewAccount asked, Visitor visitor, CancellationToken cancel)
    {
        var key = EmailAddress.KeyOf(asked.Email);
        if (await attempts.Begin(cancel, attempts.From(visitor.Address), attempts.Mail(key)) is { } refused)
        {
            return refused;
        }

        var hash = passwords.Hash(asked.Password);
        var done = await writes.Run<bool>(async () =>
        {
            var change = new Change();
            var now = time.Now;
            switch (await users.FindByEmail(key, cancel))
            {
                case null:
                    var user = NewUser(asked, key, hash, now);
                    change.Write(UserRows.Insert, user);
                    SendConfirmation(change, user);
                    trail.Record(change, visitor.As(user.Id), "person.register", user.Id, after: PeopleTrail.FieldsOf(user));
                    break;
                case { State: UserState.Active, ConfirmedAt: null } unconfirmed:
                    var again = unconfirmed with { Email = asked.Email, Name = asked.Name, Language = asked.Language, PasswordHash = hash };
                    change.Write(UserRows.Update, again);
                    SendConfirmation(change, again);
                    trail.Record(change, visitor.As(again.Id), "person.register_again", again.Id);
                    break;
                case var known:
                    mails.Queue(change, known, PeopleLetters.AlreadyRegistered, new(known.Name!));
                    trail.Record(change, visitor.Stranger, "person.register_known", known.Id);
                    break;
            }

            return new(change, true);
        }, cancel);
        return done.Refusal;
    }

    /// <summary>Sends the link to confirm again, where there is something to confirm.</summary>
    public Task<Refusal?> Resend(string email, Visitor visitor, CancellationToken cancel) => ByMail(email, visitor, (change, user) =>
    {
        if (user is { State: UserState.Active, ConfirmedAt: null })
        {
            SendConfirmation(change, user);
        }
    }, "person.resend", cancel);

    /// <summary>Sends a link to choose a new password, where somebody can sign in.</summary>
    public Task<Refusal?> Forgot(string email, Visitor visitor, CancellationToken cancel) => ByMail(email, visitor, (change, user) =>
    {
        if (user is { MaySignIn: true })
        {
            links.Send(change, user, Link.Reset, PeopleLetters.ResetPassword);
        }
    }, "password.forgot", cancel);

    public Task<Outcome<User>> Confirm(string token, Visitor visitor, CancellationToken cancel) => WithLink(token, Link.Confirm, visitor,
        (change, user) =>
        {
            var confirmed = user with { ConfirmedAt = user.ConfirmedAt ?? time.Now };
            trail.Record(
                change, visitor.As(user.Id), "person.confirm", user.Id, PeopleTrail.FieldsOf(user), PeopleTrail.FieldsOf(confirmed));
            return confirmed;
        }, cancel);

    /// <summary>A new password by a link from a mail: all sessions end, and what others guessed is forgotten.</summary>
    public async Task<Outcome<User>> Reset(string token, string? password, Visitor visitor, CancellationToken cancel)
    {
        // Before the link is used up: a password that is refused leaves it good.
        var (_, owner) = await FindLink(token, Link.Reset, cancel);
        if (Passwords.Fault(password, owner?.Email ?? "") is { } fault)
        {
            return Refusal.Field("newPassword", fault);
        }

        var hash = passwords.Hash(password!);
        var reset = await WithLink(token, Link.Reset, visitor, (change, user) =>
        {
            trail.Record(change, visitor.As(user.Id), "password.reset", user.Id);
            attempts.Unlock(change, user);
            return ChangePassword(change, user, hash, keep: null);
        }, cancel);
        if (!reset.IsRefused)
        {
            live.ForgetUser(reset.Value.Id);
        }

        return reset;
    }

    /// <summary>A new password by somebody who knows the old one. The session it is done in stays, all others end.</summary>
    public async Task<Outcome<User>> ChangePassword(Person person, string? old, string? password, CancellationToken cancel)
    {
        var proved = await Prove(person, old, cancel);
        if (proved.IsRefused)
        {
            return proved.Refusal!;
        }

        if (Passwords.Fault(password, proved.Value.Email!) is { } fault)
        {
            return Refusal.Field("newPassword", fault);
        }

        var hash = passwords.Hash(password!);
        var changed = await Update(person, (change, user) =>
        {
            trail.Record(change, person.Origin, "password.change", user.Id);
            return ChangePassword(change, user, hash, keep: person.SessionId);
        }, cancel);
        live.ForgetUser(person.UserId);
        return changed;
    }

    public Task<Outcome<User>> Rename(Person person, string? name, string? language, CancellationToken cancel) =>
        Update(person, (change, user) =>
        {
            var next = user with { Name = name ?? user.Name, Language = language ?? user.Language };
            trail.Record(change, person.Origin, "person.update", user.Id, PeopleTrail.FieldsOf(user), PeopleTrail.FieldsOf(next));
            return next;
        }, cancel);

    /// <summary>Erases what is personal. Ids stay where they stand as approver or actor: the law keeps those.</summary>
    /// <returns>The erased user; LAST_OWNER while some team has no other owner.</returns>
    public async Task<Outcome<User>> Erase(Person person, string? password, CancellationToken cancel)
    {
        var proved = await Prove(person, password, cancel);
        if (proved.IsRefused)
        {
            return proved.Refusal!;
        }

        var erased = await Update(person, (change, user) =>
        {
            var next = user.Erased(time.Now);
            change.Write(SessionRows.EndAll, new EndOfSessions(user.Id, time.Now, "account_deleted", null));
            change.Write(SessionRows.EraseMachines, user.Id);
            change.Write(UserRows.ForgetRecoveryCodes, user.Id);
            Outbox.Erase(change, user.Id);
            change.Write(MemberRows.LeaveAll, user.Id);
            attempts.Unlock(change, user);
            trail.Record(change, person.Origin, "person.erase", user.Id, PeopleTrail.FieldsOf(user), PeopleTrail.FieldsOf(next));
            return next;
        }, cancel);
        live.ForgetUser(person.UserId);
        return erased;
    }

    /// <summary>The person, who knows their password. Whoever sits at somebody else's open session does not.</summary>
    public async Task<Outcome<User>> Prove(Person person, string? password, CancellationToken cancel)
    {
        if (password is not { Length: >= 1 and <= Passwords.LengthMax })
        {
            return Refusal.Field("password", "is required");
        }

        var user = await users.Find(person.UserId, cancel);
        if (user is not { MaySignIn: true })
        {
            return new Refusal(Errors.SessionExpired);
        }

        var (account, address) = (attempts.Password(user.EmailKey!), attempts.From(person.Address));
        if (await attempts.Begin(cancel, address, account) is { } refused)
        {
            return refused;
        }

        if (!passwords.Fits(user.PasswordHash, password))
        {
            await trail.RecordAlone(person.Origin, "password.fail", user.Id, cancel);
            return new Refusal(Errors.LoginFailed, "The password is wrong.");
        }

        return await writes.Run<User>(() =>
        {
            var change = new Change();
            Attempts.Forgive(change, account, address);
            return Task.FromResult(new PeopleStep<User>(change, user));
        }, cancel);
    }

    /// <summary>Changes the person who calls, as they are now.</summary>
    public Task<Outcome<User>> Update(Person person, Func<Change, User, User> next, CancellationToken cancel) => writes.Run<User>(async () =>
    {
        if (await users.Find(person.UserId, cancel) is not { MaySignIn: true } user)
        {
            return PeopleStep<User>.Refuse(new(Errors.SessionExpired));
        }

        var change = new Change();
        var changed = next(change, user);
        change.Write(UserRows.Update, changed);
        return new(change, changed);
    }, cancel, (MemberRows.KeepsAnOwner, Errors.LastOwner));

    private async Task<Refusal?> ByMail(
        string email, Visitor visitor, Action<Change, User?> send, string action, CancellationToken cancel)
    {
        var key = EmailAddress.KeyOf(email);
        var subject = attempts.Mail(key);
        if (await attempts.Begin(cancel, attempts.From(visitor.Address), subject) is { } refused)
        {
            return refused;
        }

        var user = await users.FindByEmail(key, cancel);
        var done = await writes.Run<bool>(() =>
        {
            var change = new Change();
            send(change, user);

            // Recorded also when there is nobody: the same statements, and the same time.
            trail.Record(change, visitor.Stranger, action, user?.Id ?? subject.Key);
            return Task.FromResult(new PeopleStep<bool>(change, true));
        }, cancel);
        return done.Refusal;
    }

    private Task<Outcome<User>> WithLink(
        string token, string purpose, Visitor visitor, Func<Change, User, User> next, CancellationToken cancel) => writes.Run<User>(async () =>
    {
        var (link, user) = await FindLink(token, purpose, cancel);
        if (link is null || user is null)
        {
            return await attempts.Begin(cancel, attempts.From(visitor.Address)) is { } refused
                ? PeopleStep<User>.Refuse(refused)
                : PeopleStep<User>.Refuse(new(Errors.LinkInvalid));
        }

        var change = new Change();
        change.Write(SessionRows.UseLink, link with { UsedAt = time.Now });
        var changed = next(change, user);
        change.Write(UserRows.Update, changed);
        return new(change, changed);
    }, cancel);

    private async Task<(Link? Link, User? User)> FindLink(string token, string purpose, CancellationToken cancel)
    {
        var link = SecretText.Fits(token, PeopleLinks.Prefix)
            ? await sessions.FindLink(SecretText.HashOf(token), purpose, cancel)
            : null;
        if (link is not { UsedAt: null } || link.ExpiresAt <= time.Now)
        {
            return (null, null);
        }

        return (link, await users.Find(link.UserId, cancel) is { State: UserState.Active } user ? user : null);
    }

    private User ChangePassword(Change change, User user, string hash, string? keep)
    {
        change.Write(SessionRows.EndAll, new EndOfSessions(user.Id, time.Now, SessionsEndedByPassword, keep));
        change.Write(SessionRows.EndLinks, new Link([], user.Id, Link.Reset, time.Now, time.Now));
        mails.Queue(change, user, PeopleLetters.PasswordChanged, new(user.Name!));
        return user with { PasswordHash = hash, PasswordChangedAt = time.Now };
    }

    private void SendConfirmation(Change change, User user) => links.Send(change, user, Link.Confirm, PeopleLetters.ConfirmAddress);

    private User NewUser(NewAccount asked, string key, string hash, DateTimeOffset now) => new()
    {
        Id = Id.New(User.IdPrefix, time.Clock),
        State = UserState.Active,
        Email = asked.Email,
        EmailKey = key,
        Name = asked.Name,
        Language = asked.Language,
        PasswordHash = hash,
        CreatedAt = now,
        PasswordChangedAt = now,
        Version = 1,
    };
}
