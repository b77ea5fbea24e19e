using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Webhooks;

public sealed class RetryScheduleTests
{
    [Theory]
    [InlineData(0.0, 800, 6400)]
    [InlineData(0.5, 1000, 8000)]
    [InlineData(1.0, 1200, 9600)]
    public void The_jitter_is_a_fifth_to_either_side(double chance, double first, double fourth)
    {
        var schedule = new RetrySchedule(WebhookWorld.DefaultSettings, () => chance);
        Assert.Equal(first, schedule.WaitAfter(1, TimeSpan.Zero)!.Value.TotalMilliseconds, 3);
        Assert.Equal(fourth, schedule.WaitAfter(4, TimeSpan.Zero)!.Value.TotalMilliseconds, 3);
    }

    [Fact]
    public void A_quick_repeat_is_never_slower_than_the_tail()
    {
        var patient = new RetrySchedule(WebhookWorld.DefaultSettings with { RetryAttempts = 20, RetryDelay = TimeSpan.FromMinutes(50) }, () => 0.5);
        Assert.Equal(TimeSpan.FromMinutes(50), patient.WaitAfter(1, TimeSpan.Zero));
        Assert.Equal(RetrySchedule.TailInterval, patient.WaitAfter(20, TimeSpan.Zero));
    }

    [Fact]
    public void Without_quick_repeats_the_tail_begins_at_once()
    {
        var schedule = new RetrySchedule(WebhookWorld.DefaultSettings with { RetryAttempts = 0 }, () => 0.5);
        Assert.True(schedule.IsInTail(1));
        Assert.Equal(RetrySchedule.TailInterval, schedule.WaitAfter(1, TimeSpan.Zero));
        Assert.Null(schedule.WaitAfter(74, RetrySchedule.TailLength));
    }
}
