using PaymentGateway.Database;

namespace PaymentGateway.WorkItems;

/// <summary>What does not fit together.</summary>
public enum WorkItemKind
{
    /// <summary>Money came for a payment that had been canceled.</summary>
    LatePayment,

    /// <summary>Money came a second time: another attempt has paid, or is paying.</summary>
    DuplicatePayment,

    /// <summary>The processor took more or less than it was asked for.</summary>
    AmountDiffers,

    /// <summary>The processor takes back what it had said: that money is held or taken.</summary>
    FailedAfterSuccess,

    /// <summary>Money came for a charge that nobody here has begun.</summary>
    UnknownCharge,

    /// <summary>A refund was done that nobody here has asked for.</summary>
    UnknownRefund,

    /// <summary>The processor says of a refund that is over what cannot be.</summary>
    RefundDiffers,
}

/// <summary>Where an item stands.</summary>
public enum WorkItemState
{
    /// <summary>Waits for a person to choose.</summary>
    Open,

    /// <summary>The action is chosen and being carried out, as often as it takes.</summary>
    Resolving,

    /// <summary>The action is done.</summary>
    Resolved,

    /// <summary>Nothing was to be done: our side stands.</summary>
    Dismissed,
}

/// <summary>How a contradiction can end.</summary>
public enum WorkItemAction
{
    /// <summary>The money goes back to the customer.</summary>
    Refund,

    /// <summary>The processor is right: the payment takes what came.</summary>
    Accept,

    /// <summary>The processor is right and the money is lost: we bear it.</summary>
    WriteOff,

    /// <summary>Our side stands; money in suspense is taken out of the book again.</summary>
    Dismiss,
}

/// <summary>A contradiction between a processor and us, and how it ended. Both sides are kept as they were.</summary>
public sealed record WorkItem
{
    public const string IdPrefix = "wi";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required WorkItemKind Kind { get; init; }

    /// <summary>Names the contradiction: the same news again opens no second item.</summary>
    public required string NewsKey { get; init; }
    public required WorkItemState State { get; init; }
    public required string Connector { get; init; }
    public string? OrderId { get; init; }
    public string? PaymentId { get; init; }
    public string? ChargeId { get; init; }
    public string? RefundId { get; init; }

    /// <summary>The money that it is about, when the processor said how much.</summary>
    public Money? Amount { get; init; }

    /// <summary>Whether the amount stands in the suspense account.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>What we had when the news came: a JSON object.</summary>
    public required string Ours { get; init; }

    /// <summary>What the processor said: a JSON object.</summary>
    public required string Theirs { get; init; }

    /// <summary>What can be chosen.</summary>
    public required IReadOnlyList<WorkItemAction> Actions { get; init; }
    public WorkItemAction? Action { get; init; }

    /// <summary>Of whoever chose.</summary>
    public string? Note { get; init; }

    /// <summary>Why the chosen action could not be carried out.</summary>
    public string? Failure { get; init; }

    /// <summary>What the action made, such as the refund.</summary>
    public string? ResultId { get; init; }

    /// <summary>As in the audit trail.</summary>
    public string? ResolvedBy { get; init; }
    public string? WebhookUrl { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>When the action is carried out or tried again; null unless it is chosen and not done.</summary>
    public DateTimeOffset? ActAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }
}
