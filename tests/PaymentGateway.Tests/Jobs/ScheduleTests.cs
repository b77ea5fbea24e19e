using System.Globalization;
using PaymentGateway.Database;
using PaymentGateway.Jobs;

namespace PaymentGateway.Tests.Jobs;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("2026-11-21T10:00:00Z", "2026-11-21T10:15:00Z", "2026-11-21T10:00:00Z")]
    [InlineData("2026-11-21T10:14:59Z", "2026-11-21T10:15:00Z", "2026-11-21T10:00:00Z")]
    [InlineData("2026-11-21T23:59:59Z", "2026-11-22T00:00:00Z", "2026-11-21T23:45:00Z")]
    public void Every_fifteen_minutes(string at, string next, string latest) => AssertDue(Schedule.EveryMinutes(15), at, next, latest);

    [Theory]
    [InlineData("2026-11-21T10:19:00Z", "2026-11-21T10:20:00Z", "2026-11-21T09:20:00Z")]
    [InlineData("2026-11-21T10:20:00Z", "2026-11-21T11:20:00Z", "2026-11-21T10:20:00Z")]
    public void Hourly_at_a_minute(string at, string next, string latest) => AssertDue(Schedule.Hourly(20), at, next, latest);

    [Theory]
    [InlineData("Asia/Kolkata", "2026-11-20T20:29:59Z", "2026-11-20T20:30:00Z", "2026-11-19T20:30:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-20T20:30:00Z", "2026-11-21T20:30:00Z", "2026-11-20T20:30:00Z")]
    [InlineData("Asia/Almaty", "2026-11-20T12:00:00Z", "2026-11-20T21:00:00Z", "2026-11-19T21:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-28T01:00:00Z")] // 02:00 is skipped: 03:00 in summer time
    [InlineData("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z", "2026-10-24T00:00:00Z")] // 02:00 comes twice: the first
    [InlineData("Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z", "2026-10-25T00:00:00Z")]
    [InlineData("Pacific/Auckland", "2026-11-21T00:00:00Z", "2026-11-21T13:00:00Z", "2026-11-20T13:00:00Z")]
    public void Daily_at_two_by_the_clock_of_a_place(string zone, string at, string next, string latest) =>
        AssertDue(Schedule.Daily(2, 0, zone), at, next, latest);

    [Fact]
    public void Each_day_of_ten_years_has_one_time_in_every_kind_of_zone()
    {
        foreach (var zone in (string[])["Asia/Kolkata", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
        {
            var schedule = Schedule.Daily(2, 15, zone);
            var (at, count) = (Time("2026-01-01T00:00:00Z"), 0);
            for (var due = schedule.Next(at); due < at.AddYears(10); due = schedule.Next(due), count++)
            {
                Assert.Equal(due, schedule.Latest(due));
                Assert.True(schedule.Latest(due.AddTicks(-1)) < due);
            }

            Assert.Equal(3652, count);
            Assert.InRange(schedule.CountBetween(schedule.Next(at), at.AddYears(10)), 3651, 3653);
        }
    }

    [Fact]
    public void What_was_missed_is_counted()
    {
        Assert.Equal(3, Schedule.Hourly(0).CountBetween(Time("2026-11-21T10:00:00Z"), Time("2026-11-21T13:00:00Z")));
        Assert.Equal(0, Schedule.Hourly(0).CountBetween(Time("2026-11-21T10:00:00Z"), Time("2026-11-21T10:00:00Z")));
        Assert.Equal(2, Schedule.Daily(2, 0, "Asia/Kolkata").CountBetween(Time("2026-11-18T20:30:00Z"), Time("2026-11-20T20:30:00Z")));
    }

    [Fact]
    public void What_is_no_schedule_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.EveryMinutes(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.EveryMinutes(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Hourly(60));
        Assert.Throws<StartupException>(() => Schedule.Daily(2, 0, "Mars/Olympus"));
    }

    private static void AssertDue(Schedule schedule, string at, string next, string latest)
    {
        Assert.Equal(Time(next), schedule.Next(Time(at)));
        Assert.Equal(Time(latest), schedule.Latest(Time(at)));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
