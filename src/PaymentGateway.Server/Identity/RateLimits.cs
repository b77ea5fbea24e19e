using System.Collections.Concurrent;

namespace PaymentGateway.Identity;

/// <summary>The answer to one count.</summary>
/// <param name="Remaining">How many more the running window allows.</param>
/// <param name="Reset">When the next window begins.</param>
internal readonly record struct RateVerdict(bool IsAllowed, int Limit, int Remaining, DateTimeOffset Reset);

/// <summary>
/// Counts per name in fixed windows of the clock, a minute long as a rule. Each replica counts in memory and adds what is new to the shared
/// count about every second, so no request waits for the database.
/// </summary>
/// <remarks>
/// The tolerance: a replica does not see what the others let through since its own last exchange, so all together may exceed the limit
/// by what the others let through in about a second. When the shared counts are out of reach each replica counts alone; when they are
/// lost, the running window begins anew. What was counted in the last second of a window and not yet shared is dropped.
/// </remarks>
internal sealed class RateLimits(IRateCounts store, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Counter> counters = new();

    /// <summary>Counts one, unless the limit is reached: what is refused is not counted.</summary>
    /// <param name="name">Always with windows of the same length.</param>
    /// <param name="limit">So many in a window.</param>
    /// <param name="minutes">How long a window is.</param>
    public RateVerdict Count(string name, int limit, int minutes = 1)
    {
        var window = RateWindow.Around(Minute(), minutes);
        var counted = counters.GetOrAdd(name, _ => new(minutes)).TryCount(window.LastMinute, limit, out var total);
        return new(counted, limit, (int)Math.Clamp(limit - total, 0, limit), window.End);
    }

    /// <summary>Adds the new counts to the shared ones and learns the totals; forgets counters of past windows.</summary>
    public async Task Exchange(CancellationToken cancel)
    {
        var minute = Minute();
        foreach (var ofLength in counters.GroupBy(counter => counter.Value.Minutes))
        {
            await Exchange(RateWindow.Around(minute, ofLength.Key), ofLength, cancel);
        }
    }

    private async Task Exchange(RateWindow window, IEnumerable<KeyValuePair<string, Counter>> ofLength, CancellationToken cancel)
    {
        var sent = new Dictionary<string, long>();
        foreach (var (name, counter) in ofLength)
        {
            if (counter.Send(window.LastMinute) is var fresh and > 0)
            {
                sent[name] = fresh;
            }
            else if (counter.IsOlderThan(window.LastMinute))
            {
                counters.TryRemove(new(name, counter));
            }
        }

        var totals = new Dictionary<string, long>();
        try
        {
            totals = sent.Count > 0 ? await store.Add(window, sent, cancel) : totals;
        }
        finally
        {
            foreach (var (name, fresh) in sent)
            {
                if (counters.TryGetValue(name, out var counter))
                {
                    counter.Receive(window.LastMinute, fresh, totals.TryGetValue(name, out var total) ? total : null);
                }
            }
        }
    }

    public Task ForgetPastMinutes(CancellationToken cancel) => store.DeleteBefore(Minute(), cancel);

    private long Minute() => RateWindow.MinuteOf(clock.GetUtcNow());

    /// <summary>One name in one window: the shared count when last heard, what is on its way there, and what is new since.</summary>
    private sealed class Counter(int minutes)
    {
        private readonly Lock gate = new();
        private long window;
        private long shared;
        private long underway;
        private long fresh;

        public int Minutes => minutes;

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
                if (window != now)
                {
                    return 0;
                }

                (underway, fresh) = (underway + fresh, 0);
                return underway;
            }
        }

        /// <param name="now">The window that was sent for.</param>
        /// <param name="total">Null: the exchange failed, and the count stays to be sent.</param>
        public void Receive(long now, long sent, long? total)
        {
            lock (gate)
            {
                if (window != now)
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
                return window < now;
            }
        }

        private void Enter(long now)
        {
            if (window != now)
            {
                (window, shared, underway, fresh) = (now, 0, 0, 0);
            }
        }
    }
}
