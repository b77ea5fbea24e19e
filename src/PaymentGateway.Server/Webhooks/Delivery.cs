using PaymentGateway.Database;
using PaymentGateway.Events;

namespace PaymentGateway.Webhooks;

public enum DeliveryStatus
{
    Pending,
    Delivered,
    Failed,
}

/// <summary>Someone who is to be told of an event.</summary>
internal sealed record Recipient
{
    public required string EventId { get; init; }
    public required string MerchantId { get; init; }
    public required Mode Mode { get; init; }
    public required string SubjectId { get; init; }

    /// <summary>Null: the address that the order itself named.</summary>
    public string? EndpointId { get; init; }
    public required string Url { get; init; }

    /// <summary>The name it asked for: the event's own or an alias.</summary>
    public required string EventName { get; init; }

    public Tenant Tenant => new(MerchantId, Mode);

    /// <summary>Receivers in one lane share its connections; lanes never wait for each other.</summary>
    public string Lane => EndpointId ?? $"{MerchantId}/{Mode.ToSql()}/{Host}";

    private string Host => Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : "";
}

/// <summary>A delivery that this process may send until its lease ends.</summary>
internal sealed record ClaimedDelivery
{
    public required string Id { get; init; }
    public required int Claim { get; init; }
    public required string MerchantId { get; init; }
    public required Mode Mode { get; init; }
    public required string EventId { get; init; }
    public required string EventName { get; init; }
    public required string Lane { get; init; }
    public required string Url { get; init; }

    /// <summary>Failed ones before this.</summary>
    public required int Attempts { get; init; }
    public required DateTimeOffset FirstAttemptAt { get; init; }

    /// <summary>Of the real time, at the claim.</summary>
    public required TimeSpan Ahead { get; init; }

    /// <summary>The event's text, under its stored name.</summary>
    public required string Body { get; init; }
    public required string StoredName { get; init; }

    public string? EndpointId { get; init; }
    public string? EndpointStatus { get; init; }
    public string? Secret { get; init; }
    public string? PreviousSecret { get; init; }
    public DateTimeOffset? PreviousSecretUntil { get; init; }
    public DateTimeOffset? FailingSince { get; init; }

    public Tenant Tenant => new(MerchantId, Mode);

    /// <summary>
    /// The bytes for this receiver. Under an alias only the name differs, and it stands at a known place: replacing it there keeps
    /// every other byte as it was.
    /// </summary>
    public string BodyAsNamed()
    {
        if (EventName == StoredName)
        {
            return Body;
        }

        var stored = Beginning(StoredName);
        return Body.StartsWith(stored, StringComparison.Ordinal)
            ? Beginning(EventName) + Body[stored.Length..]
            : throw new InvalidOperationException($"The body of {EventId} does not begin with its id and name.");
    }

    private string Beginning(string name) => $"{{\"id\":\"{EventId}\",\"event\":\"{name}\",";
}
