using System.Collections.Concurrent;

namespace PaymentGateway.Identity;

/// <summary>The answer to one count.</summary>
/// <param name="Remaining">How many more the running minute allows.</param>
/// <param name="Reset">When the next minute begins.</param>
internal readonly record struct RateVerdict(bool IsAllowed, int Limit, int Remaining, DateTimeOffset Reset);

/// <summary>
/// Counts per name in fixed minutes of the clock. Each replica counts in memory and adds what is new to the shared count about every
/// second, so no request waits for the database.
/// </summary>
/// <remarks>
/// The tolerance: a replica does not see what the others let through since its own last exchange, so all together may exceed the limit
/// by what the others let through in about a second. When the shared counts are out of reach each replica counts alone; when they are
/// lost, the running minute begins anew. What was counted in the last second of a minute and not yet shared is dropped.
/// </remarks>
internal sealed class RateLimits(IRateCounts store, TimeProvider clock)
{
    private const int SecondsPerMinute = 60;

    private readonly ConcurrentDictionary<string, Counter> counters = new();

    /// <summary>Counts one, unless the limit is reached: what is refused is not counted.</summary>
    public RateVerdict Count(string name, int limit)
    {
        var minute = Minute();
        var counted = counters.GetOrAdd(name, _ => new()).TryCount(minute, limit, out var total);
        var remaining = (int)Math.Clamp(limit - total, 0, limit);
        return new(counted, limit, remaining, DateTimeOffset.FromUnixTimeSeconds((minute + 1) * SecondsPerMinute));
    }

    /// <summary>Adds the new counts to the shared ones and learns the totals; forgets counters of past minutes.</summary>
    public async Task Exchange(CancellationToken cancel)
    {
        var minute = Minute();
        var sent = new Dictionary<string, long>();
        foreach (var (name, counter) in counters)
        {
            if (counter.Send(minute) is var fresh and > 0)
            {
                sent[name] = fresh;
            }
            else if (counter.IsOlderThan(minute))
            {
                counters.TryRemove(new(name, counter));
            }
        }

        var totals = new Dictionary<string, long>();
        try
        {
            totals = sent.Count > 0 ? await store.Add(minute, sent, cancel) : totals;
        }
        finally
        {
            foreach (var (name, fresh) in sent)
            {
                if (counters.TryGetValue(name, out var counter))
                {
                    counter.Receive(minute, fresh, totals.TryGetValue(name, out var total) ? total : null);
                }
            }
        }
    }

    public Task ForgetPastMinutes(CancellationToken cancel) => store.DeleteBefore(Minute(), cancel);

    private long Minute() => clock.GetUtcNow().ToUnixTimeSeconds() / SecondsPerMinute;

    /// <summary>One name in one minute: the shared count when last heard, what is on its way there, and what is new since.</summary>
    private sealed class Counter
    {
        private readonly Lock gate = new();
        private long minute;
        private long shared;
        private long underway;
        private long fresh;

        public bool TryCount(long now, int limit, out long total)
        {
            lock (gate)
            {
                Enter(now);
                var allowed = shared + underway + fresh < limit;
                fresh += allowed ? 1 : 0;
                total = shared + underway + fresh;
                return allowed;
            }
        }

        public long Send(long now)
        {
            lock (gate)
            {
                if (minute != now)
                {
                    return 0;
                }

                (underway, fresh) = (underway + fresh, 0);
                return underway;
            }
        }

        /// <param name="now">The minute that was sent for.</param>
        /// <param name="total">Null: the exchange failed, and the count stays to be sent.</param>
        public void Receive(long now, long sent, long? total)
        {
            lock (gate)
            {
                if (minute != now)
                {
                    return;
                }

                underway -= sent;
                if (total is { } known)
                {
                    shared = known;
                }
                else
                {
                    fresh += sent;
                }
            }
        }

        public bool IsOlderThan(long now)
        {
            lock (gate)
            {
                return minute < now;
            }
        }

        private void Enter(long now)
        {
            if (minute != now)
            {
                (minute, shared, underway, fresh) = (now, 0, 0, 0);
            }
        }
    }
}
