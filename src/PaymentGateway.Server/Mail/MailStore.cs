using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Mail;

/// <summary>A mail that is to be sent now.</summary>
internal sealed record WaitingMail
{
    public required string Id { get; init; }
    public string? MerchantId { get; init; }
    public string? Mode { get; init; }
    public required string Template { get; init; }
    public required string Language { get; init; }

    /// <summary>Sealed.</summary>
    public required string Recipient { get; init; }

    /// <summary>Sealed.</summary>
    public required string Data { get; init; }

    /// <summary>Kind and id of each, with a space between.</summary>
    public required string[] Attachments { get; init; }

    /// <summary>This one counted.</summary>
    public required int Attempts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public Tenant? Tenant => MerchantId is null ? null : new(MerchantId, Words.Parse<Database.Mode>(Mode!));

    public IEnumerable<MailAttachment> Files => Attachments.Select(line => line.Split(' ', 2)).Select(part => new MailAttachment(part[0], part[1]));
}

/// <summary>A mail that was given up, as the operator sees it: without its address.</summary>
public sealed record FailedMail
{
    public required string Id { get; init; }
    public required string Template { get; init; }
    public required string Language { get; init; }
    public string? MerchantId { get; init; }
    public required int Attempts { get; init; }
    public required string Fault { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset FinishedAt { get; init; }
}

/// <summary>All SQL of mails but their insertion.</summary>
internal sealed class MailStore(Db db)
{
    /// <summary>Claims what is due, the oldest first. If this replica dies, another takes it when the lease is over.</summary>
    public async Task<IReadOnlyList<WaitingMail>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QueryAsync<WaitingMail>(new CommandDefinition(
            """
            WITH due AS MATERIALIZED (
                SELECT id
                FROM mail.messages
                WHERE state = 'waiting' AND next_attempt_at <= @now AND (claimed_until IS NULL OR claimed_until <= @now)
                ORDER BY next_attempt_at
                LIMIT @limit
                FOR UPDATE SKIP LOCKED
            )
            UPDATE mail.messages AS m
            SET claimed_until = @until, attempts = m.attempts + 1
            FROM due
            WHERE m.id = due.id
            RETURNING m.id, m.merchant_id, m.mode, m.template, m.language, m.recipient, m.data, m.attachments, m.attempts, m.created_at
            """, new { now, until = now + lease, limit }, cancellationToken: cancel))).AsList();
    }

    /// <summary>It is with the mail server. What it said is not kept.</summary>
    public Task Sent(string id, DateTimeOffset now, CancellationToken cancel) => Execute(
        """
        UPDATE mail.messages
        SET state = 'sent', recipient = NULL, data = NULL, fault = NULL, next_attempt_at = NULL, claimed_until = NULL, finished_at = @now
        WHERE id = @id AND state = 'waiting'
        """, new { id, now }, cancel);

    public Task TryAgain(string id, DateTimeOffset at, string fault, CancellationToken cancel) => Execute(
        "UPDATE mail.messages SET next_attempt_at = @at, claimed_until = NULL, fault = @fault WHERE id = @id AND state = 'waiting'",
        new { id, at, fault }, cancel);

    public Task GiveUp(string id, DateTimeOffset now, string fault, CancellationToken cancel) => Execute(
        """
        UPDATE mail.messages
        SET state = 'failed', fault = @fault, next_attempt_at = NULL, claimed_until = NULL, finished_at = @now
        WHERE id = @id AND state = 'waiting'
        """, new { id, now, fault }, cancel);

    public async Task<IReadOnlyList<FailedMail>> Failed(int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QueryAsync<FailedMail>(new CommandDefinition(
            """
            SELECT id, template, language, merchant_id, attempts, fault, created_at, finished_at
            FROM mail.messages
            WHERE state = 'failed'
            ORDER BY id DESC
            LIMIT @limit
            """, new { limit }, cancellationToken: cancel))).AsList();
    }

    /// <summary>Puts back what was given up: one, or all.</summary>
    /// <returns>How many.</returns>
    public Task<int> Revive(string? id, DateTimeOffset now, CancellationToken cancel) => Execute(
        """
        UPDATE mail.messages
        SET state = 'waiting', attempts = 0, next_attempt_at = @now, finished_at = NULL
        WHERE state = 'failed' AND (@id::text IS NULL OR id = @id)
        """, new { id, now }, cancel);

    public Task<int> Forget(DateTimeOffset before, CancellationToken cancel) => Execute(
        "DELETE FROM mail.messages WHERE state <> 'waiting' AND finished_at < @before", new { before }, cancel);

    private async Task<int> Execute(string sql, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancel));
    }
}
