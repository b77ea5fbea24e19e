using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

/// <summary>Sends events again, to those whom they concern now: an endpoint that was created or enabled since gets them too.</summary>
internal sealed class Redelivery(
    EventStore events, EndpointStore endpoints, DeliveryStore deliveries, WebhookSignals signals, MerchantClocks clocks)
{
    internal static readonly TimeSpan RangeMax = TimeSpan.FromDays(31);

    internal const int DeliveriesMax = 1000;

    public async Task<Decided> OfEvent(Caller caller, string eventId, string? endpointId, CancellationToken cancel)
    {
        if (await events.Find(caller.Tenant, eventId, cancel) is null)
        {
            return Refused(new(Errors.EventNotFound), caller);
        }

        return await EndpointFault(caller.Tenant, endpointId, cancel) is { } refusal
            ? Refused(refusal, caller)
            : await Schedule(new(caller.Tenant, eventId, null, null, null, endpointId, OnlyFailed: false), cancel);
    }

    public async Task<Decided> OfRange(Caller caller, RedeliverRange wanted, CancellationToken cancel)
    {
        if (RangeFault(wanted) is { } fault)
        {
            return Refused(fault, caller);
        }

        return await EndpointFault(caller.Tenant, wanted.EndpointId, cancel) is { } refusal
            ? Refused(refusal, caller)
            : await Schedule(
                new(caller.Tenant, null, wanted.From, wanted.To, wanted.Cursor, wanted.EndpointId, wanted.OnlyFailed), cancel);
    }

    private async Task<Decided> Schedule(EventRange range, CancellationToken cancel)
    {
        var found = await deliveries.RecipientsOf(range, DeliveriesMax + 1, cancel);
        var hasMore = found.Count > DeliveriesMax;
        // The last event may be cut in the middle; the next call begins with it.
        var page = hasMore ? [.. found.Where(r => r.EventId != found[^1].EventId)] : found;
        var answer = Answer.Accepted(new RedeliveryView(page.Count, hasMore, hasMore ? page[^1].EventId : null));
        return new(new Change().WriteAll(DeliveryRows.Again, page.Select(r => NewDelivery.For(r, clocks))).Wake(signals.Due), answer);
    }

    private async Task<Refusal?> EndpointFault(Tenant tenant, string? endpointId, CancellationToken cancel)
    {
        if (endpointId is null)
        {
            return null;
        }

        return await endpoints.Find(tenant, endpointId, cancel) switch
        {
            null => new Refusal(Errors.WebhookEndpointNotFound),
            { Status: EndpointStatus.Disabled } => Refusal.InvalidState("webhook endpoint", "disabled", ["enable", "delete"]),
            _ => null,
        };
    }

    private static Refusal? RangeFault(RedeliverRange wanted)
    {
        if (wanted.To <= wanted.From || wanted.To - wanted.From > RangeMax)
        {
            return Refusal.Field("to", $"must be after from, by at most {RangeMax.Days} days");
        }

        return wanted.Cursor is not null && !Id.IsValid("evt", wanted.Cursor)
            ? Refusal.Field("cursor", "must be a nextCursor of this call")
            : null;
    }

    private static Decided Refused(Refusal refusal, Caller caller) => new(null, Answer.Of(refusal, caller.RequestId));
}
