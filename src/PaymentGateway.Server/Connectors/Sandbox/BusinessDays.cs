namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The days on which the pretended banks work: Monday to Friday. They keep no holidays.</summary>
internal static class BusinessDays
{
    /// <summary>The same time of day so many business days later.</summary>
    public static DateTimeOffset Add(DateTimeOffset from, int days)
    {
        var day = from;
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            left -= day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        }

        return day;
    }
}
