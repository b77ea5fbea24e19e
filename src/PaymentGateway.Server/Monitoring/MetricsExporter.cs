using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace PaymentGateway.Monitoring;

/// <summary>Listens to the meters of this server and writes what it heard as Prometheus text.</summary>
internal sealed class MetricsExporter : IDisposable
{
    private static readonly string[] foreignMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    private static readonly double[] secondsBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly Lock rendering = new();
    private readonly IMeterFactory ownMeters;
    private readonly Func<Meter, bool> listensTo;

    public MetricsExporter(IMeterFactory ownMeters) : this(ownMeters, _ => true)
    {
    }

    /// <param name="ownMeters">Of this server.</param>
    /// <param name="listensTo">Of the meters that would be listened to.</param>
    internal MetricsExporter(IMeterFactory ownMeters, Func<Meter, bool> listensTo)
    {
        (this.ownMeters, this.listensTo) = (ownMeters, listensTo);
        listener.InstrumentPublished = Subscribe;
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, family) => Record(family, (double)value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => Record(family, value, tags));
    }

    public void Start() => listener.Start();

    public string Render()
    {
        lock (rendering)
        {
            foreach (var family in families.Values)
            {
                family.ForgetObserved();
            }

            listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private void Subscribe(Instrument instrument, MeterListener subscriber)
    {
        if (!IsOurs(instrument.Meter) || !listensTo(instrument.Meter))
        {
            return;
        }

        var kind = KindOf(instrument);
        var name = PrometheusText.Name(instrument.Name, instrument.Unit, kind);
        var family = families.GetOrAdd(name, _ => new MetricFamily(
            name, instrument.Description ?? instrument.Name, kind, BoundariesOf(instrument), instrument.IsObservable));

        // Two instruments under one name are one metric, unless they count in different ways: then the later one is left out.
        if (family.Fits(kind, instrument.IsObservable))
        {
            subscriber.EnableMeasurementEvents(instrument, family);
        }
    }

    /// <summary>A meter that another server in this process made belongs to it; static meters belong to the process.</summary>
    private bool IsOurs(Meter meter) =>
        (meter.Scope is null || ReferenceEquals(meter.Scope, ownMeters))
        && (meter.Name.StartsWith("PaymentGateway.", StringComparison.Ordinal) || foreignMeters.Contains(meter.Name));

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }

    private static double[] BoundariesOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => secondsBoundaries,
    };

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Record(value, tags);
}
