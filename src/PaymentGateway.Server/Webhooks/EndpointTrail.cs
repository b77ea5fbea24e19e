using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

/// <summary>The audit rows of webhook endpoints.</summary>
internal static class EndpointTrail
{
    /// <param name="change">Writes the endpoint too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">The clock of the audit trail.</param>
    /// <param name="verb">What was done to it.</param>
    /// <param name="before">Null: the endpoint is new.</param>
    /// <param name="next">The endpoint as it will be.</param>
    public static void Record(Change change, Origin origin, TimeProvider real, string verb, WebhookEndpoint? before, WebhookEndpoint next) =>
        AuditTrail.Record(
            change, next.Tenant, origin, real, $"webhook_endpoint.{verb}", "webhook_endpoint", next.Id,
            before is null ? null : FieldsOf(before), FieldsOf(next));

    private static JsonObject FieldsOf(WebhookEndpoint endpoint) => new()
    {
        ["url"] = endpoint.Url,
        ["description"] = endpoint.Description,
        ["events"] = new JsonArray([.. endpoint.Events.Select(name => (JsonNode)name)]),
        ["status"] = EndpointRows.Text(endpoint.Status),
        ["disabledReason"] = endpoint.DisabledReason,
        ["overlapUntil"] = endpoint.PreviousSecretUntil is { } until ? Json.Time(until) : null,
    };
}
