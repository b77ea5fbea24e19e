using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

internal enum EndpointStatus
{
    Enabled,
    Disabled,
    Deleted,
}

/// <summary>An address of a merchant that is told of events.</summary>
internal sealed record WebhookEndpoint
{
    /// <summary>Stands for every event; an alias is not sent beside the event it stands for.</summary>
    internal const string AllEvents = "*";

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required Mode Mode { get; init; }
    public required string Url { get; init; }
    public string? Description { get; init; }
    public required string[] Events { get; init; }

    /// <summary>Encrypted, as is the former one.</summary>
    public required string Secret { get; init; }
    public string? PreviousSecret { get; init; }
    public DateTimeOffset? PreviousSecretUntil { get; init; }
    public required EndpointStatus Status { get; init; }
    public string? DisabledReason { get; init; }
    public DateTimeOffset? FailingSince { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    public Tenant Tenant => new(MerchantId, Mode);

    public WebhookEndpoint Enabled() =>
        Status == EndpointStatus.Enabled ? this : this with { Status = EndpointStatus.Enabled, DisabledReason = null, FailingSince = null };

    public WebhookEndpoint Disabled(string reason) => this with { Status = EndpointStatus.Disabled, DisabledReason = reason };

    /// <summary>Its deliveries stay on record, its secrets do not.</summary>
    public WebhookEndpoint Deleted() => this with
    {
        Status = EndpointStatus.Deleted,
        DisabledReason = null,
        Secret = "",
        PreviousSecret = null,
        PreviousSecretUntil = null,
    };

    public WebhookEndpoint WithSecret(string secret, DateTimeOffset now, TimeSpan overlap) => this with
    {
        Secret = secret,
        PreviousSecret = overlap > TimeSpan.Zero ? Secret : null,
        PreviousSecretUntil = overlap > TimeSpan.Zero ? now + overlap : null,
    };

    public WebhookEndpoint Next(DateTimeOffset now) => this with { Version = Version + 1, UpdatedAt = now };
}

internal static class EndpointRows
{
    private static readonly Column<WebhookEndpoint>[] columns =
    [
        RowWriter<WebhookEndpoint>.Column(e => e.Id),
        RowWriter<WebhookEndpoint>.Column(e => e.MerchantId),
        RowWriter<WebhookEndpoint>.Column(e => e.Mode.ToSql()),
        RowWriter<WebhookEndpoint>.Column(e => e.Url),
        RowWriter<WebhookEndpoint>.Column(e => e.Description),
        // Arrays of different lengths do not fit into one array parameter.
        RowWriter<WebhookEndpoint>.Column(e => string.Join(' ', e.Events)),
        RowWriter<WebhookEndpoint>.Column(e => e.Secret),
        RowWriter<WebhookEndpoint>.Column(e => e.PreviousSecret),
        RowWriter<WebhookEndpoint>.Column(e => e.PreviousSecretUntil),
        RowWriter<WebhookEndpoint>.Column(e => Text(e.Status)),
        RowWriter<WebhookEndpoint>.Column(e => e.DisabledReason),
        RowWriter<WebhookEndpoint>.Column(e => e.Version),
        RowWriter<WebhookEndpoint>.Column(e => e.CreatedAt),
        RowWriter<WebhookEndpoint>.Column(e => e.UpdatedAt),
    ];

    private const string Rows =
        """
        unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS r
            (id, merchant_id, mode, url, description, events, secret, previous_secret, previous_secret_until, status, disabled_reason,
             version, created_at, updated_at)
        """;

    internal static readonly RowWriter<WebhookEndpoint> Insert = RowWriter<WebhookEndpoint>.Append("webhooks.endpoints", 88, e => e.Id,
        $"""
        INSERT INTO webhooks.endpoints
            (id, merchant_id, mode, url, description, events, secret, previous_secret, previous_secret_until, status, disabled_reason,
             version, created_at, updated_at)
        SELECT r.id, r.merchant_id, r.mode, r.url, r.description, string_to_array(r.events, ' '), r.secret, r.previous_secret,
               r.previous_secret_until, r.status, r.disabled_reason, r.version, r.created_at, r.updated_at
        FROM {Rows}
        """, columns);

    /// <summary>
    /// An endpoint that leaves the enabled state takes its waiting deliveries with it; one that comes back starts without a bad record.
    /// </summary>
    internal static readonly RowWriter<WebhookEndpoint> Update = RowWriter<WebhookEndpoint>.Guard("webhooks.endpoint_update", 89, e => e.Id,
        $"""
        WITH updated AS (
            UPDATE webhooks.endpoints AS e
            SET url = r.url, description = r.description, events = string_to_array(r.events, ' '), secret = r.secret,
                previous_secret = r.previous_secret, previous_secret_until = r.previous_secret_until, status = r.status,
                disabled_reason = r.disabled_reason, version = r.version, updated_at = r.updated_at,
                failing_since = CASE WHEN e.status = 'enabled' OR r.status <> 'enabled' THEN e.failing_since END
            FROM {Rows}
            WHERE e.id = r.id AND e.version = r.version - 1
            RETURNING e.id, e.status, e.updated_at
        ),
        given_up AS (
            UPDATE webhooks.deliveries AS d
            SET status = 'failed', finished_at = u.updated_at, last_error = 'The endpoint was ' || u.status || '.'
            FROM updated AS u
            WHERE d.endpoint_id = u.id AND d.status = 'pending' AND u.status <> 'enabled'
        )
        SELECT id FROM updated
        """, columns);

    internal static string Text(EndpointStatus status) => status switch
    {
        EndpointStatus.Enabled => "enabled",
        EndpointStatus.Disabled => "disabled",
        EndpointStatus.Deleted => "deleted",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };
}
