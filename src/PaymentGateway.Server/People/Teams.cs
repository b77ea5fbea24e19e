using System.Text.Json.Nodes;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>Teams of merchants: invited, joined, given other roles, left.</summary>
internal sealed class Teams(
    MemberStore store, UserStore users, Mails mails, PeopleLinks links, Attempts attempts, PeopleTrail trail, PeopleWrites writes,
    PersonTime time)
{
    public const string InvitationPrefix = "join";

    /// <summary>
    /// Invites an address, or invites it anew with other roles. A person of the team does; a secret key may invite the first owner only, or
    /// whoever finds a key could appoint the people who are to watch over its use.
    /// </summary>
    public Task<Outcome<Invitation>> Invite(Caller caller, string email, IReadOnlyList<PersonRole> roles, CancellationToken cancel)
    {
        var (secret, key) = (SecretText.New(InvitationPrefix), EmailAddress.KeyOf(email));
        return writes.Run<Invitation>(async () =>
        {
            var team = caller.Tenant.MerchantId;
            if (caller.Person is null && (await store.OwnersOf(team, cancel) > 0 || !roles.Contains(PersonRole.Owner)))
            {
                return PeopleStep<Invitation>.Refuse(new(Errors.UnauthorizedAccess,
                    "A secret key can invite the first owner of a team; everybody else is invited by a person of it."));
            }

            var change = new Change();
            if (await store.FindPending(team, key, cancel) is { } before)
            {
                change.Write(MemberRows.Settle, Closed(before, InvitationState.Withdrawn, acceptedBy: null));
            }

            var now = time.Now;
            var invitation = new Invitation
            {
                Id = Id.New(Invitation.IdPrefix, time.Clock),
                MerchantId = team,
                Email = email,
                EmailKey = key,
                Roles = roles,
                State = InvitationState.Pending,
                Sha256 = SecretText.HashOf(secret),
                InvitedBy = caller.Origin.Actor,
                CreatedAt = now,
                ExpiresAt = now + Invitation.Life,
                Version = 1,
            };
            change.Write(MemberRows.Invite, invitation);
            mails.Queue(
                change, email, PeopleLetters.Invitation, new(team, links.Address("join", secret), (int)Invitation.Life.TotalDays));
            trail.RecordTeam(change, caller.Tenant, caller.Origin, "invitation.create", invitation.Id, after: FieldsOf(roles));
            return new(change, invitation);
        }, cancel);
    }

    public Task<Outcome<Invitation>> Withdraw(Caller caller, string invitationId, CancellationToken cancel) => writes.Run<Invitation>(async () =>
    {
        var invitation = await store.FindInvitation(caller.Tenant.MerchantId, invitationId, cancel);
        if (!IsOpen(invitation))
        {
            return PeopleStep<Invitation>.Refuse(new(Errors.InvitationNotFound));
        }

        var change = new Change();
        change.Write(MemberRows.Settle, Closed(invitation!, InvitationState.Withdrawn, acceptedBy: null));
        trail.RecordTeam(change, caller.Tenant, caller.Origin, "invitation.withdraw", invitation!.Id);
        return new(change, invitation);
    }, cancel);

    /// <summary>Joins the team: with the link, and only as the person whose address was invited.</summary>
    public async Task<Outcome<Membership>> Accept(Person person, string token, CancellationToken cancel)
    {
        var joined = await writes.Run<Membership>(async () =>
        {
            var invitation = SecretText.Fits(token, InvitationPrefix) ? await store.FindInvitation(SecretText.HashOf(token), cancel) : null;
            var user = await users.Find(person.UserId, cancel);
            if (!IsOpen(invitation) || user is not { MaySignIn: true } || user.EmailKey != invitation!.EmailKey)
            {
                return PeopleStep<Membership>.Refuse(
                    await attempts.Begin(cancel, attempts.From(person.Address)) ?? new Refusal(Errors.LinkInvalid));
            }

            var change = new Change();
            change.Write(MemberRows.Settle, Closed(invitation, InvitationState.Accepted, user.Id));
            var known = await store.Find(invitation.MerchantId, user.Id, cancel);
            var next = known is null
                ? new Membership(invitation.MerchantId, user.Id, invitation.Roles, time.Now, Version: 1)
                : known with { Roles = invitation.Roles };
            change.Write(known is null ? MemberRows.Insert : MemberRows.Update, next);
            RecordInBoth(change, person.Origin, "member.join", next, known?.Roles, next.Roles);
            return new(change, next);
        }, cancel, (MemberRows.KeepsAnOwner, Errors.LastOwner));
        if (!joined.IsRefused)
        {
            store.Forget(joined.Value.MerchantId, person.UserId);
        }

        return joined;
    }

    /// <returns>MEMBER_NOT_FOUND, LAST_OWNER.</returns>
    public Task<Outcome<Membership>> ChangeRoles(Caller caller, string userId, IReadOnlyList<PersonRole> roles, CancellationToken cancel) =>
        Change(caller, userId, (change, member) =>
        {
            var next = member with { Roles = roles };
            change.Write(MemberRows.Update, next);
            RecordInBoth(change, caller.Origin, "member.change_roles", next, member.Roles, roles);
            return next;
        }, cancel);

    /// <returns>MEMBER_NOT_FOUND, LAST_OWNER.</returns>
    public Task<Outcome<Membership>> Remove(Caller caller, string userId, CancellationToken cancel) => Change(caller, userId, (change, member) =>
    {
        change.Write(MemberRows.Delete, member);
        RecordInBoth(change, caller.Origin, "member.remove", member, member.Roles, after: null);
        return member;
    }, cancel);

    private async Task<Outcome<Membership>> Change(
        Caller caller, string userId, Func<Change, Membership, Membership> next, CancellationToken cancel)
    {
        var changed = await writes.Run<Membership>(async () =>
        {
            if (await store.Find(caller.Tenant.MerchantId, userId, cancel) is not { } member)
            {
                return PeopleStep<Membership>.Refuse(new(Errors.MemberNotFound));
            }

            var change = new Change();
            return new(change, next(change, member));
        }, cancel, (MemberRows.KeepsAnOwner, Errors.LastOwner));
        store.Forget(caller.Tenant.MerchantId, userId);
        return changed;
    }

    private bool IsOpen(Invitation? invitation) => invitation is { State: InvitationState.Pending } && invitation.ExpiresAt > time.Now;

    private static Invitation Closed(Invitation invitation, InvitationState state, string? acceptedBy) =>
        invitation with { State = state, Email = null, EmailKey = null, AcceptedBy = acceptedBy };

    /// <summary>A team works in both modes, so both of its audit logs tell of it.</summary>
    private void RecordInBoth(
        Change change, Origin origin, string action, Membership member, IReadOnlyList<PersonRole>? before, IReadOnlyList<PersonRole>? after)
    {
        foreach (var mode in Enum.GetValues<Mode>())
        {
            trail.RecordTeam(change, new(member.MerchantId, mode), origin, action, member.UserId,
                before is null ? null : FieldsOf(before), after is null ? null : FieldsOf(after));
        }
    }

    private static JsonObject FieldsOf(IEnumerable<PersonRole> roles) =>
        new() { ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)Words.Of(role))]) };
}
