using System.Diagnostics.Metrics;

namespace PaymentGateway.Webhooks;

/// <summary>Counts attempts to deliver, and how long receivers take.</summary>
internal static class DeliveryMetrics
{
    private static readonly Meter meter = new("PaymentGateway.Webhooks");

    private static readonly Counter<long> attempts = meter.CreateCounter<long>(
        "webhook.attempts", "{attempt}", "Attempts to deliver a webhook: delivered, or failed and tried again or given up.");

    private static readonly Histogram<double> duration = meter.CreateHistogram<double>(
        "webhook.attempt.duration", "s", "Time until the receiver answered, or until it was given up.");

    public static void Count(SendResult result, DeliveryOutcome outcome)
    {
        attempts.Add(1, KeyValuePair.Create<string, object?>("outcome", outcome.Status switch
        {
            DeliveryStatus.Delivered => "delivered",
            DeliveryStatus.Pending => "retried",
            _ => "given_up",
        }));
        duration.Record(result.Duration.TotalSeconds);
    }
}
