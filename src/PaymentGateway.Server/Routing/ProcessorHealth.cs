using System.Collections.Concurrent;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Routing;

/// <summary>How a processor answered lately.</summary>
/// <param name="Failures">Of the calls: no answer, none that can be understood, or a failure of the processor's own.</param>
/// <param name="Latency">The mean.</param>
public sealed record HealthFigures(int Calls, int Failures, TimeSpan Latency)
{
    public decimal SuccessPercent => Calls == 0 ? 100 : (Calls - Failures) * 100m / Calls;
}

/// <summary>
/// What this process saw of each processor in the last minutes, by method and mode. A customer's decline is a good answer; whether calls
/// are kept back altogether is the breaker's business.
/// </summary>
/// <remarks>Kept in memory: each replica judges by its own calls, and a new one knows nothing, which is no illness.</remarks>
public sealed class ProcessorHealth(TimeProvider clock)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int Slots = 10;

    private static readonly TimeSpan slotTime = Window / Slots;

    /// <summary>Bounded by itself: the names are those of registered connectors and of our own methods.</summary>
    private readonly ConcurrentDictionary<(string Connector, string Method, Mode Mode), Track> tracks = new();

    /// <summary>Makes the call and keeps how it went.</summary>
    public async Task<ConnectorOutcome> Watch(string connector, string method, Mode mode, Func<Task<ConnectorOutcome>> call)
    {
        var started = clock.GetTimestamp();
        var outcome = await call();
        if (outcome is not ConnectorOutcome.NotCalled)
        {
            Record(connector, method, mode, failed: IsFailureOf(outcome), clock.GetElapsedTime(started));
        }

        return outcome;
    }

    /// <summary>Null: there was no call in the window.</summary>
    public HealthFigures? Of(string connector, string method, Mode mode) =>
        tracks.TryGetValue((connector, method, mode), out var track) ? track.Sum(SlotNow()) : null;

    public CallWatch StartWatch() => new(clock, clock.GetTimestamp());

    private void Record(string connector, string method, Mode mode, bool failed, TimeSpan latency) =>
        tracks.GetOrAdd((connector, method, mode), _ => new()).Add(SlotNow(), failed, latency);

    private static bool IsFailureOf(ConnectorOutcome outcome) =>
        outcome is ConnectorOutcome.Unknown or ConnectorOutcome.Declined { IsSoft: true };

    private long SlotNow() => clock.GetUtcNow().UtcTicks / slotTime.Ticks;

    /// <summary>How long something has taken.</summary>
    public readonly record struct CallWatch(TimeProvider Clock, long Started)
    {
        public TimeSpan Elapsed => Clock.GetElapsedTime(Started);
    }

    private sealed class Track
    {
        private readonly Lock sync = new();
        private readonly Slot[] slots = new Slot[Slots];

        public void Add(long now, bool failed, TimeSpan latency)
        {
            lock (sync)
            {
                ref var slot = ref slots[now % Slots];
                slot = slot.Number == now ? slot : new Slot { Number = now };
                slot.Calls++;
                slot.Failures += failed ? 1 : 0;
                slot.LatencyTicks += latency.Ticks;
            }
        }

        public HealthFigures? Sum(long now)
        {
            lock (sync)
            {
                var recent = slots.Where(slot => slot.Number > now - Slots && slot.Calls > 0).ToList();
                var calls = recent.Sum(slot => slot.Calls);
                return calls == 0
                    ? null
                    : new(calls, recent.Sum(slot => slot.Failures), TimeSpan.FromTicks(recent.Sum(slot => slot.LatencyTicks) / calls));
            }
        }

        private struct Slot
        {
            public long Number;
            public int Calls;
            public int Failures;
            public long LatencyTicks;
        }
    }
}
