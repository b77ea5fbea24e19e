namespace PaymentGateway.Methods;

/// <summary>Due dates are days in India, which has one offset and no summer time.</summary>
public static class IndianTime
{
    private static readonly TimeSpan offset = TimeSpan.FromHours(5.5);

    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.ToOffset(offset).DateTime);

    public static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), offset).ToUniversalTime();
}
