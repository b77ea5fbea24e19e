using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Events;

/// <summary>Reads the committed facts of one merchant.</summary>
public sealed class EventStore(Db db)
{
    public async Task<StoredEvent?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<StoredEvent>(new CommandDefinition(
            """
            SELECT id, name, subject_id, created_at, request_id, body
            FROM events.events
            WHERE id = @id AND merchant_id = @MerchantId AND mode = @mode
            """,
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>One row more than the page, newest first.</summary>
    internal async Task<IReadOnlyList<StoredEvent>> List(Tenant tenant, ListQuery query, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<StoredEvent>(new CommandDefinition(
            """
            SELECT id, name, subject_id, created_at, request_id, body
            FROM events.events
            WHERE merchant_id = @MerchantId AND mode = @mode
              AND (@before::text IS NULL OR id < @before)
              AND (@name::text IS NULL OR name = @name)
              AND (@subjectId::text IS NULL OR subject_id = @subjectId)
              AND (@from::timestamptz IS NULL OR created_at >= @from)
              AND (@to::timestamptz IS NULL OR created_at < @to)
            ORDER BY id DESC
            LIMIT @limit
            """,
            new
            {
                tenant.MerchantId,
                mode = tenant.Mode.ToSql(),
                before = query.Before,
                name = query["event"] is { } name ? EventCatalogue.StoredNameOf(name) : null,
                subjectId = query["subjectId"],
                from = query.Time("createdFrom"),
                to = query.Time("createdTo"),
                limit = query.Limit + 1,
            },
            cancellationToken: cancel));
        return rows.AsList();
    }
}

/// <summary>An event as it stands in the database.</summary>
public sealed record StoredEvent
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string SubjectId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string? RequestId { get; init; }

    /// <summary>The exact text that subscribers receive.</summary>
    public required string Body { get; init; }
}
