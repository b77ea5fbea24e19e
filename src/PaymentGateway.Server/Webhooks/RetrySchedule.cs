namespace PaymentGateway.Webhooks;

/// <summary>When a delivery that was not taken is tried again: a few quick repeats, then hourly for three days.</summary>
internal sealed class RetrySchedule(WebhookSettings settings, Chance chance)
{
    internal static readonly TimeSpan TailInterval = TimeSpan.FromHours(1);

    internal static readonly TimeSpan TailLength = TimeSpan.FromHours(72);

    /// <summary>Each wait is up to this share shorter or longer, so that receivers are not met by a whole backlog at once.</summary>
    private const double JitterShare = 0.2;

    /// <summary>
    /// Whether a delivery is past its quick repeats. From then on it no longer holds up later events of its subject:
    /// a receiver that rejects one event would otherwise get none of the others for three days.
    /// </summary>
    public bool IsInTail(int attempts) => attempts > settings.RetryAttempts;

    /// <summary>The wait after <paramref name="attempts"/> failed ones, or null when it is given up.</summary>
    /// <param name="attempts">At least one.</param>
    /// <param name="sinceFirst">The time since the first attempt.</param>
    public TimeSpan? WaitAfter(int attempts, TimeSpan sinceFirst)
    {
        if (!IsInTail(attempts))
        {
            return WithJitter(Quick(attempts));
        }

        return sinceFirst < TailLength ? WithJitter(TailInterval) : null;
    }

    /// <summary>Doubles from one repeat to the next, and is never slower than the tail.</summary>
    private TimeSpan Quick(int attempts)
    {
        var wait = settings.RetryDelay;
        for (var i = 1; i < attempts && wait < TailInterval; i++)
        {
            wait *= 2;
        }

        return wait < TailInterval ? wait : TailInterval;
    }

    private TimeSpan WithJitter(TimeSpan wait) => wait * (1 - JitterShare + (2 * JitterShare * chance()));
}
