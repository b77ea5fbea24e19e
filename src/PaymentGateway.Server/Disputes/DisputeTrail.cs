using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>The audit rows of disputes. What the evidence says is left out: it may name the customer, and stands with the dispute.</summary>
internal static class DisputeTrail
{
    /// <summary>Only counting how often the processor was asked is no change that anybody looks for: then nothing is written. An event has its row.</summary>
    /// <param name="change">Writes the dispute too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">The clock of the audit trail.</param>
    /// <param name="before">Null: the dispute is new.</param>
    /// <param name="step">With the dispute as it will be.</param>
    public static void Record(Change change, Origin origin, TimeProvider real, Dispute? before, DisputeStep step)
    {
        var (was, will) = (before is null ? null : FieldsOf(before), FieldsOf(step.Next));
        if (step.Facts.Count > 0 || !JsonNode.DeepEquals(was, will))
        {
            AuditTrail.Record(change, step.Next.Tenant, origin, real, ActionOf(before, step), "dispute", step.Next.Id, was, will);
        }
    }

    private static string ActionOf(Dispute? before, DisputeStep step) => (before, step.Next) switch
    {
        (null, _) => "dispute.open",
        _ when step.IsReminder => "dispute.remind",
        var (was, now) when was.State != now.State && now.RequestKey is not null =>
            now.State == DisputeState.Accepting ? "dispute.accept" : "dispute.submit",
        var (was, now) when was.State != now.State => $"dispute.{now.Status}",
        var (was, now) when was.Files.Count != now.Files.Count => "dispute.attach",
        _ => "dispute.update",
    };

    private static JsonObject FieldsOf(Dispute dispute)
    {
        var fields = DisputeFacts.Of(dispute);
        fields["state"] = StateWords.Of(dispute.State);
        fields["evidenceFields"] = string.Join(", ", dispute.Evidence.Keys.Order(StringComparer.Ordinal));
        fields["evidenceRevision"] = FingerprintOf(dispute.Evidence);
        fields["files"] = string.Join(", ", dispute.Files.Select(file => file.Sha256));
        fields["remindAt"] = dispute.RemindAt is { } remind ? Json.Time(remind) : null;
        return fields;
    }

    /// <summary>Tells that a text was changed, and not what it says.</summary>
    private static string? FingerprintOf(IReadOnlyDictionary<string, string> evidence) => evidence.Count == 0 ? null : Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, string>(evidence.ToDictionary(), StringComparer.Ordinal))).AsSpan(0, 6));
}
