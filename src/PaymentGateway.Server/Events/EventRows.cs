using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Events;

/// <summary>Those who want every committed event, each at its own pace (webhooks now). Complete before the first event is written.</summary>
public sealed class EventConsumers
{
    private readonly List<(string Name, Signal Signal)> consumers = [];

    /// <summary>From now on every event is queued for <paramref name="name"/>; the signal is set when one was committed by this process.</summary>
    public Signal Add(string name)
    {
        var signal = new Signal();
        consumers.Add((name, signal));
        return signal;
    }

    /// <summary>Writes the event with the change it is a fact of.</summary>
    public void Write(Change change, Event fact)
    {
        change.Of(fact.Tenant).Write(EventRows.Insert, fact);
        foreach (var (name, signal) in consumers)
        {
            change.Write(EventRows.Queue, new QueuedEvent(name, fact.Id)).Wake(signal);
        }
    }
}

internal sealed record QueuedEvent(string Consumer, string EventId);

internal static class EventRows
{
    internal static readonly RowWriter<Event> Insert = RowWriter<Event>.Append("events.events", 80, e => e.Id,
        """
        INSERT INTO events.events (id, merchant_id, mode, name, subject_id, created_at, request_id, webhook_url, body)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        RowWriter<Event>.Column(e => e.Id),
        RowWriter<Event>.Column(e => e.Tenant.MerchantId),
        RowWriter<Event>.Column(e => e.Tenant.Mode.ToSql()),
        RowWriter<Event>.Column(e => e.Name),
        RowWriter<Event>.Column(e => e.SubjectId),
        RowWriter<Event>.Column(e => e.CreatedAt),
        RowWriter<Event>.Column(e => e.RequestId),
        RowWriter<Event>.Column(e => e.WebhookUrl),
        RowWriter<Event>.Column(e => e.Body));

    internal static readonly RowWriter<QueuedEvent> Queue = RowWriter<QueuedEvent>.Append("events.outbox", 81, q => q.EventId,
        "INSERT INTO events.outbox (consumer, event_id) SELECT * FROM unnest($1, $2)",
        RowWriter<QueuedEvent>.Column(q => q.Consumer),
        RowWriter<QueuedEvent>.Column(q => q.EventId));
}
