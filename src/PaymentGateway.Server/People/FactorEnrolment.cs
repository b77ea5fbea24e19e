using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>What an app is shown to make codes from.</summary>
internal sealed record FactorOffer(byte[] Secret, string Uri);

/// <summary>Second factors of people: offered, confirmed, taken away.</summary>
internal sealed class FactorEnrolment(
    Accounts accounts, UserStore users, SecondFactors factors, SessionStore sessions, Attempts attempts, Mails mails, PeopleTrail trail,
    PeopleWrites writes, LiveSessions live, PersonTime time)
{
    /// <summary>A new secret to scan. It counts once a code of it was given; until then the old one, if any, goes on.</summary>
    public async Task<Outcome<FactorOffer>> Offer(Person person, string? password, CancellationToken cancel)
    {
        var proved = await accounts.Prove(person, password, cancel);
        if (proved.IsRefused)
        {
            return proved.Refusal!;
        }

        // Whoever has one already takes it away first, with a code of it: an open session and a password are not enough to replace it.
        if (proved.Value.HasFactor)
        {
            return Refusal.InvalidState("second factor", "enabled", ["disable"]);
        }

        var (sealedSecret, secret, uri) = factors.Offer(proved.Value);
        var offered = await accounts.Update(person, (_, user) => user with { TotpOffer = sealedSecret }, cancel);
        return offered.IsRefused ? offered.Refusal! : new FactorOffer(secret, uri);
    }

    /// <summary>What was offered and waits for its first code, to be shown again after a wrong one.</summary>
    public async Task<FactorOffer?> PendingOffer(Person person, CancellationToken cancel) =>
        await users.Find(person.UserId, cancel) is { } user ? factors.OfferOf(user) : null;

    /// <summary>Enables what was offered, by a code of it. The session counts as signed in with it; all others end.</summary>
    /// <returns>The recovery codes; INVALID_STATE when nothing was offered, TWO_FACTOR_AUTH_FAILED.</returns>
    public async Task<Outcome<string[]>> Confirm(Person person, string? code, CancellationToken cancel)
    {
        var (account, address) = (attempts.Code(person.UserId), attempts.From(person.Address));
        if (await attempts.Begin(cancel, address, account) is { } refused)
        {
            return refused;
        }

        var enabled = await writes.Run<string[]>(async () =>
        {
            var user = await users.Find(person.UserId, cancel);
            var session = await sessions.Find(person.SessionId, cancel);
            if (user is not { MaySignIn: true } || session is null)
            {
                return PeopleStep<string[]>.Refuse(new(Errors.SessionExpired));
            }

            if (user is not { HasFactor: false, TotpOffer: { } offer })
            {
                return PeopleStep<string[]>.Refuse(Refusal.InvalidState(
                    "second factor", user.HasFactor ? "enabled" : "disabled", user.HasFactor ? ["disable"] : ["enrol"]));
            }

            var change = new Change();
            var next = user with { TotpSecret = offer, TotpOffer = null };
            if (code is not { Length: Totp.Digits } || !factors.TryUse(change, next, code, "second_factor.confirm"))
            {
                await trail.RecordAlone(person.Origin, "second_factor.fail", user.Id, cancel);
                return PeopleStep<string[]>.Refuse(new(Errors.TwoFactorAuthFailed));
            }

            Attempts.Forgive(change, account, address);
            change.Write(UserRows.Update, next).Write(SessionRows.Update, session with { HasFactor = true });
            EndOthers(change, person, "second_factor_enabled");
            Tell(change, person, user, next, FactorChangeKind.Enabled);
            return new(change, factors.RenewRecoveryCodes(change, user));
        }, cancel);
        live.ForgetUser(person.UserId);
        return enabled;
    }

    /// <summary>Takes the second factor away: with the password and a code, or a recovery code.</summary>
    public async Task<Outcome<bool>> Disable(Person person, string? password, string? code, CancellationToken cancel)
    {
        var proved = await accounts.Prove(person, password, cancel);
        if (proved.IsRefused)
        {
            return proved.Refusal!;
        }

        var disabled = await WithCode(person, code, "second_factor.disable", (change, user) =>
        {
            var next = user with { TotpSecret = null, TotpOffer = null };
            change.Write(UserRows.Update, next).Write(UserRows.ForgetRecoveryCodes, user.Id);
            Tell(change, person, user, next, FactorChangeKind.Disabled);
            return true;
        }, cancel);
        live.ForgetUser(person.UserId);
        return disabled;
    }

    /// <summary>New recovery codes in place of all earlier ones, for a code of the app.</summary>
    public Task<Outcome<string[]>> RenewRecoveryCodes(Person person, string? code, CancellationToken cancel) =>
        WithCode(person, code is { Length: Totp.Digits } ? code : null, "second_factor.recovery_codes", (change, user) =>
        {
            Tell(change, person, user, user, FactorChangeKind.RecoveryCodes);
            return factors.RenewRecoveryCodes(change, user);
        }, cancel);

    private async Task<Outcome<T>> WithCode<T>(
        Person person, string? code, string operation, Func<Change, User, T> next, CancellationToken cancel)
    {
        var (account, address) = (attempts.Code(person.UserId), attempts.From(person.Address));
        if (await attempts.Begin(cancel, address, account) is { } refused)
        {
            return refused;
        }

        var isUsed = false;
        return await writes.Run<T>(async () =>
        {
            if (await users.Find(person.UserId, cancel) is not { MaySignIn: true } user)
            {
                return PeopleStep<T>.Refuse(new(Errors.SessionExpired));
            }

            if (!user.HasFactor)
            {
                return PeopleStep<T>.Refuse(Refusal.InvalidState("second factor", "disabled", ["enrol"]));
            }

            var change = new Change();
            if (code is null || isUsed || !factors.TryUse(change, user, code, operation))
            {
                await trail.RecordAlone(person.Origin, "second_factor.fail", user.Id, cancel);
                return PeopleStep<T>.Refuse(new(Errors.TwoFactorAuthFailed));
            }

            isUsed = true;
            Attempts.Forgive(change, account, address);
            return new(change, next(change, user));
        }, cancel);
    }

    private void EndOthers(Change change, Person person, string why) =>
        change.Write(SessionRows.EndAll, new EndOfSessions(person.UserId, time.Now, why, person.SessionId));

    private void Tell(Change change, Person person, User before, User after, FactorChangeKind what)
    {
        mails.Queue(change, before, PeopleLetters.SecondFactorChanged, new(before.Name!, what));
        trail.Record(
            change, person.Origin, $"second_factor.{Words.Of(what)}", before.Id, PeopleTrail.FieldsOf(before), PeopleTrail.FieldsOf(after));
    }
}
