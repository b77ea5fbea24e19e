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
        var where = query.For(tenant, "id", "created_at")
            .And("name = @name", query["event"] is { } name ? EventCatalogue.StoredNameOf(name) : null)
            .And("subject_id = @subjectId", query["subjectId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<StoredEvent>(new CommandDefinition(
            $"""
            SELECT id, name, subject_id, created_at, request_id, body
            FROM events.events
            WHERE merchant_id = @merchantId AND mode = @mode {where.Sql}
            ORDER BY id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
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
