using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>A course as it is sent.</summary>
/// <param name="Price">Without tax.</param>
/// <param name="Tax">What holds from when on, the oldest first.</param>
internal sealed record CourseView(
    string Id, string Title, string Instructor, decimal Price, string Currency, bool Active, IReadOnlyList<TaxTermView> Tax,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static CourseView Of(Course course) => new(
        course.Id, course.Title, course.Instructor, course.Price.ToMajor(), course.Price.Currency.Code, course.IsActive,
        [.. course.Tax.Select(term => new TaxTermView(Words.Of(term.Class), term.Percent, term.Sac, term.AppliesFrom))],
        course.CreatedAt, course.UpdatedAt);
}

/// <param name="Class">exempt or taxable.</param>
/// <param name="Percent">Of a taxable course.</param>
/// <param name="Sac">Service accounting code.</param>
internal sealed record TaxTermView(string Class, decimal? Percent, string? Sac, DateTimeOffset AppliesFrom);

/// <summary>A discount code as it is sent.</summary>
/// <param name="Uses">Payments that have it and have not failed.</param>
internal sealed record DiscountCodeView(
    string Id, string Code, decimal? Percent, decimal? Amount, string? Currency, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt,
    int? UseLimit, int? StudentLimit, IReadOnlyList<string>? CourseIds, string? Partner, bool Active, int Uses, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static DiscountCodeView Of(DiscountCode code) => new(
        code.Id, code.Code, code.Percent, code.Amount?.ToMajor(), code.Amount?.Currency.Code, code.StartsAt, code.EndsAt, code.UseLimit,
        code.StudentLimit, code.CourseIds, code.Partner, code.IsActive, code.Uses, code.CreatedAt, code.UpdatedAt);
}

/// <summary>An enrolment as it is sent.</summary>
/// <param name="TransactionId">What paid for it; absent when the merchant's staff gave it.</param>
/// <param name="Status">active or closed.</param>
/// <param name="ClosedWhy">refunded or by_staff.</param>
internal sealed record EnrollmentView(
    string Id, string CourseId, string StudentId, string? TransactionId, string Status, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt,
    string? ClosedWhy)
{
    public static EnrollmentView Of(Enrollment enrollment) => new(
        enrollment.Id, enrollment.CourseId, enrollment.StudentId, enrollment.TransactionId, Words.Of(enrollment.State), enrollment.OpenedAt,
        enrollment.ClosedAt, enrollment.ClosedWhy is { } why ? Words.Of(why) : null);
}
