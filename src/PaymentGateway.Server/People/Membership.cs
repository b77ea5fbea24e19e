namespace PaymentGateway.People;

/// <summary>What a person is for one merchant, in both modes.</summary>
internal sealed record Membership(
    string MerchantId, string UserId, IReadOnlyList<PersonRole> Roles, DateTimeOffset CreatedAt, int Version);

/// <summary>A member as the team sees them.</summary>
internal sealed record Member(Membership Membership, string Name, string Email, bool HasFactor);

internal enum InvitationState
{
    Pending,
    Accepted,
    Withdrawn,
}

/// <summary>Somebody who is asked by mail to join a team. The address is kept no longer than it waits.</summary>
internal sealed record Invitation
{
    public const string IdPrefix = "inv";
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public string? Email { get; init; }
    public string? EmailKey { get; init; }
    public required IReadOnlyList<PersonRole> Roles { get; init; }
    public required InvitationState State { get; init; }
    public required byte[] Sha256 { get; init; }

    /// <summary>The actor: <c>user:…</c>, or <c>key:…</c> for the first owner.</summary>
    public required string InvitedBy { get; init; }
    public string? AcceptedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required int Version { get; init; }
}
