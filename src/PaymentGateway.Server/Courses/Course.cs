using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>How a course stands to the goods and services tax.</summary>
internal enum TaxClass
{
    /// <summary>Education by an institution that the law names: no tax, whatever the rate.</summary>
    Exempt,
    Taxable,
}

/// <summary>The tax on a course from a day on. Terms are only added: what was sold before keeps what held then.</summary>
/// <param name="Percent">Of a taxable course.</param>
/// <param name="Sac">The service accounting code, six digits; a taxable course has one.</param>
internal sealed record TaxTerm(DateTimeOffset AppliesFrom, TaxClass Class, decimal? Percent, string? Sac);

/// <summary>What students pay for.</summary>
internal sealed record Course
{
    public const string IdPrefix = "course";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string Title { get; init; }
    public required string Instructor { get; init; }

    /// <summary>Without tax, which comes on top.</summary>
    public required Money Price { get; init; }

    /// <summary>The oldest first; the first one holds since the course is there.</summary>
    public required IReadOnlyList<TaxTerm> Tax { get; init; }

    /// <summary>Whether it is sold. Who has it keeps it.</summary>
    public required bool IsActive { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    /// <summary>What holds at a time.</summary>
    public TaxTerm TaxAt(DateTimeOffset when) => Tax.LastOrDefault(term => term.AppliesFrom <= when) ?? Tax[0];
}
