namespace PaymentGateway.People;

/// <summary>One sign-in of a person on one device: the family of all refresh tokens that follow from it.</summary>
internal sealed record Session
{
    public const string IdPrefix = "ses";

    /// <summary>Without a refresh it ends; each refresh moves the end.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromDays(14);

    /// <summary>Then the person signs in anew, however often it was refreshed.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromDays(90);

    public required string Id { get; init; }
    public required string UserId { get; init; }

    /// <summary>Which of its refresh tokens is good; all before it are used up.</summary>
    public required int Generation { get; init; }

    /// <summary>The person has given a one-time code in it.</summary>
    public required bool HasFactor { get; init; }
    public string? Address { get; init; }

    /// <summary>What the browser calls itself, cut short: for the person to tell sessions apart.</summary>
    public string? Agent { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset RefreshedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedWhy { get; init; }
    public required int Version { get; init; }

    public bool IsAlive(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now;

    /// <summary>With the next refresh token.</summary>
    public Session Refreshed(DateTimeOffset now)
    {
        var end = now + IdleMax;
        var last = CreatedAt + LifeMax;
        return this with { Generation = Generation + 1, RefreshedAt = now, ExpiresAt = end < last ? end : last };
    }

    /// <summary>Used by a page, whose token stays the same.</summary>
    public Session Used(DateTimeOffset now) => Refreshed(now) with { Generation = Generation };

    public Session Revoked(DateTimeOffset now, string why) => this with { RevokedAt = now, RevokedWhy = why };
}

/// <summary>A refresh token as it is kept.</summary>
internal sealed record RefreshToken(byte[] Sha256, string SessionId, int Generation);
