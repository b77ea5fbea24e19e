using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;

namespace PaymentGateway.Connectors;

/// <summary>What is measured of every connector call, on the meter <see cref="MeterName"/>.</summary>
public sealed class ConnectorMetrics
{
    public const string MeterName = "PaymentGateway.Connectors";

    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30] };

    private readonly Lock breakersLock = new();
    private readonly List<(string Connector, Func<CircuitState> State)> breakers = [];
    private readonly Counter<long> calls;
    private readonly Histogram<double> duration;

    public ConnectorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        calls = meter.CreateCounter<long>("connector.calls", "{call}", "Calls to processors, by what they answered.");
        duration = meter.CreateHistogram("connector.call.duration", "s", "Time until the answer or the end of patience.", advice: Seconds);
        meter.CreateObservableGauge("connector.breaker.state", BreakerStates, null, "0 closed, 1 trying again, 2 open.");
    }

    internal void Observe(string connector, Func<CircuitState> state)
    {
        lock (breakersLock)
        {
            breakers.Add((connector, state));
        }
    }

    internal void Record(string connector, string action, string outcome, TimeSpan elapsed)
    {
        var byConnector = KeyValuePair.Create<string, object?>("connector", connector);
        var byAction = KeyValuePair.Create<string, object?>("action", action);
        calls.Add(1, byConnector, byAction, KeyValuePair.Create<string, object?>("outcome", outcome));
        duration.Record(elapsed.TotalSeconds, byConnector, byAction);
    }

    private Measurement<int>[] BreakerStates()
    {
        lock (breakersLock)
        {
            return [.. breakers.Select(b => new Measurement<int>(Level(b.State()), [new("connector", b.Connector)]))];
        }
    }

    private static int Level(CircuitState state) => state switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };
}
