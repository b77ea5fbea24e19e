namespace PaymentGateway.Identity;

/// <summary>A stretch of the clock in which is counted: so many whole minutes, and the next begins where it ends.</summary>
/// <param name="LastMinute">Its last, in whole minutes since 1970: once that is over, nobody needs the count any more.</param>
/// <param name="Minutes">How long it is.</param>
internal readonly record struct RateWindow(long LastMinute, int Minutes)
{
    private const int SecondsPerMinute = 60;

    public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds((LastMinute + 1) * SecondsPerMinute);

    public static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / SecondsPerMinute;

    /// <summary>The window of this length that a minute is in.</summary>
    public static RateWindow Around(long minute, int minutes) => new(minute - (minute % minutes) + minutes - 1, minutes);
}
