using PaymentGateway.Clocks;

namespace PaymentGateway.Webhooks;

/// <summary>Sends what is due: claims, signs, posts, records. Any number of them may work on one database.</summary>
internal sealed class Dispatcher(
    DeliveryStore store, EndpointActions endpoints, WebhookSender sender, WebhookSecrets secrets, RetrySchedule schedule, WebhookSettings settings,
    WebhookSignals signals, MerchantClocks clocks, ILogger<Dispatcher> log) : BackgroundService
{
    /// <summary>Twice what an attempt may take: whoever holds a claim longer is dead, and another replica sends.</summary>
    internal static readonly TimeSpan Lease = WebhookSender.Timeout * 2;

    private static readonly TimeSpan poll = TimeSpan.FromSeconds(5);

    private readonly Lanes lanes = new();

    /// <summary>
    /// Claims what is due now and starts sending it: a task for each delivery. None when nothing is due or no place is free.
    /// </summary>
    public async Task<IReadOnlyList<Task>> Start(CancellationToken stop)
    {
        var rooms = lanes.Rooms();
        if (rooms.InAll == 0)
        {
            return [];
        }

        var now = clocks.Real.GetUtcNow();
        var claimed = await store.Claim(rooms, settings.RetryAttempts, now, now + Lease, stop);
        foreach (var delivery in claimed)
        {
            lanes.Start(delivery.Lane);
            clocks.Saw(delivery.Tenant, delivery.Ahead);
        }

        return [.. claimed.Select(delivery => Finish(delivery, stop))];
    }

    /// <summary>Claims what is due now and sends it to the end.</summary>
    /// <returns>How many deliveries that were.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var started = await Start(cancel);
        await Task.WhenAll(started);
        return started.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new List<Task>();
        try
        {
            while (true)
            {
                var started = await Worker.Guarded(() => Start(stoppingToken), ifUnreachable: [], log);
                underWay.RemoveAll(task => task.IsCompleted);
                underWay.AddRange(started);
                if (started.Count == 0)
                {
                    var wait = await Worker.Guarded(() => UntilNextDue(stoppingToken), ifUnreachable: poll, log);
                    await signals.Due.Wait(wait, clocks.Real, stoppingToken);
                }
            }
        }
        finally
        {
            await Task.WhenAll(underWay);
        }
    }

    private async Task<TimeSpan> UntilNextDue(CancellationToken stop)
    {
        var now = clocks.Real.GetUtcNow();
        var next = await store.NextDue(now, stop);
        return next is { } due && due - now < poll ? due - now : poll;
    }

    /// <summary>One delivery to its end. Never throws: what goes wrong with one must not stop the others.</summary>
    private async Task Finish(ClaimedDelivery delivery, CancellationToken stop)
    {
        bool? succeeded = null;
        try
        {
            succeeded = await Deliver(delivery, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Worker.Guarded(() => HandBack(delivery), ifUnreachable: false, log);
        }
        catch (Exception e)
        {
            log.LogError(e, "The outcome of {Delivery} was not recorded; it is sent again when its lease ends", delivery.Id);
        }
        finally
        {
            lanes.Finish(delivery.Lane, succeeded);
            signals.Due.Set();
        }
    }

    /// <returns>Whether the receiver took it; null when nothing was sent.</returns>
    private async Task<bool?> Deliver(ClaimedDelivery delivery, CancellationToken stop)
    {
        if (await Prepare(delivery, stop) is not { } message)
        {
            return null;
        }

        var result = await sender.Send(message, stop);
        var now = clocks.Now(delivery.Tenant);
        var outcome = DeliveryOutcome.Of(delivery, result, schedule, now);
        // The attempt was made: it is recorded even when the process is told to stop.
        await store.Record(delivery, result, outcome, now, CancellationToken.None);
        DeliveryMetrics.Count(result, outcome);
        await Disable(delivery, outcome);
        return result.IsDelivered;
    }

    /// <summary>What is to be sent, or null when it was given up because it cannot be.</summary>
    private async Task<OutgoingMessage?> Prepare(ClaimedDelivery delivery, CancellationToken stop)
    {
        var now = clocks.Now(delivery.Tenant);
        if (delivery.EndpointStatus is not (null or "enabled"))
        {
            await store.GiveUp(delivery, "The endpoint was disabled.", now, stop);
            return null;
        }

        return new(delivery.Url, delivery.Mode, delivery.EventId, delivery.BodyAsNamed(), await secrets.Of(delivery, now));
    }

    private async Task Disable(ClaimedDelivery delivery, DeliveryOutcome outcome)
    {
        if (outcome.DisableBecause is { } reason && delivery.EndpointId is { } endpoint
            && await endpoints.Disable(new(delivery.MerchantId, delivery.Mode), endpoint, reason, CancellationToken.None))
        {
            log.LogWarning("Webhook endpoint {Endpoint} of {Merchant} was disabled: {Reason}", endpoint, delivery.MerchantId, reason);
        }
    }

    private async Task<bool> HandBack(ClaimedDelivery delivery)
    {
        await store.Release(delivery, CancellationToken.None);
        return true;
    }
}
