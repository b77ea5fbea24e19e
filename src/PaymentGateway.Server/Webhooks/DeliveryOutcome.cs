namespace PaymentGateway.Webhooks;

/// <summary>What one attempt makes of a delivery, and of the endpoint it went to.</summary>
/// <param name="RetryAt">Set exactly when it stays pending.</param>
/// <param name="DisableBecause">Set when the endpoint is switched off.</param>
internal sealed record DeliveryOutcome(DeliveryStatus Status, DateTimeOffset? RetryAt, string? DisableBecause)
{
    /// <summary>An endpoint that has taken nothing for this long is given up.</summary>
    internal static readonly TimeSpan FailingMax = TimeSpan.FromDays(5);

    public static DeliveryOutcome Of(ClaimedDelivery delivery, SendResult result, RetrySchedule schedule, DateTimeOffset now)
    {
        if (result.IsDelivered)
        {
            return new(DeliveryStatus.Delivered, null, null);
        }

        if (result.IsGone)
        {
            return new(DeliveryStatus.Failed, null, "The endpoint answered 410 Gone.");
        }

        var attempts = delivery.Attempts + 1;
        // The quick repeats must have failed too: after five quiet days a single refused attempt says nothing yet.
        if (schedule.IsInTail(attempts) && delivery.FailingSince is { } since && now - since >= FailingMax)
        {
            return new(DeliveryStatus.Failed, null, "Every attempt has failed for 5 days.");
        }

        return schedule.WaitAfter(attempts, now - delivery.FirstAttemptAt) is { } wait
            ? new(DeliveryStatus.Pending, now + wait, null)
            : new(DeliveryStatus.Failed, null, null);
    }
}
