using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Whether a code can be used: pure.</summary>
internal static class DiscountDecisions
{
    /// <summary>Why a code does not count; null: it does. A code that is unknown is refused with the same words, so that none can be guessed.</summary>
    /// <param name="code">Null: there is no such code.</param>
    /// <param name="courseId">What is bought.</param>
    /// <param name="usesOfStudent">Payments of the student that have it and have not failed.</param>
    /// <param name="when">In the merchant's time.</param>
    public static Refusal? WhyNot(DiscountCode? code, string courseId, int usesOfStudent, DateTimeOffset when) => code switch
    {
        null or { IsActive: false } => Refuse("is not a code of this shop"),
        _ when code.StartsAt > when => Refuse("does not count yet"),
        _ when code.EndsAt <= when => Refuse("has expired"),
        { CourseIds: { } courses } when !courses.Contains(courseId) => Refuse("is not for this course"),
        _ when code.Uses >= code.UseLimit => Refuse("was used as often as it can be"),
        _ when usesOfStudent >= code.StudentLimit => Refuse("was used as often as one student can"),
        _ => null,
    };

    private static Refusal Refuse(string sentence) => Refusal.Field(Errors.InvalidDiscountCode, "discountCode", sentence);
}
