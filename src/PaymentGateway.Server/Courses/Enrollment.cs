using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

internal enum EnrollmentState
{
    Active,
    Closed,
}

internal enum EnrollmentEnd
{
    /// <summary>All that was paid for it went back.</summary>
    Refunded,

    /// <summary>By the merchant's staff.</summary>
    ByStaff,
}

/// <summary>That a student has a course.</summary>
internal sealed record Enrollment
{
    public const string IdPrefix = "enr";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string CourseId { get; init; }

    /// <summary>A person: <c>usr_…</c>.</summary>
    public required string StudentId { get; init; }

    /// <summary>What paid for it; null: the merchant's staff gave it.</summary>
    public string? TransactionId { get; init; }
    public required EnrollmentState State { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public EnrollmentEnd? ClosedWhy { get; init; }

    /// <summary>The same enrolment, over.</summary>
    public Outcome<Enrollment> Close(EnrollmentEnd why, DateTimeOffset when) => State == EnrollmentState.Active
        ? this with { State = EnrollmentState.Closed, ClosedAt = when, ClosedWhy = why }
        : Refusal.InvalidState("enrollment", Words.Of(State), []);
}
