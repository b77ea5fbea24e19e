using System.Globalization;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses;

/// <summary>Days on which banks work: Monday to Friday. Holidays differ by bank and place, and are not counted.</summary>
internal static class BusinessDays
{
    private const int RefundDaysMax = 7;

    /// <summary>The day by which a student has a refund, often it takes five days.</summary>
    public static string ExpectedBy(Refund refund) =>
        After(DateOnly.FromDateTime(refund.CreatedAt.UtcDateTime), RefundDaysMax).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly After(DateOnly day, int count)
    {
        for (var left = count; left > 0;)
        {
            day = day.AddDays(1);
            left -= day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        }

        return day;
    }
}
