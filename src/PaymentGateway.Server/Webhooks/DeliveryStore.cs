using Dapper;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

/// <summary>The SQL of fan-out and dispatch. Works for all merchants at once, so it never goes through a merchant's connection.</summary>
/// <remarks>
/// Its transactions do not wait for the disk. A crash of PostgreSQL can only take back the newest of them: then the outbox has its events
/// again, or a delivery is sent once more, which receivers are told to expect.
/// </remarks>
internal sealed class DeliveryStore(Db db)
{
    /// <summary>
    /// Whom each of <c>facts</c> concerns. An endpoint that names an alias gets the fact under it; one that takes everything, or names
    /// both, gets it once, under its own name. An order's address that is an endpoint's too is told once.
    /// </summary>
    private const string Recipients =
        """
        subscribed AS (
            SELECT f.id AS event_id, f.merchant_id, f.mode, f.subject_id, w.id AS endpoint_id, w.url,
                   CASE WHEN w.events && ARRAY['*', f.name] THEN f.name ELSE 'payment.completed' END AS event_name
            FROM facts AS f
            JOIN webhooks.endpoints AS w ON w.merchant_id = f.merchant_id AND w.mode = f.mode AND w.status = 'enabled'
             AND (w.events && ARRAY['*', f.name] OR (f.name = 'payment.success' AND w.events @> ARRAY['payment.completed']))
        ),
        recipients AS (
            SELECT event_id, merchant_id, mode, subject_id, endpoint_id, url, event_name
            FROM subscribed
            UNION ALL
            SELECT f.id, f.merchant_id, f.mode, f.subject_id, NULL, f.webhook_url, f.name
            FROM facts AS f
            WHERE f.webhook_url IS NOT NULL
              AND NOT EXISTS (SELECT FROM subscribed AS s WHERE s.event_id = f.id AND s.url = f.webhook_url)
        )
        """;

    /// <summary>Committed events that no delivery was written for yet.</summary>
    internal static DueRows EventsToFanOut { get; } = new(
        """
        (SELECT e.merchant_id, e.mode, e.created_at FROM events.outbox AS q JOIN events.events AS e ON e.id = q.event_id)
        """, "created_at", "true");

    /// <summary>Deliveries that nothing holds up: no earlier one of their subject is in its quick repeats.</summary>
    internal static DueRows Waiting(int retryAttempts) => new("webhooks.deliveries", "next_attempt_at",
        $"""
        d.status = 'pending' AND NOT EXISTS (
            SELECT FROM webhooks.deliveries AS earlier
            WHERE earlier.lane = d.lane AND earlier.subject_id = d.subject_id AND earlier.event_id < d.event_id
              AND earlier.status = 'pending' AND earlier.attempts <= {retryAttempts})
        """);

