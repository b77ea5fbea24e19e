using System.Diagnostics.Metrics;
using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>Counts what became of payments, by the facts that are told as events.</summary>
internal static class PaymentMetrics
{
    private static readonly Meter meter = new("PaymentGateway.Payments");

    private static readonly Counter<long> outcomes = meter.CreateCounter<long>(
        "payment.outcomes", "{payment}", "Committed facts about payments: initiated, authorized, success, failed and so on.");

    private static readonly Counter<long> failures = meter.CreateCounter<long>("payment.failures", "{payment}", "Failed attempts by error code.");

    public static void Count(PaymentStep step)
    {
        var method = KeyValuePair.Create<string, object?>("method", step.Next.Charge?.Summary.Method ?? "none");
        var mode = KeyValuePair.Create<string, object?>("mode", step.Next.Tenant.Mode.ToSql());
        foreach (var fact in step.Facts)
        {
            outcomes.Add(1, KeyValuePair.Create<string, object?>("outcome", fact[(fact.IndexOf('.', StringComparison.Ordinal) + 1)..]), method, mode);
        }

        if (step.Facts.Contains("payment.failed"))
        {
            failures.Add(1, KeyValuePair.Create<string, object?>("code", step.Next.FailureCode), method, mode);
        }
    }
}
