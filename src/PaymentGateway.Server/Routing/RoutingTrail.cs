using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Routing;

/// <summary>The event and the audit row of new rules.</summary>
internal static class RoutingTrail
{
    public static void Record(
        Change change, EventConsumers events, Origin origin, MerchantClocks clocks, Tenant tenant, RoutingVersion before, RoutingVersion next)
    {
        AuditTrail.Record(change, tenant, origin, clocks.Real, "routing.update", "routing", tenant.MerchantId,
            before.Rules.Version == 0 ? null : FieldsOf(before), FieldsOf(next));
        events.Write(change, Event.Of("routing.updated", tenant, tenant.MerchantId, new JsonObject
        {
            ["merchantId"] = tenant.MerchantId,
            ["version"] = next.Rules.Version,
            ["attemptsMax"] = next.Rules.AttemptsMax,
        }, origin.RequestId, webhookUrl: null, clocks));
    }

    private static JsonObject FieldsOf(RoutingVersion version) => JsonSerializer.SerializeToNode(RulesView.Of(version), Json.Options)!.AsObject();
}
