using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.WorkItems;

/// <summary>What merchants are told about items, and what the audit trail keeps: the <c>data</c> of their events.</summary>
internal static class WorkItemFacts
{
    public static JsonObject Of(WorkItem item)
    {
        var data = new JsonObject
        {
            ["merchantId"] = item.Tenant.MerchantId,
            ["workItemId"] = item.Id,
            ["kind"] = WorkItemWords.Of(item.Kind),
            ["status"] = WorkItemWords.Of(item.State),
            ["orderId"] = item.OrderId,
            ["paymentId"] = item.PaymentId,
            ["chargeId"] = item.ChargeId,
            ["refundId"] = item.RefundId,
            ["amount"] = item.Amount?.ToMajor(),
            ["currency"] = item.Amount?.Currency.Code,
            ["inSuspense"] = item.IsSuspended,
            ["ours"] = JsonNode.Parse(item.Ours),
            ["theirs"] = JsonNode.Parse(item.Theirs),
            ["actions"] = new JsonArray([.. item.Actions.Select(action => (JsonNode)WorkItemWords.Of(action))]),
            ["action"] = item.Action is { } action ? WorkItemWords.Of(action) : null,
            ["failure"] = item.Failure,
            ["resultId"] = item.ResultId,
            ["resolvedBy"] = item.ResolvedBy,
            ["createdAt"] = Json.Time(item.CreatedAt),
            ["resolvedAt"] = item.ResolvedAt is { } resolved ? Json.Time(resolved) : null,
        };
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
