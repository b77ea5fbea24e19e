using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Inbox;

/// <summary>Reads messages, claims those that wait, and forgets old ones.</summary>
internal sealed class InboxStore(Db db)
{
    internal static DueRows MessagesToActOn { get; } = new("inbox.messages", "due_at", "d.due_at IS NOT NULL");

    public async Task<InboxMessage?> Find(string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Row.Columns} FROM inbox.messages m WHERE m.id = @id", new { id }, cancellationToken: cancel)))?.ToMessage();
    }

    /// <summary>The newest first, of every merchant: for an operator.</summary>
    /// <param name="state">Only these; null: all.</param>
    public async Task<IReadOnlyList<InboxMessage>> List(InboxState? state, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Row.Columns}
            FROM inbox.messages m
            {(state is null ? "" : "WHERE m.state = @state")}
            ORDER BY m.id DESC
            LIMIT @limit
            """, new { state = state is { } known ? InboxRows.WordOf(known) : null, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToMessage())];
    }

    /// <summary>Claims messages that nobody has acted on. If this replica dies, another takes them when the lease is over.</summary>
    public async Task<IReadOnlyList<InboxMessage>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            WITH due AS MATERIALIZED ({MessagesToActOn.SelectToClaim("id")})
            UPDATE inbox.messages AS m
            SET claimed_until = @until
            FROM due
            WHERE m.id = due.id
            RETURNING {Row.Columns}
            """, new { now, until = now + lease, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToMessage())];
    }

    /// <summary>Forgets messages that were finished before then. Those that failed stay.</summary>
    public async Task<int> Purge(DateTimeOffset before, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM inbox.messages
            WHERE id IN (
                SELECT id FROM inbox.messages WHERE state IN ('handled', 'ignored') AND finished_at < @before ORDER BY finished_at LIMIT @limit)
            """, new { before, limit }, cancellationToken: cancel));
    }

    private sealed record Row
    {
        public const string Columns =
            """
            m.id, m.merchant_id, m.mode, m.connector, m.message_id, m.subject, m.sealed, m.address, m.request_id, m.state, m.result, m.attempts,
            m.received_at, m.due_at, m.claimed_until, m.finished_at
            """;

        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Connector { get; init; }
        public required string MessageId { get; init; }
        public required string Subject { get; init; }
        public required string Sealed { get; init; }
        public string? Address { get; init; }
        public string? RequestId { get; init; }
        public required string State { get; init; }
        public string? Result { get; init; }
        public int Attempts { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public DateTimeOffset? DueAt { get; init; }
        public DateTimeOffset? ClaimedUntil { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }

        public InboxMessage ToMessage() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            Connector = Connector,
            MessageId = MessageId,
            Subject = Subject,
            Sealed = Sealed,
            Address = Address,
            RequestId = RequestId,
            State = Enum.Parse<InboxState>(State, ignoreCase: true),
            Result = Result,
            Attempts = Attempts,
            ReceivedAt = ReceivedAt,
            DueAt = DueAt,
            ClaimedUntil = ClaimedUntil,
            FinishedAt = FinishedAt,
        };
    }
}