    /// <summary>
    /// Takes events off the queue and writes their deliveries, in one transaction. One at a time over all replicas: deliveries then
    /// appear in the order of their events, which is what keeps a subject's events in order.
    /// </summary>
    /// <returns>How many events were taken, and how many deliveries were written for them.</returns>
    public async Task<(int Taken, int Written)> FanOut(string consumer, int limit, MerchantClocks clocks, CancellationToken cancel)
    {
        // All that it looks for it finds by keys.
        await using var connection = await db.Commits.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // A replica that hangs in here must not keep the others out.
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SET LOCAL synchronous_commit = off;
            SET LOCAL idle_in_transaction_session_timeout = '30s';
            SELECT pg_advisory_xact_lock(hashtext('webhooks.fan_out'))
            """, transaction: transaction, cancellationToken: cancel));
        var taken = (await connection.QueryAsync<TakenEvent>(new CommandDefinition(
            $"""
            WITH taken AS (
                DELETE FROM events.outbox AS o
                USING (
                    SELECT event_id
                    FROM events.outbox
                    WHERE consumer = @consumer
                    ORDER BY event_id
                    LIMIT @limit
                    FOR UPDATE SKIP LOCKED
                ) AS next
                WHERE o.consumer = @consumer AND o.event_id = next.event_id
                RETURNING o.event_id
            ),
            facts AS (
                SELECT e.id, e.merchant_id, e.mode, e.subject_id, e.name, e.webhook_url
                FROM taken
                JOIN events.events AS e ON e.id = taken.event_id
            ),
            {Recipients}
            SELECT f.id AS taken_id, r.event_id, r.merchant_id, r.mode, r.subject_id, r.endpoint_id, r.url, r.event_name
            FROM facts AS f
            LEFT JOIN recipients AS r ON r.event_id = f.id
            ORDER BY f.id
            """, new { consumer, limit }, transaction, cancellationToken: cancel))).AsList();
        var deliveries = taken.Where(t => t.EventId is not null).Select(t => NewDelivery.For(t.Recipient(), clocks)).ToList();
        if (deliveries.Count > 0)
        {
            await using var insert = new NpgsqlBatch(connection, transaction) { BatchCommands = { DeliveryRows.Insert(deliveries) } };
            await insert.ExecuteNonQueryAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        return (taken.Select(t => t.TakenId).Distinct().Count(), deliveries.Count);
    }

    /// <summary>
    /// Claims due deliveries until <paramref name="leaseUntil"/>. Goes from lane to lane, so that the backlog of one is not even read
    /// past when others have something due; in a lane an event waits for the earlier ones of its subject that are in their quick
    /// repeats.
    /// </summary>
    public async Task<IReadOnlyList<ClaimedDelivery>> Claim(
        LaneRooms rooms, int retryAttempts, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var claimed = await connection.QueryAsync<ClaimedDelivery>(new CommandDefinition(
            """
            SET LOCAL synchronous_commit = off;
            WITH RECURSIVE lanes AS (
                (SELECT lane, merchant_id, mode FROM webhooks.deliveries WHERE status = 'pending' ORDER BY lane LIMIT 1)
                UNION ALL
                SELECT next.lane, next.merchant_id, next.mode
                FROM lanes
                CROSS JOIN LATERAL (
                    SELECT d.lane, d.merchant_id, d.mode
                    FROM webhooks.deliveries AS d
                    WHERE d.status = 'pending' AND d.lane > lanes.lane
                    ORDER BY d.lane
                    LIMIT 1
                ) AS next
            ),
            open_lanes AS (
                SELECT l.lane, coalesce(known.room, @roomOfNewLane) AS room, coalesce(known.failing, false) AS failing,
                       coalesce(o.ahead, interval '0') AS ahead
                FROM lanes AS l
                LEFT JOIN clocks.offsets AS o ON o.merchant_id = l.merchant_id AND o.mode = l.mode
                LEFT JOIN unnest(@lanes, @rooms, @failing) AS known (lane, room, failing) ON known.lane = l.lane
                WHERE coalesce(known.room, @roomOfNewLane) > 0
            ),
            due AS MATERIALIZED (
                SELECT d.id, d.next_attempt_at, o.failing, o.ahead
                FROM open_lanes AS o
                CROSS JOIN LATERAL (
                    SELECT d.id, d.next_attempt_at
                    FROM webhooks.deliveries AS d
                    WHERE d.lane = o.lane AND d.status = 'pending' AND d.next_attempt_at <= @now + o.ahead
                      AND (d.claimed_until IS NULL OR d.claimed_until <= @now)
                      AND NOT EXISTS (
                          SELECT FROM webhooks.deliveries AS earlier
                          WHERE earlier.lane = d.lane AND earlier.subject_id = d.subject_id AND earlier.event_id < d.event_id
                            AND earlier.status = 'pending' AND earlier.attempts <= @retryAttempts)
                    ORDER BY d.next_attempt_at
                    LIMIT o.room
                    FOR UPDATE OF d SKIP LOCKED
                ) AS d
            ),
            chosen AS (
                SELECT id, ahead
                FROM (
                    SELECT id, next_attempt_at, failing, ahead, row_number() OVER (PARTITION BY failing ORDER BY next_attempt_at) AS place
                    FROM due
                ) AS d
                WHERE place <= CASE WHEN failing THEN @roomForFailing ELSE @roomInAll END
                ORDER BY failing, next_attempt_at
                LIMIT @roomInAll
            ),
            claimed AS (
                UPDATE webhooks.deliveries AS d
                SET claim = d.claim + 1, claimed_until = @leaseUntil, first_attempt_at = coalesce(d.first_attempt_at, @now + chosen.ahead)
                FROM chosen
                WHERE d.id = chosen.id
                RETURNING d.id, d.claim, d.merchant_id, d.mode, d.event_id, d.event_name, d.lane, d.url, d.attempts, d.first_attempt_at,
                          d.endpoint_id, chosen.ahead
            )
            SELECT c.id, c.claim, c.merchant_id, c.mode, c.event_id, c.event_name, c.lane, coalesce(w.url, c.url) AS url, c.attempts,
                   c.first_attempt_at, c.ahead, e.body, e.name AS stored_name, c.endpoint_id, w.status AS endpoint_status, w.secret,
                   w.previous_secret, w.previous_secret_until, w.failing_since
            FROM claimed AS c
            JOIN events.events AS e ON e.id = c.event_id
            LEFT JOIN webhooks.endpoints AS w ON w.id = c.endpoint_id
            ORDER BY c.event_id
            """,
            new
            {
                lanes = rooms.Lanes,
                rooms = rooms.Rooms,
                failing = rooms.Failing,
                roomOfNewLane = Webhooks.Lanes.RoomHealthy,
                roomForFailing = rooms.ForFailing,
                roomInAll = rooms.InAll,
                retryAttempts,
                now,
                leaseUntil,
            },
            transaction, cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
        return claimed.AsList();
    }

    /// <summary>When, in real time, the next delivery falls due that is not due yet.</summary>
    public async Task<DateTimeOffset?> NextDue(DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteScalarAsync<DateTimeOffset?>(new CommandDefinition(
            """
            SELECT least(
                (SELECT min(next_attempt_at) FROM webhooks.deliveries WHERE status = 'pending' AND next_attempt_at > @now),
                (SELECT min(early.due)
                 FROM clocks.offsets AS o
                 CROSS JOIN LATERAL (
                     SELECT min(d.next_attempt_at) - o.ahead AS due
                     FROM webhooks.deliveries AS d
                     WHERE d.merchant_id = o.merchant_id AND d.mode = 'test' AND d.status = 'pending'
                       AND d.next_attempt_at > @now + o.ahead
                 ) AS early))
            """, new { now }, cancellationToken: cancel));
    }

    /// <summary>
    /// Writes what came of an attempt. A sender whose lease ran out may still report success, which is final; a failure of his is only
    /// logged, since his successor decides.
    /// </summary>
    public async Task Record(
        ClaimedDelivery delivery, SendResult result, DeliveryOutcome outcome, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SET LOCAL synchronous_commit = off;

            INSERT INTO webhooks.attempts
                (delivery_id, claim, merchant_id, mode, started_at, duration_ms, response_status, response_body, error)
            VALUES (@Id, @Claim, @MerchantId, @mode, @StartedAt, @durationMs, @responseStatus, @Response, @Error);

            UPDATE webhooks.deliveries
            SET status = @status, attempts = attempts + 1, next_attempt_at = coalesce(@RetryAt, next_attempt_at), claimed_until = NULL,
                finished_at = CASE WHEN @status = 'pending' THEN NULL ELSE @now END,
                last_status = @responseStatus, last_error = @Error, last_duration_ms = @durationMs
            WHERE id = @Id AND status = 'pending' AND (claim = @Claim OR @status = 'delivered');

            UPDATE webhooks.endpoints
            SET failing_since = CASE WHEN @status = 'delivered' THEN NULL ELSE @now END
            WHERE id = @EndpointId AND (failing_since IS NULL) = (@status <> 'delivered');
            """,
            new
            {
                delivery.Id,
                delivery.Claim,
                delivery.MerchantId,
                mode = delivery.Mode.ToSql(),
                delivery.EndpointId,
                result.StartedAt,
                durationMs = (int)result.Duration.TotalMilliseconds,
                responseStatus = result.Status,
                result.Response,
                result.Error,
                status = StatusText.Of(outcome.Status),
                outcome.RetryAt,
                now,
            },
            transaction, cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Ends a claimed delivery without an attempt, because it cannot be sent as things stand.</summary>
    public async Task GiveUp(ClaimedDelivery delivery, string error, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE webhooks.deliveries
            SET status = 'failed', finished_at = @now, last_error = @error
            WHERE id = @Id AND status = 'pending' AND claim = @Claim
            """, new { delivery.Id, delivery.Claim, error, now }, cancellationToken: cancel));
    }

    /// <summary>Hands a claimed delivery back unsent: it is due at once, for any replica.</summary>
    public async Task Release(ClaimedDelivery delivery, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE webhooks.deliveries SET claimed_until = NULL WHERE id = @Id AND status = 'pending' AND claim = @Claim",
            new { delivery.Id, delivery.Claim }, cancellationToken: cancel));
    }

    /// <summary>Whom the events of a range concern now, oldest first: what sending them again would send.</summary>
    public async Task<IReadOnlyList<Recipient>> RecipientsOf(EventRange range, int limit, CancellationToken cancel)
    {
        var facts = new Conditions(range.Tenant)
            .And("id = @eventId", range.EventId)
            .And("id > @afterEventId", range.AfterEventId)
            .AndCreated("created_at", "id", "evt", range.From, range.To);
        facts.Parameters.AddDynamicParams(new { range.EndpointId, range.OnlyFailed, limit });
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Recipient>(new CommandDefinition(
            $"""
            WITH facts AS (
                SELECT id, merchant_id, mode, subject_id, name, webhook_url
                FROM events.events
                WHERE merchant_id = @merchantId AND mode = @mode {facts.Sql}
            ),
            {Recipients}
            SELECT r.event_id, r.merchant_id, r.mode, r.subject_id, r.endpoint_id, r.url, r.event_name
            FROM recipients AS r
            LEFT JOIN webhooks.deliveries AS d ON d.event_id = r.event_id AND d.endpoint_id IS NOT DISTINCT FROM r.endpoint_id
            WHERE (@EndpointId::text IS NULL OR r.endpoint_id = @EndpointId)
              AND (NOT @OnlyFailed OR d.status = 'failed')
            ORDER BY r.event_id
            LIMIT @limit
            """,
            facts.Parameters, cancellationToken: cancel));
        return rows.AsList();
    }

    private sealed record TakenEvent
    {
        public required string TakenId { get; init; }
        public string? EventId { get; init; }
        public string? MerchantId { get; init; }
        public Mode? Mode { get; init; }
        public string? SubjectId { get; init; }
        public string? EndpointId { get; init; }
        public string? Url { get; init; }
        public string? EventName { get; init; }

        public Recipient Recipient() => new()
        {
            EventId = EventId!,
            MerchantId = MerchantId!,
            Mode = Mode!.Value,
            SubjectId = SubjectId!,
            EndpointId = EndpointId,
            Url = Url!,
            EventName = EventName!,
        };
    }
}

/// <summary>Which events are to be sent again, and to whom.</summary>
internal sealed record EventRange(
    Tenant Tenant, string? EventId, DateTimeOffset? From, DateTimeOffset? To, string? AfterEventId, string? EndpointId, bool OnlyFailed);
