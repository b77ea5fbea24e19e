using System.Diagnostics.Metrics;

namespace PaymentGateway.Monitoring;

/// <summary>The health report as gauges. Of a queue that could not be looked at nothing is said.</summary>
internal sealed class QueueMetrics
{
    public QueueMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("PaymentGateway.Monitoring");
        meter.CreateObservableGauge("database.up", Up, null, "1 when the database answered, 0 when it did not.");
        meter.CreateObservableGauge("queue.waiting", () => Queues(queue => queue.Waiting), null,
            "Webhook deliveries to be sent, and attempts whose processor is to be asked; counted up to 100000.");
        meter.CreateObservableGauge("queue.overdue", () => Queues(queue => queue.OverdueSeconds), "s",
            "For how long the oldest of a queue should have been done.");
    }

    public HealthReport? Latest { get; set; }

    private IEnumerable<Measurement<int>> Up() => Latest is { } report ? [new(report.Services.Database.Status == HealthStatus.Ok ? 1 : 0)] : [];

    private IEnumerable<Measurement<double>> Queues(Func<QueueHealth, double?> value)
    {
        if (Latest is not { Services: var services })
        {
            yield break;
        }

        foreach (var (name, queue) in new[] { ("webhooks", services.Webhooks), ("resolver", services.Resolver) })
        {
            if (value(queue) is { } known)
            {
                yield return new(known, KeyValuePair.Create<string, object?>("queue", name));
            }
        }
    }
}
