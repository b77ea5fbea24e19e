using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <param name="Password">12 to 128 characters.</param>
/// <param name="Language"><c>en</c>, <c>hi</c>, <c>kk</c> or <c>ru</c>; English when absent.</param>
internal sealed record RegisterBody(string? Email, string? Password, string? Name, string? Language);

internal sealed record EmailBody(string? Email);

/// <param name="Token">What stands behind the # of the link.</param>
internal sealed record LinkBody(string? Token);

/// <param name="Token">What stands behind the # of the link.</param>
/// <param name="NewPassword">12 to 128 characters.</param>
internal sealed record ResetPasswordBody(string? Token, string? NewPassword);

/// <param name="Code">The one-time code of the app, or a recovery code; needed when a second factor is enabled.</param>
/// <param name="Cookie">True: the refresh token comes as a cookie that no script can read, and not in the answer.</param>
internal sealed record LoginBody(string? Email, string? Password, string? Code, bool? Cookie);

/// <param name="RefreshToken">Absent: that of the cookie.</param>
internal sealed record RefreshBody(string? RefreshToken);

/// <param name="Password">The present one.</param>
/// <param name="NewPassword">12 to 128 characters.</param>
internal sealed record ChangePasswordBody(string? Password, string? NewPassword);

internal sealed record PasswordBody(string? Password);

/// <param name="Name">1 to 100 characters; absent: as it is.</param>
/// <param name="Language">Absent: as it is.</param>
internal sealed record UpdateMeBody(string? Name, string? Language);

/// <param name="Code">Six digits of the app.</param>
internal sealed record CodeBody(string? Code);

/// <param name="Password">The present one.</param>
/// <param name="Code">Six digits of the app, or a recovery code.</param>
internal sealed record DisableFactorBody(string? Password, string? Code);

/// <param name="Status">What is on its way; the same whether the address has an account or not.</param>
internal sealed record MailSentView(string Status);

/// <param name="Done">True.</param>
internal sealed record DoneView(bool Done)
{
    public static DoneView Yes { get; } = new(true);
}

/// <param name="AccessToken">A JWT, to be sent as Bearer.</param>
/// <param name="ExpiresIn">Seconds until it ends.</param>
/// <param name="RefreshToken">Good once: it is exchanged for the next pair. Absent when it comes as a cookie.</param>
/// <param name="RefreshExpiresAt">Then the person signs in anew.</param>
internal sealed record TokensView(
    string AccessToken, string TokenType, int ExpiresIn, string? RefreshToken, DateTimeOffset RefreshExpiresAt, string SessionId)
{
    public static TokensView Of(SignedIn given, bool asCookie) => new(
        given.AccessToken, "Bearer", (int)AccessTokens.Life.TotalSeconds, asCookie ? null : given.RefreshToken,
        given.Session.ExpiresAt, given.Session.Id);
}

/// <param name="Current">The one that this call belongs to.</param>
/// <param name="SecondFactor">A one-time code was given in it.</param>
internal sealed record SessionView(
    string Id, bool Current, string? IpAddress, string? UserAgent, bool SecondFactor, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt,
    DateTimeOffset ExpiresAt)
{
    public static SessionView Of(Session session, Person person) => new(
        session.Id, session.Id == person.SessionId, session.Address, session.Agent, session.HasFactor, session.CreatedAt, session.RefreshedAt,
        session.ExpiresAt);
}

internal sealed record MembershipView(string MerchantId, IReadOnlyList<string> Roles, DateTimeOffset JoinedAt)
{
    public static MembershipView Of(Membership membership) =>
        new(membership.MerchantId, [.. membership.Roles.Select(Words.Of)], membership.CreatedAt);
}

/// <param name="Roles">Those of the whole installation.</param>
/// <param name="SecondFactor">Whether one is enabled.</param>
/// <param name="SecondFactorRequired">Some role of theirs may act only with one.</param>
/// <param name="Merchants">The teams they are in, at most 100.</param>
internal sealed record MeView(
    string Id, string Email, string Name, string Language, IReadOnlyList<string> Roles, bool SecondFactor, bool SecondFactorRequired,
    int RecoveryCodesLeft, IReadOnlyList<MembershipView> Merchants, DateTimeOffset CreatedAt);

/// <param name="Secret">To type into an app that has no camera.</param>
/// <param name="Uri">What the QR code holds.</param>
/// <param name="QrSvg">The QR code as SVG.</param>
/// <param name="QrPng">The QR code as PNG, in base64.</param>
internal sealed record FactorOfferView(string Secret, string Uri, string QrSvg, string QrPng);

/// <param name="RecoveryCodes">Each is good once, in place of a code of the app. Shown in this answer only.</param>
internal sealed record RecoveryCodesView(IReadOnlyList<string> RecoveryCodes);

internal sealed record CsrfTokenView(string CsrfToken);

/// <param name="Roles">owner, developer, finance, support.</param>
internal sealed record InviteBody(string? Email, IReadOnlyList<string>? Roles);

internal sealed record ChangeRolesBody(IReadOnlyList<string>? Roles);

internal sealed record MemberView(string Id, string Name, string Email, IReadOnlyList<string> Roles, bool SecondFactor, DateTimeOffset JoinedAt)
{
    public static MemberView Of(Member member) => new(
        member.Membership.UserId, member.Name, member.Email, [.. member.Membership.Roles.Select(Words.Of)], member.HasFactor,
        member.Membership.CreatedAt);
}

/// <param name="InvitedBy"><c>user:</c> and the id of a person, <c>key:</c> and a publishable key.</param>
internal sealed record InvitationView(
    string Id, string Email, IReadOnlyList<string> Roles, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static InvitationView Of(Invitation invitation) => new(
        invitation.Id, invitation.Email!, [.. invitation.Roles.Select(Words.Of)], invitation.InvitedBy, invitation.CreatedAt,
        invitation.ExpiresAt);
}
