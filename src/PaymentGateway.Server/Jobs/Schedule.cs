using System.Globalization;
using PaymentGateway.Database;

namespace PaymentGateway.Jobs;

/// <summary>
/// When a job is due: every so many minutes, once an hour, or once a day by the clock of a place. Pure: it is asked with a time.
/// </summary>
/// <remarks>
/// A time of day that the clocks skip in spring is taken as much later as they skip; one that comes twice in autumn is taken the first
/// time. So each day has exactly one.
/// </remarks>
public sealed class Schedule
{
    private const int MinutesOfHour = 60;
    private const int MinutesOfDay = 24 * MinutesOfHour;

    private readonly TimeSpan period;
    private readonly TimeSpan offset;
    private readonly TimeOnly timeOfDay;
    private readonly TimeZoneInfo? place;

    private Schedule(string text, TimeSpan period, TimeSpan offset, TimeOnly timeOfDay, TimeZoneInfo? place) =>
        (Text, this.period, this.offset, this.timeOfDay, this.place) = (text, period, offset, timeOfDay, place);

    /// <summary>In words.</summary>
    public string Text { get; }

    /// <summary>The place whose clock counts.</summary>
    public string TimeZone => place?.Id ?? "UTC";

    /// <summary>Every so many minutes, counted from midnight UTC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The minutes do not divide a day.</exception>
    public static Schedule EveryMinutes(int minutes) => minutes is > 0 and <= MinutesOfDay && MinutesOfDay % minutes == 0
        ? new($"every {minutes} minutes", TimeSpan.FromMinutes(minutes), TimeSpan.Zero, default, null)
        : throw new ArgumentOutOfRangeException(nameof(minutes), minutes, "The minutes have to divide a day.");

    /// <summary>Once an hour, at this minute UTC.</summary>
    public static Schedule Hourly(int minute) => minute is >= 0 and < MinutesOfHour
        ? new(string.Create(CultureInfo.InvariantCulture, $"hourly at minute {minute}"), TimeSpan.FromHours(1), TimeSpan.FromMinutes(minute), default, null)
        : throw new ArgumentOutOfRangeException(nameof(minute), minute, "A minute of the hour.");

    /// <summary>Once a day, by the clock of a place.</summary>
    /// <param name="hour">0 to 23.</param>
    /// <param name="minute">0 to 59.</param>
    /// <param name="timeZone">By its name in the tz database, such as <c>Asia/Kolkata</c>.</param>
    /// <exception cref="StartupException">The machine does not know the zone.</exception>
    public static Schedule Daily(int hour, int minute, string timeZone)
    {
        var time = new TimeOnly(hour, minute);
        return TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var place)
            ? new(string.Create(CultureInfo.InvariantCulture, $"daily at {time:HH\\:mm}"), default, default, time, place)
            : throw new StartupException($"This machine does not know the time zone {timeZone}: install the package tzdata.");
    }

    /// <summary>The first time after this one.</summary>
    public DateTimeOffset Next(DateTimeOffset after)
    {
        if (place is null)
        {
            return Latest(after) + period;
        }

        for (var day = DayOf(after).AddDays(-1); ; day = day.AddDays(1))
        {
            if (TimeOn(day) is var due && due > after)
            {
                return due;
            }
        }
    }

    /// <summary>The last time that is not after this one.</summary>
    public DateTimeOffset Latest(DateTimeOffset until)
    {
        if (place is null)
        {
            var since = (until - DateTimeOffset.UnixEpoch - offset).Ticks;
            return DateTimeOffset.UnixEpoch + offset + TimeSpan.FromTicks(since - (((since % period.Ticks) + period.Ticks) % period.Ticks));
        }

        for (var day = DayOf(until).AddDays(1); ; day = day.AddDays(-1))
        {
            if (TimeOn(day) is var due && due <= until)
            {
                return due;
            }
        }
    }

    /// <summary>How many times there are from the one to before the other.</summary>
    public int CountBetween(DateTimeOffset first, DateTimeOffset before) => first >= before ? 0
        : place is null ? (int)Math.Min(int.MaxValue, (before - first).Ticks / period.Ticks)
        : DayOf(before).DayNumber - DayOf(first).DayNumber;

    private DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, place!).DateTime);

    private DateTimeOffset TimeOn(DateOnly day)
    {
        var local = day.ToDateTime(timeOfDay);
        var offsetThen = place!.IsAmbiguousTime(local) ? place.GetAmbiguousTimeOffsets(local).Max()
            : place.IsInvalidTime(local) ? place.GetUtcOffset(local.AddDays(-1))
            : place.GetUtcOffset(local);
        return new DateTimeOffset(local, offsetThen).ToUniversalTime();
    }
}
