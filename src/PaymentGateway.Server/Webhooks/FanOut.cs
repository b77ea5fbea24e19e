using PaymentGateway.Clocks;
using PaymentGateway.Commit;

namespace PaymentGateway.Webhooks;

/// <summary>Turns committed events into deliveries.</summary>
internal sealed class FanOut(DeliveryStore store, WebhookSignals signals, MerchantClocks clocks, ILogger<FanOut> log) : BackgroundService
{
    private const int EventsMax = 500;

    /// <summary>Under load the queue is emptied this often and in sets, not once for every commit.</summary>
    private static readonly TimeSpan pace = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan poll = TimeSpan.FromSeconds(5);

    /// <returns>Whether there may be more.</returns>
    public async Task<bool> RunOnce(CancellationToken cancel)
    {
        var (taken, written) = await store.FanOut(WebhookSignals.Consumer, EventsMax, clocks, cancel);
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
            await Task.Delay(pace, clocks.Real, stoppingToken);
            if (!more)
            {
                await signals.Committed.Wait(poll, clocks.Real, stoppingToken);
            }
        }
    }
}

/// <summary>What wakes the workers of this process.</summary>
internal sealed class WebhookSignals
{
    public WebhookSignals(Events.EventConsumers consumers, MerchantClocks clocks)
    {
        CommittedHere = consumers.Add(Consumer);
        clocks.Moved += Due.Set;
    }

    internal const string Consumer = "webhooks";

    /// <summary>An event was committed by this process.</summary>
    public Signal CommittedHere { get; }

    /// <summary>An event was committed, here or by another replica.</summary>
    public Signal Committed { get; } = new();

    /// <summary>A delivery may be due, or a place is free again.</summary>
    public Signal Due { get; } = new();
}
