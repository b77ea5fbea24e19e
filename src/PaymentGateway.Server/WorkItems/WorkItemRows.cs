using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.WorkItems;

/// <summary>All SQL that writes work items: set-based, guarded by version.</summary>
internal static class WorkItemRows
{
    /// <summary>Conflicts when the same news has opened an item already.</summary>
    internal static readonly RowWriter<WorkItem> Insert = RowWriter<WorkItem>.Guard("work_items.items.insert", 56, i => i.Id,
        """
        INSERT INTO work_items.items (id, merchant_id, mode, kind, news_key, state, connector, order_id, payment_id, charge_id, refund_id,
            amount, suspended, currency, ours, theirs, actions, action, note, resolved_by, webhook_url, created_at, act_at, version)
        SELECT id, merchant_id, mode, kind, news_key, state, connector, order_id, payment_id, charge_id, refund_id,
            amount, suspended, currency, ours, theirs, string_to_array(actions, ','), action, note, resolved_by, webhook_url, created_at,
            act_at, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) AS r
            (id, merchant_id, mode, kind, news_key, state, connector, order_id, payment_id, charge_id, refund_id,
             amount, suspended, currency, ours, theirs, actions, action, note, resolved_by, webhook_url, created_at, act_at)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<WorkItem>.Column(i => i.Id),
        RowWriter<WorkItem>.Column(i => i.Tenant.MerchantId),
        RowWriter<WorkItem>.Column(i => i.Tenant.Mode.ToSql()),
        RowWriter<WorkItem>.Column(i => WorkItemWords.Of(i.Kind)),
        RowWriter<WorkItem>.Column(i => i.NewsKey),
        RowWriter<WorkItem>.Column(i => WorkItemWords.Of(i.State)),
        RowWriter<WorkItem>.Column(i => i.Connector),
        RowWriter<WorkItem>.Column(i => i.OrderId),
        RowWriter<WorkItem>.Column(i => i.PaymentId),
        RowWriter<WorkItem>.Column(i => i.ChargeId),
        RowWriter<WorkItem>.Column(i => i.RefundId),
        RowWriter<WorkItem>.Column(i => i.Amount?.Minor),
        RowWriter<WorkItem>.Column(SuspendedOf),
        RowWriter<WorkItem>.Column(i => i.Amount?.Currency.Code),
        RowWriter<WorkItem>.Column(i => i.Ours),
        RowWriter<WorkItem>.Column(i => i.Theirs),
        RowWriter<WorkItem>.Column(i => string.Join(',', i.Actions.Select(WorkItemWords.Of))),
        RowWriter<WorkItem>.Column(ActionOf),
        RowWriter<WorkItem>.Column(i => i.Note),
        RowWriter<WorkItem>.Column(i => i.ResolvedBy),
        RowWriter<WorkItem>.Column(i => i.WebhookUrl),
        RowWriter<WorkItem>.Column(i => i.CreatedAt),
        RowWriter<WorkItem>.Column(i => i.ActAt));

    internal static readonly RowWriter<WorkItem> Update = RowWriter<WorkItem>.Guard("work_items.items", 57, i => i.Id,
        """
        UPDATE work_items.items AS i
        SET state = r.state, payment_id = r.payment_id, suspended = r.suspended, action = r.action, note = r.note, failure = r.failure,
            result_id = r.result_id, resolved_by = r.resolved_by, resolved_at = r.resolved_at, act_at = r.act_at, claimed_until = NULL,
            version = i.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r
            (id, version, state, payment_id, suspended, action, note, failure, result_id, resolved_by, resolved_at, act_at)
        WHERE i.id = r.id AND i.version = r.version
        RETURNING i.id
        """,
        RowWriter<WorkItem>.Column(i => i.Id),
        RowWriter<WorkItem>.Column(i => i.Version),
        RowWriter<WorkItem>.Column(i => WorkItemWords.Of(i.State)),
        RowWriter<WorkItem>.Column(i => i.PaymentId),
        RowWriter<WorkItem>.Column(SuspendedOf),
        RowWriter<WorkItem>.Column(ActionOf),
        RowWriter<WorkItem>.Column(i => i.Note),
        RowWriter<WorkItem>.Column(i => i.Failure),
        RowWriter<WorkItem>.Column(i => i.ResultId),
        RowWriter<WorkItem>.Column(i => i.ResolvedBy),
        RowWriter<WorkItem>.Column(i => i.ResolvedAt),
        RowWriter<WorkItem>.Column(i => i.ActAt));

    private static long SuspendedOf(WorkItem item) => item.IsSuspended ? item.Amount!.Value.Minor : 0;

    private static string? ActionOf(WorkItem item) => item.Action is { } action ? WorkItemWords.Of(action) : null;
}
