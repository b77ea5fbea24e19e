using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>The team of a merchant, and who is invited to it.</summary>
internal sealed class MembersApi(Teams teams, MemberStore store, PersonTime time)
{
    public static void Map(IEndpointRouteBuilder routes, MembersApi api)
    {
        var team = routes.MapGroup("/api/payments/merchants/{merchantId}").WithTags("Merchants")
            .WithMetadata(new RequiresKey(KeyKind.Secret), new TakesNoIdempotencyKey());
        team.MapGet("members", api.List).WithName("listMembers").WithSummary("List the team")
            .WithDescription("The people of the merchant in both modes, newest account first.").Produces<ListView<MemberView>>()
            .Filters()
            .Example(OperationExample.ListOf(AuthExamples.Member))
            .Errors(Errors.MerchantNotFound);
        team.MapPatch("members/{userId}", api.ChangeRoles).WithName("changeMemberRoles").WithSummary("Change the roles of a member")
            .WithDescription("The roles that are sent are all that they have. Somebody stays an owner.").Produces<MembershipView>()
            .Example(AuthExamples.ChangeRoles, AuthExamples.Membership)
            .Errors(Errors.MerchantNotFound, Errors.MemberNotFound, Errors.LastOwner);
        team.MapDelete("members/{userId}", api.Remove).WithName("removeMember").WithSummary("Remove a member")
            .WithDescription("Their sessions go on, but not for this merchant. The last owner stays.").Produces<DoneView>()
            .Example(AuthExamples.Done)
            .Errors(Errors.MerchantNotFound, Errors.MemberNotFound, Errors.LastOwner);
        team.MapPost("invitations", api.Invite).WithName("inviteMember").WithSummary("Invite somebody to the team")
            .WithDescription("Mails a link that works for seven days, for the person of that address. Inviting again replaces the invitation. A "
                + "secret key can invite the first owner only.")
            .Produces<InvitationView>(StatusCodes.Status201Created)
            .Example(AuthExamples.Invite, AuthExamples.Invitation)
            .Errors(Errors.MerchantNotFound);
        team.MapGet("invitations", api.ListInvitations).WithName("listInvitations").WithSummary("List who is invited")
            .WithDescription("Those that nobody accepted yet, newest first.").Produces<ListView<InvitationView>>()
            .Filters()
            .Example(OperationExample.ListOf(AuthExamples.Invitation))
            .Errors(Errors.MerchantNotFound);
        team.MapDelete("invitations/{invitationId}", api.Withdraw).WithName("withdrawInvitation").WithSummary("Withdraw an invitation")
            .WithDescription("Its link stops working.").Produces<DoneView>()
            .Example(AuthExamples.Done)
            .Errors(Errors.MerchantNotFound, Errors.InvitationNotFound);
        routes.MapPost("/api/auth/invitations/accept", api.Accept).WithTags("People")
            .WithMetadata(new RequiresPerson(), new TakesNoIdempotencyKey())
            .WithName("acceptInvitation").WithSummary("Join a team")
            .WithDescription("With the token of the link, as the person whose address was invited.").Produces<MembershipView>()
            .Example(AuthExamples.Join, AuthExamples.Membership)
            .Errors(Errors.LinkInvalid, Errors.LastOwner, Errors.TooManyAttempts);
    }

    private async Task<Answer> List(Caller caller, string merchantId, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, User.IdPrefix);
        if ((query.Refusal ?? Strange(caller, merchantId)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var rows = await store.List(merchantId, query.Value.Before, query.Value.Limit + 1, cancel);
        return Answer.Ok(query.Value.Page(rows, member => member.Membership.UserId, MemberView.Of));
    }

    private async Task<Answer> ListInvitations(Caller caller, string merchantId, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Invitation.IdPrefix);
        if ((query.Refusal ?? Strange(caller, merchantId)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var rows = await store.ListInvitations(merchantId, query.Value.Before, time.Now, query.Value.Limit + 1, cancel);
        return Answer.Ok(query.Value.Page(rows, invitation => invitation.Id, InvitationView.Of));
    }

    private async Task<Answer> Invite(Caller caller, string merchantId, Body<InviteBody> body, CancellationToken cancel)
    {
        var email = AuthFields.ReadEmail(body.Value.Email);
        var roles = AuthFields.ReadRoles(body.Value.Roles);
        if ((email.Refusal ?? roles.Refusal ?? Strange(caller, merchantId)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var invited = await teams.Invite(caller, email.Value, roles.Value, cancel);
        return invited.Refusal is { } refused
            ? Answer.Of(refused, caller.RequestId)
            : Answer.Created(InvitationView.Of(invited.Value), $"/api/payments/merchants/{merchantId}/invitations");
    }

    private async Task<Answer> Withdraw(Caller caller, string merchantId, string invitationId, CancellationToken cancel) =>
        Strange(caller, merchantId) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : AnswerOf(await teams.Withdraw(caller, invitationId, cancel), _ => DoneView.Yes, caller.RequestId);

    private async Task<Answer> ChangeRoles(
        Caller caller, string merchantId, string userId, Body<ChangeRolesBody> body, CancellationToken cancel)
    {
        var roles = AuthFields.ReadRoles(body.Value.Roles);
        return (roles.Refusal ?? Strange(caller, merchantId) ?? OfPeopleOnly(caller)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : AnswerOf(await teams.ChangeRoles(caller, userId, roles.Value, cancel), MembershipView.Of, caller.RequestId);
    }

    private async Task<Answer> Remove(Caller caller, string merchantId, string userId, CancellationToken cancel) =>
        (Strange(caller, merchantId) ?? OfPeopleOnly(caller)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : AnswerOf(await teams.Remove(caller, userId, cancel), _ => DoneView.Yes, caller.RequestId);

    private async Task<Answer> Accept(Person person, Body<LinkBody> body, CancellationToken cancel) =>
        AnswerOf(await teams.Accept(person, body.Value.Token ?? "", cancel), MembershipView.Of, person.RequestId);

    private static Answer AnswerOf<T>(Outcome<T> outcome, Func<T, object> view, string requestId) =>
        outcome.Refusal is { } refusal ? Answer.Of(refusal, requestId) : Answer.Ok(view(outcome.Value));

    /// <summary>Another merchant's team is not found, never forbidden.</summary>
    private static Refusal? Strange(Caller caller, string merchantId) =>
        merchantId == caller.Tenant.MerchantId ? null : new Refusal(Errors.MerchantNotFound);

    /// <summary>Whoever finds a key must not be able to appoint those who watch over its use.</summary>
    private static Refusal? OfPeopleOnly(Caller caller) =>
        caller.Person is null ? new Refusal(Errors.UnauthorizedAccess, "A team is changed by a person of it, not by a key.") : null;
}
