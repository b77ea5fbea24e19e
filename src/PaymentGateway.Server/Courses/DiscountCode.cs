using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>What takes something off the price of courses.</summary>
internal sealed record DiscountCode
{
    public const string IdPrefix = "disc";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }

    /// <summary>What students type, in capitals.</summary>
    public required string Code { get; init; }

    /// <summary>Of the price; or else an amount.</summary>
    public decimal? Percent { get; init; }
    public Money? Amount { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>How often it can be used by all together; null: as often as they like.</summary>
    public int? UseLimit { get; init; }

    /// <summary>How often by one student.</summary>
    public int? StudentLimit { get; init; }

    /// <summary>The only courses it is for; null: all.</summary>
    public IReadOnlyList<string>? CourseIds { get; init; }

    /// <summary>Whose it is, for the report of who sent how many.</summary>
    public string? Partner { get; init; }
    public required bool IsActive { get; init; }

    /// <summary>Payments that have it and have not failed.</summary>
    public int Uses { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts the writes of its fields; uses are counted beside.</summary>
    public required int Version { get; init; }

    /// <summary>As students may type it.</summary>
    public static string Normal(string code) => code.Trim().ToUpperInvariant();
}
