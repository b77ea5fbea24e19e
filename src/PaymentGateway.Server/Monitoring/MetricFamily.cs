using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace PaymentGateway.Monitoring;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one metric.</summary>
/// <param name="boundaries">Upper bounds of a histogram's buckets, ascending.</param>
/// <param name="isObserved">The instrument tells the whole value each time it is asked, instead of what was added.</param>
internal sealed class MetricFamily(string name, string help, MetricKind kind, double[] boundaries, bool isObserved)
{
    private const int SeriesMax = 2000;

    private static readonly string overflow = "overflow=\"true\"";

    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);

    /// <summary>What was measured before with the same tags: their labels need not be written again for each measurement.</summary>
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> byTags = new(new TagComparer());

    public string Name => name;

    public bool Fits(MetricKind otherKind, bool otherIsObserved) => (kind, isObserved) == (otherKind, otherIsObserved);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var one = isObserved ? SeriesOf(PrometheusText.Labels(tags)) : SeriesOf(tags);
        lock (one)
        {
            one.Sum = isObserved ? value : one.Sum + value;
            one.Count++;
            if (kind == MetricKind.Histogram)
            {
                one.Buckets[BucketOf(value)]++;
            }
        }
    }

    /// <summary>Before the instruments are asked: a series that none of them names any more is gone.</summary>
    public void ForgetObserved()
    {
        if (isObserved)
        {
            series.Clear();
        }
    }

    public void Write(StringBuilder text)
    {
        if (series.IsEmpty)
        {
            return;
        }

        text.Append("# HELP ").Append(name).Append(' ').Append(PrometheusText.Help(help)).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(Word(kind)).Append('\n');
        foreach (var (labels, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            lock (one)
            {
                WriteSeries(text, labels, one);
            }
        }
    }

    private void WriteSeries(StringBuilder text, string labels, Series one)
    {
        if (kind != MetricKind.Histogram)
        {
            WriteLine(text, "", labels, PrometheusText.Number(one.Sum));
            return;
        }

        var below = 0L;
        for (var i = 0; i <= boundaries.Length; i++)
        {
            below += one.Buckets[i];
            var bound = i < boundaries.Length ? PrometheusText.Number(boundaries[i]) : "+Inf";
            WriteLine(text, "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", Whole(below));
        }

        WriteLine(text, "_sum", labels, PrometheusText.Number(one.Sum));
        WriteLine(text, "_count", labels, Whole(one.Count));
    }

    private void WriteLine(StringBuilder text, string suffix, string labels, string value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private Series SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>().TryGetValue(tags, out var known))
        {
            return known;
        }

        var one = SeriesOf(PrometheusText.Labels(tags));
        if (byTags.Count < SeriesMax)
        {
            byTags.TryAdd(tags.ToArray(), one);
        }

        return one;
    }

    private Series SeriesOf(string labels)
    {
        if (series.TryGetValue(labels, out var known))
        {
            return known;
        }

        return series.GetOrAdd(series.Count < SeriesMax ? labels : overflow, _ => new Series(boundaries.Length + 1));
    }

    private int BucketOf(double value)
    {
        var index = Array.BinarySearch(boundaries, value);
        return index >= 0 ? index : ~index;
    }

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same names and values in the same order. Others may have the same labels: then they are of one series.</summary>
    private sealed class TagComparer
        : IEqualityComparer<KeyValuePair<string, object?>[]>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => Equals(x.AsSpan(), y!);

        public int GetHashCode(KeyValuePair<string, object?>[] tags) => GetHashCode(tags.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> tags, KeyValuePair<string, object?>[] other)
        {
            if (tags.Length != other.Length)
            {
                return false;
            }

            for (var i = 0; i < tags.Length; i++)
            {
                if (tags[i].Key != other[i].Key || !Equals(tags[i].Value, other[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var hash = new HashCode();
            foreach (var (name, value) in tags)
            {
                hash.Add(name);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.ToArray();
    }

    private sealed class Series(int buckets)
    {
        public readonly long[] Buckets = new long[buckets];
        public double Sum;
        public long Count;
    }
}
