using PaymentGateway.Database;

namespace PaymentGateway.Inbox;

/// <summary>Where a message stands.</summary>
public enum InboxState
{
    /// <summary>Stored and acknowledged; what it says is not committed yet.</summary>
    Received,
    Handled,

    /// <summary>It is about nothing that is here, and no money came with it.</summary>
    Ignored,

    /// <summary>Tried as often as makes sense; an operator looks at the result and replays it.</summary>
    Failed,
}

/// <summary>A verified message of a processor, as it came.</summary>
internal sealed record InboxMessage
{
    public const string IdPrefix = "msg";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string Connector { get; init; }

    /// <summary>The processor's id of the event, the same on every repeat.</summary>
    public required string MessageId { get; init; }

    /// <summary>Our key of the object that it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>Headers and body, encrypted: they may name a customer.</summary>
    public required string Sealed { get; init; }
    public string? Address { get; init; }
    public string? RequestId { get; init; }
    public InboxState State { get; init; }

    /// <summary>Why it was ignored or has failed: a code, or the kind of an error.</summary>
    public string? Result { get; init; }

    /// <summary>How often acting on it has failed.</summary>
    public int Attempts { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When to act on it; null once it is finished.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Until then only the claimer acts on it.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}
