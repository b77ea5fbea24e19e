using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <param name="Code">3 to 40 capitals, digits, - and _; small letters become capitals.</param>
/// <param name="Percent">Taken off the price: more than 0, at most 100. Or else amount.</param>
/// <param name="Amount">Taken off the price, in INR; at most the price.</param>
/// <param name="StartsAt">At once when absent.</param>
/// <param name="EndsAt">From then on it does not count; never when absent.</param>
/// <param name="UseLimit">How often it can be used by all together.</param>
/// <param name="StudentLimit">How often by one student.</param>
/// <param name="CourseIds">The only courses it is for; all when absent.</param>
/// <param name="Partner">Who brings the students, up to 100 characters.</param>
/// <param name="Active">Whether it counts; true when absent.</param>
internal sealed record CreateDiscountCodeBody(
    string? Code, decimal? Percent, AmountText? Amount, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, int? UseLimit, int? StudentLimit,
    string[]? CourseIds, string? Partner, bool? Active);

/// <param name="EndsAt">From then on it does not count.</param>
/// <param name="UseLimit">Not less than it was used already.</param>
/// <param name="StudentLimit">How often by one student.</param>
/// <param name="CourseIds">The only courses it is for.</param>
/// <param name="Partner">Who brings the students.</param>
/// <param name="Active">Whether it counts.</param>
internal sealed record UpdateDiscountCodeBody(
    DateTimeOffset? EndsAt, int? UseLimit, int? StudentLimit, string[]? CourseIds, string? Partner, bool? Active);

/// <summary>The fields of a discount code and their rules.</summary>
internal static class DiscountFields
{
    private const int CoursesMax = 100;
    private const int LimitMax = 1_000_000;

    public static Outcome<DiscountCode> Read(CreateDiscountCodeBody body, string id, Tenant tenant, DateTimeOffset now)
    {
        var faults = new FieldFaults();
        var code = DiscountCode.Normal(body.Code ?? "");
        faults.AddUnless(
            code.Length is >= 3 and <= 40 && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), "code",
            "is required: 3 to 40 letters, digits, - and _");
        faults.AddUnless(body.Percent is null != body.Amount is null, "percent", "or else amount is required, and only one of them");
        faults.AddUnless(body.Percent is null or (> 0 and <= 100), "percent", "must be more than 0 and at most 100");
        faults.AddUnless(body.Percent is not { Scale: > 3 }, "percent", "must have at most 3 decimals");
        faults.AddUnless(!(body.EndsAt <= body.StartsAt), "endsAt", "must be after startsAt");
        CheckCommon(body.UseLimit, body.StudentLimit, body.CourseIds, body.Partner, faults);
        var amount = body.Amount is { } text ? RequestedAmount.Read("amount", text, Currency.INR) : default;
        return (faults.Refusal ?? amount.Refusal) is { } refusal
            ? refusal
            : new DiscountCode
            {
                Id = id,
                Tenant = tenant,
                Code = code,
                Percent = body.Percent,
                Amount = body.Amount is null ? null : amount.Value,
                StartsAt = body.StartsAt?.ToUniversalTime(),
                EndsAt = body.EndsAt?.ToUniversalTime(),
                UseLimit = body.UseLimit,
                StudentLimit = body.StudentLimit,
                CourseIds = body.CourseIds?.Distinct().ToArray(),
                Partner = body.Partner,
                IsActive = body.Active ?? true,
                CreatedAt = now,
                UpdatedAt = now,
                Version = 1,
            };
    }

    public static Outcome<DiscountCode> Update(DiscountCode now, UpdateDiscountCodeBody body, DateTimeOffset when)
    {
        var faults = new FieldFaults();
        CheckCommon(body.UseLimit, body.StudentLimit, body.CourseIds, body.Partner, faults);
        faults.AddUnless(!(body.EndsAt <= now.StartsAt), "endsAt", "must be after startsAt");
        faults.AddUnless(body.UseLimit is null || body.UseLimit >= now.Uses, "useLimit", $"must be at least {now.Uses}, as often as it was used");
        return faults.Refusal is { } refusal
            ? refusal
            : now with
            {
                EndsAt = body.EndsAt?.ToUniversalTime() ?? now.EndsAt,
                UseLimit = body.UseLimit ?? now.UseLimit,
                StudentLimit = body.StudentLimit ?? now.StudentLimit,
                CourseIds = body.CourseIds?.Distinct().ToArray() ?? now.CourseIds,
                Partner = body.Partner ?? now.Partner,
                IsActive = body.Active ?? now.IsActive,
                UpdatedAt = when,
                Version = now.Version + 1,
            };
    }

    private static void CheckCommon(int? useLimit, int? studentLimit, string[]? courseIds, string? partner, FieldFaults faults)
    {
        faults.AddUnless(useLimit is null or (>= 1 and <= LimitMax), "useLimit", $"must be 1 to {LimitMax}");
        faults.AddUnless(studentLimit is null or (>= 1 and <= LimitMax), "studentLimit", $"must be 1 to {LimitMax}");
        faults.AddUnless(
            courseIds is null || (courseIds.Length is >= 1 and <= CoursesMax && courseIds.All(id => Id.IsValid(Course.IdPrefix, id))), "courseIds",
            $"must be 1 to {CoursesMax} ids of courses");
        ObjectFields.CheckLength("partner", partner, 100, faults);
    }
}
