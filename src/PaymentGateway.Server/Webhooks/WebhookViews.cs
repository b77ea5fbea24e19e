namespace PaymentGateway.Webhooks;

/// <summary>Whether an endpoint is told of events.</summary>
public enum EndpointSwitch
{
    Enabled,
    Disabled,
}

public sealed record CreateEndpoint
{
    public required string Url { get; init; }

    /// <summary>Names from the catalogue, or <c>["*"]</c> (the default) for all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    public string? Description { get; init; }
}

/// <summary>Only the fields that are sent are changed; an empty description removes it.</summary>
public sealed record UpdateEndpoint(
    string? Url = null, IReadOnlyList<string>? Events = null, string? Description = null, EndpointSwitch? Status = null);

/// <param name="OverlapHours">How long the former secret signs beside the new one, 0 to 168.</param>
public sealed record RollSecret(int OverlapHours = 24);

/// <param name="Event">The kind of the sample, <c>payment.success</c> when not said.</param>
public sealed record TestEndpointRequest(string? Event = null);

/// <param name="EndpointId">Only to this one.</param>
public sealed record RedeliverEvent(string? EndpointId = null);

public sealed record RedeliverRange
{
    /// <summary>The first instant of the range.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The instant after the range.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Only to this one.</summary>
    public string? EndpointId { get; init; }

    /// <summary>Only what was given up.</summary>
    public bool OnlyFailed { get; init; }

    /// <summary>To go on after the call that answered it.</summary>
    public string? Cursor { get; init; }
}

/// <param name="Secret">Shown once: when the endpoint is created and when its secret is rolled.</param>
/// <param name="FailingSince">The first failed attempt after the last success.</param>
/// <param name="PreviousSecretExpiresAt">Until then the former secret signs too.</param>
public sealed record EndpointView(
    string Id, string Url, string? Description, IReadOnlyList<string> Events, EndpointSwitch Status, string? DisabledReason,
    DateTimeOffset? FailingSince, DateTimeOffset? PreviousSecretExpiresAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Secret)
{
    internal static EndpointView Of(WebhookEndpoint endpoint, DateTimeOffset now, string? secret = null) => new(
        endpoint.Id, endpoint.Url, endpoint.Description, endpoint.Events,
        endpoint.Status == EndpointStatus.Enabled ? EndpointSwitch.Enabled : EndpointSwitch.Disabled,
        endpoint.DisabledReason, endpoint.FailingSince, endpoint.PreviousSecretUntil > now ? endpoint.PreviousSecretUntil : null,
        endpoint.CreatedAt, endpoint.UpdatedAt, secret);
}

public sealed record DeletedEndpointView(string Id, bool Deleted);

/// <param name="Event">The name it was sent under.</param>
/// <param name="EndpointId">Absent: the address that the order itself named.</param>
/// <param name="AttemptCount">Failed and successful ones since it was last scheduled.</param>
/// <param name="NextAttemptAt">When it is tried next, while it is pending.</param>
/// <param name="Attempts">The latest, newest first.</param>
public sealed record DeliveryView(
    string Id, string EventId, string? EndpointId, string Event, string SubjectId, string Url, DeliveryStatus Status, int AttemptCount,
    DateTimeOffset? NextAttemptAt, int? LastStatus, string? LastError, int? LastDurationMs, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt, IReadOnlyList<AttemptView> Attempts)
{
    internal static DeliveryView Of(StoredDelivery delivery, IEnumerable<StoredAttempt> attempts) => new(
        delivery.Id, delivery.EventId, delivery.EndpointId, delivery.EventName, delivery.SubjectId, delivery.Url, delivery.Status,
        delivery.Attempts, delivery.Status == DeliveryStatus.Pending ? delivery.NextAttemptAt : null, delivery.LastStatus,
        delivery.LastError, delivery.LastDurationMs, delivery.CreatedAt, delivery.FinishedAt, [.. attempts.Select(AttemptView.Of)]);
}

/// <param name="Status">The HTTP status, when there was an answer.</param>
/// <param name="Error">Why it does not count as delivered.</param>
/// <param name="Response">The first 4 KB of the answer's body.</param>
public sealed record AttemptView(DateTimeOffset StartedAt, int DurationMs, int? Status, string? Error, string? Response)
{
    internal static AttemptView Of(StoredAttempt attempt) =>
        new(attempt.StartedAt, attempt.DurationMs, attempt.ResponseStatus, attempt.Error, attempt.ResponseBody);
}

/// <param name="Delivered">Whether the endpoint answered 2xx in time.</param>
/// <param name="Response">The first 4 KB of the answer's body.</param>
public sealed record TestEndpointView(
    bool Delivered, string EventId, string Event, int? Status, string? Error, int DurationMs, string? Response);

/// <param name="Scheduled">How many deliveries are due again.</param>
/// <param name="NextCursor">Send it as <c>cursor</c> to go on, when there are more than one call takes.</param>
public sealed record RedeliveryView(int Scheduled, bool HasMore, string? NextCursor);
