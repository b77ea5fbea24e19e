using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>What the operator of the installation does about people: there is no endpoint for it.</summary>
public sealed class PeopleOperator
{
    private readonly UserStore users;
    private readonly PeopleWrites writes;
    private readonly PeopleTrail trail;
    private readonly PersonTime time;

    internal PeopleOperator(UserStore users, PeopleWrites writes, PeopleTrail trail, PersonTime time) =>
        (this.users, this.writes, this.trail, this.time) = (users, writes, trail, time);

    /// <summary>The roles that hold for the whole installation, by their words.</summary>
    public static IReadOnlyList<string> PlatformRoles { get; } = [.. Roles.OfPlatform.Select(Words.Of)];

    /// <summary>Gives a person these platform roles and no others.</summary>
    /// <returns>The id of the person; null when nobody has confirmed the address.</returns>
    public Task<string?> SetRoles(string email, IReadOnlyCollection<string> roles, CancellationToken cancel) =>
        Change(email, "person.set_roles", (_, user) => user.MaySignIn
            ? user with { PlatformRoles = [.. Roles.OfPlatform.Where(role => roles.Contains(Words.Of(role)))] }
            : null, cancel);

    /// <summary>Closes an account and ends its sessions; nothing of it is lost.</summary>
    /// <returns>The id of the person; null when there is none such that is open.</returns>
    public Task<string?> Disable(string email, CancellationToken cancel) => Change(email, "person.disable", (change, user) =>
    {
        change.Write(SessionRows.EndAll, new EndOfSessions(user.Id, time.Now, "account_disabled", null));
        return user.State == UserState.Active ? user with { State = UserState.Disabled, DisabledAt = time.Now } : null;
    }, cancel);

    /// <summary>Opens an account that was closed.</summary>
    /// <returns>The id of the person; null when there is none such that is closed.</returns>
    public Task<string?> Enable(string email, CancellationToken cancel) => Change(email, "person.enable", (_, user) =>
        user.State == UserState.Disabled ? user with { State = UserState.Active, DisabledAt = null } : null, cancel);

    private async Task<string?> Change(string email, string action, Func<Change, User, User?> next, CancellationToken cancel)
    {
        var done = await writes.Run<string>(async () =>
        {
            var change = new Change();
            if (await users.FindByEmail(EmailAddress.KeyOf(email), cancel) is not { } user || next(change, user) is not { } changed)
            {
                return PeopleStep<string>.Refuse(new(Errors.NotFound));
            }

            change.Write(UserRows.Update, changed);
            trail.Record(change, Origin.System, action, user.Id, PeopleTrail.FieldsOf(user), PeopleTrail.FieldsOf(changed));
            return new(change, user.Id);
        }, cancel);
        return done.IsRefused ? null : done.Value;
    }
}
