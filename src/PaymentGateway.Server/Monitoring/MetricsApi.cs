using PaymentGateway.Http;

namespace PaymentGateway.Monitoring;

/// <summary>For Prometheus. The queues are measured when it asks.</summary>
internal static class MetricsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", Scrape).ExcludeFromDescription().WithMetadata(new Quiet(), new TakesEveryCall());
    }

    private static async Task Scrape(HttpContext http, HealthProbe probe, QueueMetrics queues, MetricsExporter exporter, CancellationToken cancel)
    {
        queues.Latest = await probe.Report();
        http.Response.ContentType = PrometheusText.ContentType;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(exporter.Render(), cancel);
    }
}
