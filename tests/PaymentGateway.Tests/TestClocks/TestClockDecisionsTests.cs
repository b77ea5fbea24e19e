using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.TestClocks;

namespace PaymentGateway.Tests.TestClocks;

public sealed class TestClockDecisionsTests
{
    private static readonly DateTimeOffset real = new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);

    private static readonly TestClock fresh =
        new("clock_1", new("MERCH_FH_001", Mode.Test), "Demo", TimeSpan.Zero, TestClockStatus.Ready, 1, real, AdvancedAt: null);

    private static readonly TestClock advancing =
        fresh with { Ahead = TimeSpan.FromDays(1), Status = TestClockStatus.Advancing, Version = 2, AdvancedAt = real };

    /// <summary>Every state × command: what comes of an advance, of having nothing to do, of a removal.</summary>
    [Theory]
    [InlineData("fresh", "advancing", "same", "removed")]
    [InlineData("advancing", "advancing", "ready", "refused")]
    [InlineData("ready", "advancing", "same", "refused")]
    public void The_state_table_holds(string state, string advance, string done, string delete)
    {
        var clock = state switch
        {
            "fresh" => fresh,
            "advancing" => advancing,
            _ => advancing with { Status = TestClockStatus.Ready },
        };
        var later = real + TestClockDecisions.SettleTime;

        Assert.Equal(advance, StatusText.Of(TestClockDecisions.Advance(clock, new(null, 60), later).Value.Status));
        Assert.Equal(done, TestClockDecisions.Ready(clock, somethingIsDue: false, later) is { } ready ? StatusText.Of(ready.Status) : "same");
        Assert.Null(TestClockDecisions.Ready(clock, somethingIsDue: true, later));
        Assert.Equal(delete, TestClockDecisions.WhyNotDeleted(clock) is null ? "removed" : "refused");
    }

    [Fact]
    public void A_clock_is_not_ready_before_every_replica_can_know_of_it() =>
        Assert.Null(TestClockDecisions.Ready(advancing, somethingIsDue: false, real + TestClockDecisions.SettleTime - TimeSpan.FromTicks(1)));

    [Fact]
    public void By_adds_to_what_was_advanced_and_to_is_a_time_of_the_merchant()
    {
        var by = TestClockDecisions.Advance(advancing, new(null, 3600), real).Value;
        var to = TestClockDecisions.Advance(advancing, new(real + TimeSpan.FromDays(3), null), real).Value;

        Assert.Equal(TimeSpan.FromHours(25), by.Ahead);
        Assert.Equal(real + TimeSpan.FromDays(3), to.TimeAt(real));
    }

    [Fact]
    public void A_part_of_a_millisecond_is_rounded_up_so_that_the_clock_gets_there()
    {
        var to = real + TimeSpan.FromHours(1) + TimeSpan.FromTicks(1);

        var clock = TestClockDecisions.Advance(fresh, new(to, null), real).Value;

        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1), clock.Ahead);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(731 * 24 * 3600 + 1, null)]
    [InlineData(null, 24)]
    [InlineData(null, 23)]
    [InlineData(null, 24 * 733)]
    [InlineData(null, null)]
    [InlineData(1, 25)]
    public void What_is_not_forward_or_too_far_is_refused(int? by, int? toHours)
    {
        var refused = TestClockDecisions.Advance(advancing, new(toHours is { } hours ? real + TimeSpan.FromHours(hours) : null, by), real);

        Assert.Equal(Errors.ValidationFailed, refused.Refusal!.Kind);
    }

    [Fact]
    public void Twenty_years_are_the_end()
    {
        var atTheEnd = advancing with { Ahead = TestClockDecisions.AheadMax - TimeSpan.FromSeconds(1) };

        Assert.False(TestClockDecisions.Advance(atTheEnd, new(null, 1), real).IsRefused);
        Assert.Equal(Errors.ValidationFailed, TestClockDecisions.Advance(atTheEnd, new(null, 2), real).Refusal!.Kind);
    }
}
