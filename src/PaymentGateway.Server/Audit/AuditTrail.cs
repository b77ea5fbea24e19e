using System.Text.Json.Nodes;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Audit;

/// <summary>How the areas above record what was changed.</summary>
public static class AuditTrail
{
    internal const string IdPrefix = "aud";

    /// <summary>The chain of the installation itself, under a name that no merchant can have; verify walks it as any other.</summary>
    public static Tenant Platform { get; } = new("$platform", Mode.Live);

    /// <summary>
    /// Writes an audit row with the change it tells of. Of <paramref name="before"/> and <paramref name="after"/> only the fields that differ
    /// are kept, with secrets, card numbers and personal data masked; leave out what is secret all the same.
    /// </summary>
    /// <param name="change">Committed whole or not at all.</param>
    /// <param name="tenant">Whose object it is.</param>
    /// <param name="origin">Who changes it.</param>
    /// <param name="real">What happened when is evidence: a test clock does not move it.</param>
    /// <param name="action">Noun and verb: <c>payment.capture</c>.</param>
    /// <param name="objectType">The noun: <c>payment</c>.</param>
    /// <param name="objectId">Which one.</param>
    /// <param name="before">The fields as they were; null when the object is new.</param>
    /// <param name="after">The fields as they will be; null when the object is gone.</param>
    public static void Record(
        Change change, Tenant tenant, Origin origin, TimeProvider real, string action, string objectType, string objectId,
        JsonObject? before, JsonObject? after)
    {
        var when = real.GetUtcNow();
        var differing = AuditFields.Differing(before, after);
        change.Write(AuditRow.Insert, new AuditRow
        {
            Id = Id.At(IdPrefix, when),
            MerchantId = tenant.MerchantId,
            Mode = tenant.Mode,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(when.ToUnixTimeMilliseconds()),
            Actor = origin.Actor,
            Address = origin.Address?.ToString(),
            Action = action,
            ObjectType = objectType,
            ObjectId = objectId,
            Before = before is null ? null : AuditFields.Text(before, differing),
            After = after is null ? null : AuditFields.Text(after, differing),
            RequestId = origin.RequestId,
        });
    }
}
