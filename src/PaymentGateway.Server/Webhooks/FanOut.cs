using PaymentGateway.Commit;

namespace PaymentGateway.Webhooks;

/// <summary>Turns committed events into deliveries.</summary>
internal sealed class FanOut(DeliveryStore store, WebhookSignals signals, TimeProvider clock, ILogger<FanOut> log) : BackgroundService
{
    private const int EventsMax = 500;

    /// <summary>Under load the queue is emptied this often and in sets, not once for every commit.</summary>
    private static readonly TimeSpan pace = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan poll = TimeSpan.FromSeconds(5);

    /// <returns>Whether there may be more.</returns>
    public async Task<bool> RunOnce(CancellationToken cancel)
    {
        var (taken, written) = await store.FanOut(WebhookSignals.Consumer, EventsMax, clock, cancel);
        if (written > 0)
        {
            signals.Due.Set();
        }

        return taken == EventsMax;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var more = await Worker.Guarded(() => RunOnce(stoppingToken), ifUnreachable: false, log);
            await Task.Delay(pace, clock, stoppingToken);
            if (!more)
            {
                await signals.Committed.Wait(poll, clock, stoppingToken);
            }
        }
    }
}

/// <summary>What wakes the workers of this process.</summary>
internal sealed class WebhookSignals(Events.EventConsumers consumers)
{
    internal const string Consumer = "webhooks";

    /// <summary>An event was committed by this process.</summary>
    public Signal CommittedHere { get; } = consumers.Add(Consumer);

    /// <summary>An event was committed, here or by another replica.</summary>
    public Signal Committed { get; } = new();

    /// <summary>A delivery may be due, or a place is free again.</summary>
    public Signal Due { get; } = new();
}
