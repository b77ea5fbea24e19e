using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

/// <summary>Reads a merchant's endpoints and what was sent to them.</summary>
internal sealed class EndpointStore(Db db)
{
    private const string EndpointColumns =
        """
        id, merchant_id, mode, url, description, events, secret, previous_secret, previous_secret_until, status, disabled_reason,
        failing_since, version, created_at, updated_at
        """;

    private const string DeliveryColumns =
        """
        id, event_id, endpoint_id, event_name, subject_id, url, status, attempts, next_attempt_at, last_status, last_error,
        last_duration_ms, created_at, finished_at
        """;

    public async Task<WebhookEndpoint?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<WebhookEndpoint>(new CommandDefinition(
            $"""
            SELECT {EndpointColumns}
            FROM webhooks.endpoints
            WHERE id = @id AND merchant_id = @MerchantId AND mode = @mode AND status <> 'deleted'
            """, new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>One row more than the page, newest first.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> List(Tenant tenant, ListQuery query, CancellationToken cancel)
    {
        var where = query.For(tenant, "id").And("status = @status", query["status"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<WebhookEndpoint>(new CommandDefinition(
            $"""
            SELECT {EndpointColumns}
            FROM webhooks.endpoints
            WHERE merchant_id = @merchantId AND mode = @mode AND status <> 'deleted' {where.Sql}
            ORDER BY id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return rows.AsList();
    }

    public async Task<int> Count(Tenant tenant, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            "SELECT count(*) FROM webhooks.endpoints WHERE merchant_id = @MerchantId AND mode = @mode AND status <> 'deleted'",
            new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>The deliveries to an endpoint, or of an event: one row more than the page, newest first.</summary>
    public async Task<IReadOnlyList<StoredDelivery>> Deliveries(
        Tenant tenant, string? endpointId, string? eventId, ListQuery query, CancellationToken cancel)
    {
        var where = query.For(tenant, "id", "created_at")
            .And("endpoint_id = @endpointId", endpointId)
            .And("event_id = @eventId", eventId)
            .And("status = @status", query["status"])
            .And("event_name = @name", query["event"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<StoredDelivery>(new CommandDefinition(
            $"""
            SELECT {DeliveryColumns}
            FROM webhooks.deliveries
            WHERE merchant_id = @merchantId AND mode = @mode {where.Sql}
            ORDER BY id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return rows.AsList();
    }

    public async Task<StoredDelivery?> FindDelivery(Tenant tenant, string endpointId, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<StoredDelivery>(new CommandDefinition(
            $"""
            SELECT {DeliveryColumns}
            FROM webhooks.deliveries
            WHERE id = @id AND endpoint_id = @endpointId AND merchant_id = @MerchantId AND mode = @mode
            """, new { id, endpointId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>The latest attempts of each of these deliveries, newest first.</summary>
    public async Task<ILookup<string, StoredAttempt>> Attempts(
        Tenant tenant, IReadOnlyCollection<string> deliveries, int latest, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<StoredAttempt>(new CommandDefinition(
            """
            SELECT a.delivery_id, a.started_at, a.duration_ms, a.response_status, a.response_body, a.error
            FROM unnest(@deliveries) AS d (id)
            CROSS JOIN LATERAL (
                SELECT delivery_id, claim, started_at, duration_ms, response_status, response_body, error
                FROM webhooks.attempts
                WHERE delivery_id = d.id AND merchant_id = @MerchantId AND mode = @mode
                ORDER BY claim DESC
                LIMIT @latest
            ) AS a
            ORDER BY a.delivery_id, a.claim DESC
            """,
            new { deliveries = deliveries.ToArray(), tenant.MerchantId, mode = tenant.Mode.ToSql(), latest }, cancellationToken: cancel));
        return rows.ToLookup(a => a.DeliveryId);
    }
}

internal sealed record StoredDelivery
{
    public required string Id { get; init; }
    public required string EventId { get; init; }
    public string? EndpointId { get; init; }
    public required string EventName { get; init; }
    public required string SubjectId { get; init; }
    public required string Url { get; init; }
    public required DeliveryStatus Status { get; init; }
    public required int Attempts { get; init; }
    public required DateTimeOffset NextAttemptAt { get; init; }
    public int? LastStatus { get; init; }
    public string? LastError { get; init; }
    public int? LastDurationMs { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

internal sealed record StoredAttempt
{
    public required string DeliveryId { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required int DurationMs { get; init; }
    public int? ResponseStatus { get; init; }
    public string? ResponseBody { get; init; }
    public string? Error { get; init; }
}
