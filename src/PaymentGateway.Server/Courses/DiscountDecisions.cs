using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Why a code does not count.</summary>
internal enum DiscountFault
{
    Unknown,
    NotYet,
    Expired,
    OtherCourse,
    UsedUp,
    UsedByStudent,
}

/// <summary>Whether a code can be used: pure.</summary>
internal static class DiscountDecisions
{
    /// <summary>The detail of a refusal that says which <see cref="DiscountFault"/> it is.</summary>
    public const string ReasonDetail = "reason";

    /// <summary>Why a code does not count; null: it does. A code that is unknown is refused with the same words, so that none can be guessed.</summary>
    /// <param name="code">Null: there is no such code.</param>
    /// <param name="courseId">What is bought.</param>
    /// <param name="usesOfStudent">Payments of the student that have it and have not failed.</param>
    /// <param name="when">In the merchant's time.</param>
    public static Refusal? WhyNot(DiscountCode? code, string courseId, int usesOfStudent, DateTimeOffset when) =>
        FaultOf(code, courseId, usesOfStudent, when) is { } fault ? Refuse(fault) : null;

    private static DiscountFault? FaultOf(DiscountCode? code, string courseId, int usesOfStudent, DateTimeOffset when) => code switch
    {
        null or { IsActive: false } => DiscountFault.Unknown,
        _ when code.StartsAt > when => DiscountFault.NotYet,
        _ when code.EndsAt <= when => DiscountFault.Expired,
        { CourseIds: { } courses } when !courses.Contains(courseId) => DiscountFault.OtherCourse,
        _ when code.Uses >= code.UseLimit => DiscountFault.UsedUp,
        _ when usesOfStudent >= code.StudentLimit => DiscountFault.UsedByStudent,
        _ => null,
    };

    private static Refusal Refuse(DiscountFault fault)
    {
        var refusal = Refusal.Field(Errors.InvalidDiscountCode, "discountCode", fault switch
        {
            DiscountFault.Unknown => "is not a code of this shop",
            DiscountFault.NotYet => "does not count yet",
            DiscountFault.Expired => "has expired",
            DiscountFault.OtherCourse => "is not for this course",
            DiscountFault.UsedUp => "was used as often as it can be",
            _ => "was used as often as one student can",
        });
        return refusal with { Details = new Dictionary<string, object?>(refusal.Details!) { [ReasonDetail] = Words.Of(fault) } };
    }
}
