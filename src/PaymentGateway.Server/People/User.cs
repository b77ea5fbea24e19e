namespace PaymentGateway.People;

/// <summary>Whether a person may sign in.</summary>
internal enum UserState
{
    Active,

    /// <summary>The operator has closed the account; nothing of it is lost.</summary>
    Disabled,

    /// <summary>Nothing personal is left of it.</summary>
    Deleted,
}

/// <summary>A person with a password. What is personal is null once the account is deleted.</summary>
internal sealed record User
{
    public const string IdPrefix = "usr";

    public required string Id { get; init; }
    public required UserState State { get; init; }
    public string? Email { get; init; }

    /// <summary>The address as it is compared: <see cref="EmailAddress.KeyOf"/>.</summary>
    public string? EmailKey { get; init; }
    public string? Name { get; init; }

    /// <summary><c>en</c>, <c>hi</c>, <c>kk</c> or <c>ru</c>.</summary>
    public required string Language { get; init; }
    public string? PasswordHash { get; init; }

    /// <summary>What the person may do for the whole installation, beside what memberships allow.</summary>
    public IReadOnlyList<PersonRole> PlatformRoles { get; init; } = [];

    /// <summary>The sealed secret of the one-time codes; null: no second factor.</summary>
    public string? TotpSecret { get; init; }

    /// <summary>A sealed secret that was shown, of which no code was given yet.</summary>
    public string? TotpOffer { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person proved to read the mail of the address; null: nobody can sign in.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public DateTimeOffset? PasswordChangedAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    public bool MaySignIn => State == UserState.Active && ConfirmedAt is not null;

    public bool HasFactor => TotpSecret is not null;

    /// <summary>The same person without anything personal, for good.</summary>
    public User Erased(DateTimeOffset now) => this with
    {
        State = UserState.Deleted,
        Email = null,
        EmailKey = null,
        Name = null,
        PasswordHash = null,
        PlatformRoles = [],
        TotpSecret = null,
        TotpOffer = null,
        DisabledAt = null,
        DeletedAt = now,
    };
}
