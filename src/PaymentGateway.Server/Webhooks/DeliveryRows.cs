using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

/// <summary>A delivery to be made, or to be made once more.</summary>
internal sealed record NewDelivery(string Id, Recipient To, DateTimeOffset CreatedAt)
{
    public static NewDelivery For(Recipient recipient, MerchantClocks clocks) =>
        new(Database.Id.New("whd", clocks.Real), recipient, clocks.Now(recipient.Tenant));
}

internal static class DeliveryRows
{
    private const string Columns =
        """
        id, merchant_id, mode, event_id, endpoint_id, url, event_name, subject_id, lane, status, attempts, claim, next_attempt_at, created_at
        """;

    private const string Rows =
        """
        SELECT r.id, r.merchant_id, r.mode, r.event_id, r.endpoint_id, r.url, r.event_name, r.subject_id, r.lane,
               'pending', 0, 0, r.at, r.at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            AS r (id, merchant_id, mode, event_id, endpoint_id, url, event_name, subject_id, lane, at)
        """;

    private static readonly Column<NewDelivery>[] columns =
    [
        RowWriter<NewDelivery>.Column(d => d.Id),
        RowWriter<NewDelivery>.Column(d => d.To.MerchantId),
        RowWriter<NewDelivery>.Column(d => d.To.Mode.ToSql()),
        RowWriter<NewDelivery>.Column(d => d.To.EventId),
        RowWriter<NewDelivery>.Column(d => d.To.EndpointId),
        RowWriter<NewDelivery>.Column(d => d.To.Url),
        RowWriter<NewDelivery>.Column(d => d.To.EventName),
        RowWriter<NewDelivery>.Column(d => d.To.SubjectId),
        RowWriter<NewDelivery>.Column(d => d.To.Lane),
        RowWriter<NewDelivery>.Column(d => d.CreatedAt),
    ];

    /// <summary>An event that is fanned out a second time (a restored backup, a repaired queue) is not sent a second time.</summary>
    private static readonly RowWriter<NewDelivery> insert = RowWriter<NewDelivery>.Append("webhooks.deliveries", 90, d => d.Id,
        $"""
        INSERT INTO webhooks.deliveries ({Columns})
        {Rows}
        ON CONFLICT (event_id, endpoint_id) DO NOTHING
        """, columns);

    /// <summary>Makes a delivery due with all its attempts before it, whatever became of it.</summary>
    internal static readonly RowWriter<NewDelivery> Again = RowWriter<NewDelivery>.Append("webhooks.deliveries_again", 91, d => d.Id,
        $"""
        INSERT INTO webhooks.deliveries AS d ({Columns})
        {Rows}
        ON CONFLICT (event_id, endpoint_id) DO UPDATE
        SET status = 'pending', attempts = 0, claim = d.claim + 1, next_attempt_at = excluded.next_attempt_at, first_attempt_at = NULL,
            finished_at = NULL, claimed_until = NULL, url = excluded.url, event_name = excluded.event_name, lane = excluded.lane
        """, columns);

    internal static NpgsqlBatchCommand Insert(IReadOnlyList<NewDelivery> deliveries) => insert.Command([.. deliveries]);
}

internal static class StatusText
{
    public static string Of(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Pending => "pending",
        DeliveryStatus.Delivered => "delivered",
        DeliveryStatus.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };
}
