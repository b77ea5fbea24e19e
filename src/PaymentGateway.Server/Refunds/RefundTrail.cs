using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Refunds;

/// <summary>The audit rows of refunds.</summary>
internal static class RefundTrail
{
    /// <param name="change">Writes the refund too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">The clock of the audit trail.</param>
    /// <param name="before">Null: the refund is new.</param>
    /// <param name="next">The refund as it will be.</param>
    public static void Record(Change change, Origin origin, TimeProvider real, Refund? before, Refund next) => AuditTrail.Record(
        change, next.Tenant, origin, real, before is null ? "refund.create" : $"refund.{next.Status}", "refund", next.Id,
        before is null ? null : RefundFacts.Of(before), RefundFacts.Of(next));
}
