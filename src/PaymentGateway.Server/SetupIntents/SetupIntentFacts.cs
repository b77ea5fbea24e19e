using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.SetupIntents;

/// <summary>What is written of every change of a set-up: its audit row, and the event where subscribers wait for it. Nothing personal.</summary>
internal sealed class SetupIntentFacts(EventConsumers events, MerchantClocks clocks)
{
    /// <param name="change">Writes the set-up too.</param>
    /// <param name="before">Null: the set-up is new.</param>
    /// <param name="next">The set-up as it will be.</param>
    /// <param name="origin">Who.</param>
    public void Write(Change change, SetupIntent? before, SetupIntent next, Origin origin)
    {
        var (was, will) = (before is null ? null : DataOf(before), DataOf(next));
        if (JsonNode.DeepEquals(was, will))
        {
            // Only counting how often the processor was asked is no change that anybody looks for.
            return;
        }

        var name = EventOf(before, next);
        AuditTrail.Record(change, next.Tenant, origin, clocks.Real, name ?? "setup.updated", "setup_intent", next.Id, was, will);
        if (name is not null)
        {
            events.Write(change, Event.Of(name, next.Tenant, next.Id, DataOf(next), origin.RequestId, webhookUrl: null, clocks));
        }
    }

    /// <summary>Null: that the processor is being asked is not told.</summary>
    private static string? EventOf(SetupIntent? before, SetupIntent next) => next.State switch
    {
        _ when before is null => "setup.created",
        _ when before.State == next.State => null,
        SetupState.RequiresAction => "setup.requires_action",
        SetupState.RequiresPaymentMethod => "setup.failed",
        SetupState.Succeeded => "setup.succeeded",
        SetupState.Canceled => "setup.canceled",
        _ => null,
    };

    private static JsonObject DataOf(SetupIntent setup)
    {
        var data = new JsonObject
        {
            ["merchantId"] = setup.Tenant.MerchantId,
            ["setupIntentId"] = setup.Id,
            ["customerId"] = setup.CustomerId,
            ["status"] = Words.Of(setup.State),
            ["usage"] = Words.Of(setup.Usage),
            ["paymentMethod"] = setup.Method,
            ["paymentMethodId"] = setup.PaymentMethodId,
            ["mandateId"] = setup.MandateId,
            ["failureCode"] = setup.LastError?.Code,
            ["failureReason"] = setup.LastError?.Sentence,
            ["cancellationReason"] = setup.CancellationReason,
            ["metadata"] = JsonNode.Parse(setup.Metadata),
            ["createdAt"] = Json.Time(setup.CreatedAt),
            ["succeededAt"] = setup.SucceededAt is { } succeeded ? Json.Time(succeeded) : null,
            ["canceledAt"] = setup.CanceledAt is { } canceled ? Json.Time(canceled) : null,
        };
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
