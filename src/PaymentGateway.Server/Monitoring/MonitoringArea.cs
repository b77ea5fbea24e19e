namespace PaymentGateway.Monitoring;

/// <summary>The server seen from outside: health, metrics, one log line a request.</summary>
public static class MonitoringArea
{
    public static IServiceCollection AddMonitoring(this IServiceCollection services)
    {
        services.AddSingleton<HealthProbe>();
        services.AddSingleton<QueueMetrics>();
        services.AddSingleton<MetricsExporter>();
        // Made at the start, not at the first scrape: what happens before it counts too.
        services.AddHostedService<MetricsStart>();
        return services;
    }

    /// <summary>Right behind the error edge: it sees every request, also those that nobody answers.</summary>
    public static IApplicationBuilder UseMonitoring(this IApplicationBuilder app) => app.UseMiddleware<RequestLog>();

    public static IEndpointRouteBuilder MapMonitoring(this IEndpointRouteBuilder routes)
    {
        HealthApi.Map(routes);
        MetricsApi.Map(routes);
        return routes;
    }

    private sealed class MetricsStart(MetricsExporter exporter) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            exporter.Start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
