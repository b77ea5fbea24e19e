using PaymentGateway.Http;

namespace PaymentGateway.Monitoring;

/// <summary>For people, load balancers and orchestrators.</summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").ExcludeFromDescription().WithMetadata(new Quiet(), new TakesEveryCall());
        health.MapGet("", async (HealthProbe probe) => Answered(await probe.Report()));
        health.MapGet("live", () => Answer.Ok(new { Status = HealthStatus.Ok }));
        health.MapGet("ready", async (HealthProbe probe, IHostApplicationLifetime host) => Ready(await probe.Report(), host));
    }

    private static Answer Answered(HealthReport report) => report.Status == HealthStatus.Down
        ? Answer.Ok(report) with { Status = StatusCodes.Status503ServiceUnavailable }
        : Answer.Ok(report);

    /// <summary>Whether new requests should come here: not without a database, and not while the process is stopping.</summary>
    private static Answer Ready(HealthReport report, IHostApplicationLifetime host)
    {
        var isReady = report.Status != HealthStatus.Down && !host.ApplicationStopping.IsCancellationRequested;
        return new(
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            Json.Write(new { Status = isReady ? HealthStatus.Ok : HealthStatus.Down }));
    }
}
