using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Inbox;

/// <summary>All SQL that writes messages.</summary>
internal static class InboxRows
{
    /// <summary>Conflicts when the processor has sent this event before.</summary>
    internal static readonly RowWriter<InboxMessage> Insert = RowWriter<InboxMessage>.Guard("inbox.messages.insert", 12, m => m.Id,
        """
        INSERT INTO inbox.messages (id, merchant_id, mode, connector, message_id, subject, sealed, address, request_id, state, received_at,
            due_at, claimed_until)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<InboxMessage>.Column(m => m.Id),
        RowWriter<InboxMessage>.Column(m => m.Tenant.MerchantId),
        RowWriter<InboxMessage>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<InboxMessage>.Column(m => m.Connector),
        RowWriter<InboxMessage>.Column(m => m.MessageId),
        RowWriter<InboxMessage>.Column(m => m.Subject),
        RowWriter<InboxMessage>.Column(m => m.Sealed),
        RowWriter<InboxMessage>.Column(m => m.Address),
        RowWriter<InboxMessage>.Column(m => m.RequestId),
        RowWriter<InboxMessage>.Column(m => WordOf(m.State)),
        RowWriter<InboxMessage>.Column(m => m.ReceivedAt),
        RowWriter<InboxMessage>.Column(m => m.DueAt),
        RowWriter<InboxMessage>.Column(m => m.ClaimedUntil));

    /// <summary>Not guarded: whoever acts last writes last, and acting twice changes nothing.</summary>
    internal static readonly RowWriter<InboxMessage> Update = RowWriter<InboxMessage>.Append("inbox.messages", 13, m => m.Id,
        """
        UPDATE inbox.messages AS m
        SET state = r.state, result = r.result, attempts = r.attempts, due_at = r.due_at, claimed_until = NULL, finished_at = r.finished_at
        FROM unnest($1, $2, $3, $4, $5, $6) AS r (id, state, result, attempts, due_at, finished_at)
        WHERE m.id = r.id
        """,
        RowWriter<InboxMessage>.Column(m => m.Id),
        RowWriter<InboxMessage>.Column(m => WordOf(m.State)),
        RowWriter<InboxMessage>.Column(m => m.Result),
        RowWriter<InboxMessage>.Column(m => m.Attempts),
        RowWriter<InboxMessage>.Column(m => m.DueAt),
        RowWriter<InboxMessage>.Column(m => m.FinishedAt));

    internal static string WordOf(InboxState state) => state.ToString().ToLowerInvariant();
}
