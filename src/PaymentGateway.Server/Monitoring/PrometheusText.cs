using System.Globalization;
using System.Text;

namespace PaymentGateway.Monitoring;

/// <summary>The words of the Prometheus text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>Where the database is concerns nobody who reads the metrics.</summary>
    private static readonly string[] tellsOfMachine = ["server.address", "server.port"];

    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>
    /// <c>http.server.request.duration</c> in <c>s</c> → <c>http_server_request_duration_seconds</c>. Counters end in <c>_total</c>;
    /// a gauge must not end in <c>_count</c>, which belongs to histograms.
    /// </summary>
    public static string Name(string name, string? unit, MetricKind kind)
    {
        var known = unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var text = Clean(name);
        if (!text.EndsWith(known, StringComparison.Ordinal))
        {
            text += known;
        }

        return kind switch
        {
            MetricKind.Counter when !text.EndsWith("_total", StringComparison.Ordinal) => text + "_total",
            MetricKind.Gauge when text.EndsWith("_count", StringComparison.Ordinal) => text[..^"_count".Length] + "_current",
            _ => text,
        };
    }

    /// <summary>The labels between the braces, in one order, each name once.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            if (value is not null && !tellsOfMachine.Contains(name))
            {
                labels.TryAdd(LabelName(name), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            }
        }

        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Value(label.Value)}\""));
    }

    public static string Help(string text) => text.Replace("\\", "\\\\").Replace("\n", "\\n");

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary><c>le</c> is the histogram's own.</summary>
    private static string LabelName(string name) => Clean(name).Replace(':', '_') is var clean && clean == "le" ? "le_" : clean;

    private static string Value(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            clean.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_');
        }

        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean.ToString();
    }
}
