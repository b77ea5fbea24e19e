using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.TestClocks;

/// <summary>
/// The rules of test clocks. All real times in; a clock's own time is the real one plus its offset.
/// <code>
///            | advance   | ready | delete
/// advancing  | advancing | ready | refused
/// ready      | advancing | same  | removed when never advanced, else refused
/// </code>
/// </summary>
internal static class TestClockDecisions
{
    /// <summary>For one call.</summary>
    public static readonly TimeSpan AdvanceMax = TimeSpan.FromDays(731);

    /// <summary>In all; the constraint <c>a_clock_stays_within_20_years</c> says it too.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromHours(175_320);

    /// <summary>By then every replica knows of an advance, by notice or by reading the clocks again.</summary>
    public static readonly TimeSpan SettleTime = Clocks.MerchantClocks.Poll * 2;

    private const int NameLengthMax = 100;

    /// <param name="present">The clock that the merchant has already.</param>
    /// <param name="tenant">Whose clock it becomes.</param>
    /// <param name="id">Of the new clock.</param>
    /// <param name="asked">The request.</param>
    /// <param name="when">The real time.</param>
    public static Outcome<TestClock> Create(TestClock? present, Tenant tenant, string id, CreateTestClock asked, DateTimeOffset when)
    {
        if (present is not null)
        {
            return new Refusal(Errors.InvalidState, $"This merchant has a test clock already: {present.Id}.",
                new Dictionary<string, object?> { ["testClockId"] = present.Id, ["allowed"] = new[] { "advance" } });
        }

        if (asked.Name is { Length: < 1 or > NameLengthMax })
        {
            return Refusal.Field("name", $"must have 1 to {NameLengthMax} characters");
        }

        var clock = new TestClock(id, tenant, asked.Name, TimeSpan.Zero, TestClockStatus.Ready, Version: 1, when, AdvancedAt: null);
        return asked.AdvanceTo is { } to ? AdvanceBy(clock, to - when, "advanceTo", when) : clock;
    }

    public static Outcome<TestClock> Advance(TestClock clock, AdvanceTestClock asked, DateTimeOffset when) => asked switch
    {
        { To: { } to, By: null } => AdvanceBy(clock, to - clock.TimeAt(when), "to", when),
        { To: null, By: { } by } => AdvanceBy(clock, TimeSpan.FromSeconds(by), "by", when),
        _ => Refusal.Field("to", "or by must be given, and not both"),
    };

    /// <summary>Objects carry times of a clock that was advanced: without it they would lie in the future.</summary>
    public static Refusal? WhyNotDeleted(TestClock clock) =>
        clock.AdvancedAt is null ? null : Refusal.InvalidState("test clock", "advanced", ["advance"]);

    /// <summary>Null when it has to wait, or is ready already.</summary>
    public static TestClock? Ready(TestClock clock, bool somethingIsDue, DateTimeOffset when) =>
        clock.Status == TestClockStatus.Advancing && HasSettled(clock, when) && !somethingIsDue
            ? clock with { Status = TestClockStatus.Ready }
            : null;

    public static bool HasSettled(TestClock clock, DateTimeOffset when) => clock.AdvancedAt is { } at && when - at >= SettleTime;

    private static Outcome<TestClock> AdvanceBy(TestClock clock, TimeSpan by, string field, DateTimeOffset when)
    {
        if (by <= TimeSpan.Zero)
        {
            return Refusal.Field(field, $"must lead forward: for this merchant it is {Json.Time(clock.TimeAt(when))}");
        }

        if (by > AdvanceMax)
        {
            return Refusal.Field(field, $"must lead forward by at most {AdvanceMax.Days} days in one call");
        }

        var ahead = UpToMillisecond(clock.Ahead + by);
        return ahead > AheadMax
            ? Refusal.Field(field, $"would bring the clock more than {AheadMax.TotalDays / 365.25:0} years ahead of the real time")
            : clock with { Ahead = ahead, Status = TestClockStatus.Advancing, AdvancedAt = when };
    }

    /// <summary>Up, so that the clock has reached what it was asked for.</summary>
    private static TimeSpan UpToMillisecond(TimeSpan time) =>
        TimeSpan.FromTicks((time.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);
}
