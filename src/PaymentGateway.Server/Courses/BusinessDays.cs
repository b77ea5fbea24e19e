namespace PaymentGateway.Courses;

/// <summary>Days on which banks work: Monday to Friday. Holidays differ by bank and place, and are not counted.</summary>
internal static class BusinessDays
{
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
