using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Routing;

namespace PaymentGateway.Tests.Routing;

/// <summary>What counts against a processor, and for how long.</summary>
public sealed class ProcessorHealthTests
{
    private readonly ManualClock clock = new();
    private readonly ProcessorHealth health;

    public ProcessorHealthTests() => health = new(clock);

    [Fact]
    public async Task No_answer_and_failures_of_its_own_count_and_a_customers_decline_does_not()
    {
        await Call(new ConnectorOutcome.Captured("ref", new("card")));
        await Call(FakeProcessor.Hard);
        await Call(FakeProcessor.Soft);
        await Call(new ConnectorOutcome.Unknown("no answer"));
        await Call(new ConnectorOutcome.NotCalled("breaker"));

        Assert.Equal(new(4, 2, TimeSpan.Zero), health.Of("a", "card", Mode.Test));
        Assert.Equal(50, health.Of("a", "card", Mode.Test)!.SuccessPercent);
    }

    [Fact]
    public async Task It_is_kept_for_each_processor_method_and_mode()
    {
        await Call(FakeProcessor.Soft);

        Assert.Null(health.Of("b", "card", Mode.Test));
        Assert.Null(health.Of("a", "upi", Mode.Test));
        Assert.Null(health.Of("a", "card", Mode.Live));
    }

    [Fact]
    public async Task The_window_slides_and_what_is_out_of_it_is_forgotten()
    {
        await Call(FakeProcessor.Soft);
        clock.Advance(TimeSpan.FromMinutes(3));
        await Call(FakeProcessor.Hard);

        Assert.Equal(new(2, 1, TimeSpan.Zero), health.Of("a", "card", Mode.Test));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(new(1, 0, TimeSpan.Zero), health.Of("a", "card", Mode.Test));
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Null(health.Of("a", "card", Mode.Test));
        clock.Advance(TimeSpan.FromDays(300));
        Assert.Null(health.Of("a", "card", Mode.Test));
    }

    [Fact]
    public async Task Latency_is_the_mean_of_the_calls()
    {
        await Call(FakeProcessor.Hard, TimeSpan.FromSeconds(1));
        await Call(FakeProcessor.Hard, TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(2), health.Of("a", "card", Mode.Test)!.Latency);
    }

    [Fact]
    public async Task Calls_of_many_threads_are_all_counted()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => Call(i % 4 == 0 ? FakeProcessor.Soft : FakeProcessor.Hard))));

        Assert.Equal((1000, 250), (health.Of("a", "card", Mode.Test)!.Calls, health.Of("a", "card", Mode.Test)!.Failures));
    }

    private Task<ConnectorOutcome> Call(ConnectorOutcome outcome, TimeSpan takes = default) => health.Watch("a", "card", Mode.Test, () =>
    {
        clock.Advance(takes);
        return Task.FromResult(outcome);
    });
}
