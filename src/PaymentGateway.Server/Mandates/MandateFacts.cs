using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>What is written of every change of a mandate: its event and its audit row. Who agreed from where is in neither.</summary>
internal sealed class MandateFacts(EventConsumers events, MerchantClocks clocks)
{
    /// <param name="change">Writes the mandate too.</param>
    /// <param name="before">Null: the mandate is new.</param>
    /// <param name="next">The mandate as it will be.</param>
    /// <param name="origin">Who.</param>
    public void Write(Change change, Mandate? before, Mandate next, Origin origin)
    {
        var (was, will) = (before is null ? null : DataOf(before), DataOf(next));
        if (JsonNode.DeepEquals(was, will))
        {
            // Only counting how often the processor was asked is no change that anybody looks for.
            return;
        }

        var name = before is null ? "mandate.created" : "mandate.updated";
        AuditTrail.Record(change, next.Tenant, origin, clocks.Real, name, "mandate", next.Id, was, will);
        events.Write(change, Event.Of(name, next.Tenant, next.Id, DataOf(next), origin.RequestId, webhookUrl: null, clocks));
    }

    /// <summary>A debit was announced.</summary>
    public void Write(Change change, Mandate mandate, Notice notice, Origin origin)
    {
        var data = DataOf(mandate);
        data["noticeId"] = notice.Id;
        data["amount"] = notice.Amount.ToMajor();
        data["debitFrom"] = Json.Time(notice.DebitFrom);
        data["debitUntil"] = Json.Time(notice.DebitUntil);
        AuditTrail.Record(change, mandate.Tenant, origin, clocks.Real, "mandate.notified", "mandate", mandate.Id, null, data);
        events.Write(change, Event.Of(
            "mandate.notified", mandate.Tenant, mandate.Id, data.DeepClone().AsObject(), origin.RequestId, webhookUrl: null, clocks));
    }

    private static JsonObject DataOf(Mandate mandate)
    {
        var data = new JsonObject
        {
            ["merchantId"] = mandate.Tenant.MerchantId,
            ["mandateId"] = mandate.Id,
            ["customerId"] = mandate.CustomerId,
            ["type"] = Words.Of(mandate.Type),
            ["status"] = mandate.Status,
            ["amountMax"] = mandate.AmountMax.ToMajor(),
            ["currency"] = mandate.AmountMax.Currency.Code,
            ["frequency"] = Words.Of(mandate.Frequency),
            ["usesMax"] = mandate.UsesMax,
            ["startsAt"] = Json.Time(mandate.StartsAt),
            ["endsAt"] = mandate.EndsAt is { } end ? Json.Time(end) : null,
            ["noticeDays"] = mandate.Notice.Days,
            ["failureCode"] = mandate.FailureCode,
            ["failureReason"] = mandate.FailureReason,
            ["revokeReason"] = mandate.RevokeReason,
            ["metadata"] = JsonNode.Parse(mandate.Metadata),
            ["createdAt"] = Json.Time(mandate.CreatedAt),
            ["activatedAt"] = mandate.ActivatedAt is { } active ? Json.Time(active) : null,
            ["closedAt"] = mandate.ClosedAt is { } closed ? Json.Time(closed) : null,
        };
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
