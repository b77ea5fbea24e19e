using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Monitoring;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Monitoring;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task What_a_payment_does_can_be_scraped_without_a_complaint_and_without_a_merchant()
    {
        await using var gateway = await TestGateway.Start();
        using var client = gateway.Client();
        await client.PayByCard(await client.CreateOrder());
        await client.PayByCard(await client.CreateOrder(), "4000000000000002");
        var text = await client.GetStringAsync("/metrics");

        Assert.Matches("payment_outcomes_total\\{method=\"card\",mode=\"test\",outcome=\"success\"\\} [1-9]", text);
        Assert.Matches("payment_failures_total\\{code=\"CARD_DECLINED\",method=\"card\",mode=\"test\"\\} [1-9]", text);
        Assert.Matches("http_server_request_duration_seconds_count\\{[^}]*http_route=\"/api/payments/orders/?\"[^}]*\\} 2\n", text);
        Assert.Contains("connector_calls_total{action=\"authorize\",connector=\"sandbox\",outcome=\"captured\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("queue_waiting{queue=\"resolver\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("database_up 1", text, StringComparison.Ordinal);
        Assert.Matches("db_client_connection_max\\{db_client_connection_pool_name=\"system\"\\} [0-9]+", text);
        Assert.DoesNotContain("MERCH_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("order_0", text, StringComparison.Ordinal);
        AssertGrammar(text);
        AssertHistograms(text);
        await AssertPromtoolIsContent(text);
    }

    [Fact]
    public void Histograms_are_cumulative_and_counters_and_gauges_are_named_by_the_rules()
    {
        using var world = new World();
        var seconds = world.Meter.CreateHistogram<double>("a.wait", "s", "Waiting", advice: new() { HistogramBucketBoundaries = [1, 5] });
        foreach (var value in new[] { 0.5, 1, 3, 99 })
        {
            seconds.Record(value);
        }

        world.Meter.CreateCounter<int>("b.done", "{thing}", "Done \\ with\nlines").Add(2, KeyValuePair.Create<string, object?>("what.is", "a\"b\\c\nd"));
        world.Meter.CreateUpDownCounter<long>("c.thing.count").Add(-3);
        Assert.Equal(
            """
            # HELP a_wait_seconds Waiting
            # TYPE a_wait_seconds histogram
            a_wait_seconds_bucket{le="1"} 2
            a_wait_seconds_bucket{le="5"} 3
            a_wait_seconds_bucket{le="+Inf"} 4
            a_wait_seconds_sum 103.5
            a_wait_seconds_count 4
            # HELP b_done_total Done \\ with\nlines
            # TYPE b_done_total counter
            b_done_total{what_is="a\"b\\c\nd"} 2
            # HELP c_thing_current c.thing.count
            # TYPE c_thing_current gauge
            c_thing_current -3

            """, world.Exporter.Render());
    }

    [Fact]
    public void What_is_observed_replaces_what_was_observed_before()
    {
        using var world = new World();
        var states = new Queue<(string, int)>([("closed", 1), ("open", 2)]);
        world.Meter.CreateObservableGauge("state", () =>
        {
            var (name, value) = states.Dequeue();
            return new Measurement<int>(value, KeyValuePair.Create<string, object?>("name", name));
        });
        Assert.Contains("state{name=\"closed\"} 1", world.Exporter.Render(), StringComparison.Ordinal);
        var second = world.Exporter.Render();
        Assert.Contains("state{name=\"open\"} 2", second, StringComparison.Ordinal);
        Assert.DoesNotContain("closed", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_series_end_in_one()
    {
        using var world = new World();
        var counter = world.Meter.CreateCounter<long>("many");
        for (var i = 0; i < 2100; i++)
        {
            counter.Add(1, KeyValuePair.Create<string, object?>("i", i));
        }

        var text = world.Exporter.Render();
        Assert.Contains("many_total{overflow=\"true\"} 100\n", text, StringComparison.Ordinal);
        Assert.Equal(2001, text.Split('\n').Count(line => line.StartsWith("many_total{", StringComparison.Ordinal)));
    }

    private static void AssertGrammar(string text)
    {
        var typed = new HashSet<string>();
        var series = new HashSet<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(typed.Add(line.Split(' ')[2]), line);
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                Assert.Matches(SeriesLine(), line);
                Assert.True(series.Add(line[..line.LastIndexOf(' ')]), $"twice: {line}");
            }
        }
    }

    private static void AssertHistograms(string text)
    {
        var buckets = BucketLine().Matches(text).Select(m => (Key: m.Groups[1].Value + m.Groups[2].Value, Count: long.Parse(m.Groups[4].Value, CultureInfo.InvariantCulture)));
        Assert.All(buckets.GroupBy(b => b.Key), group => Assert.Equal(group.Select(b => b.Count).Order(), group.Select(b => b.Count)));
    }

    private static async Task AssertPromtoolIsContent(string text)
    {
        if (!File.Exists("/usr/bin/promtool"))
        {
            return;
        }

        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", "check metrics")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var complaint = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, complaint);
    }

    [GeneratedRegex("""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*",?)+\})? (-?[0-9.eE+-]+|[+-]Inf|NaN)$""")]
    private static partial Regex SeriesLine();

    [GeneratedRegex("""^(\w+)_bucket\{(.*?),?le="([^"]+)"\} ([0-9]+)$""", RegexOptions.Multiline)]
    private static partial Regex BucketLine();

    /// <summary>An exporter that hears one meter of its own.</summary>
    private sealed class World : IDisposable
    {
        private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

        public World()
        {
            var meters = services.GetRequiredService<IMeterFactory>();
            Meter = meters.Create("PaymentGateway.Test");
            Exporter = new(meters, meter => meter == Meter);
            Exporter.Start();
        }

        public Meter Meter { get; }

        public MetricsExporter Exporter { get; }

        public void Dispose()
        {
            Exporter.Dispose();
            services.Dispose();
        }
    }
}
