using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Customers;

/// <summary>Where a saved method stands.</summary>
public enum PaymentMethodState
{
    /// <summary>Its processor was told to save it and has not answered.</summary>
    Saving,

    /// <summary>It can be paid with.</summary>
    Active,

    /// <summary>Its processor did not take it.</summary>
    Failed,

    /// <summary>It cannot be paid with any more. The row stays: payments name it.</summary>
    Detached,
}

/// <summary>A way to pay that a customer has left with a processor: the processor keeps it, we keep the processor's word for it.</summary>
public sealed record PaymentMethod
{
    public const string IdPrefix = "pm";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string CustomerId { get; init; }
    public required PaymentMethodState State { get; init; }

    /// <summary>What may be shown of it.</summary>
    public required MethodSummary Summary { get; init; }

    /// <summary>The same for the same card or address of one merchant; null: the processor does not tell.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The processor that has it, the only one that it can be paid through.</summary>
    public required string Connector { get; init; }

    /// <summary>The processor's own token.</summary>
    public string? Reference { get; init; }

    /// <summary>What the card network calls the transaction by which the holder agreed to its being kept; null where that is not known.</summary>
    public string? NetworkTransactionId { get; init; }

    /// <summary>What is being saved; gone once the processor has answered.</summary>
    public SaveSource? Source { get; init; }

    /// <summary>It takes one of the customer's places.</summary>
    public required bool HasPlace { get; init; }

    /// <summary>The one that the customer had already.</summary>
    public string? ReplacedBy { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }

    /// <summary>Sandbox only: the misbehaviour that the merchant's test asked for.</summary>
    public string? Behaviour { get; init; }

    /// <summary>The merchant's own object as its JSON text.</summary>
    public required string Metadata { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AttachedAt { get; init; }
    public DateTimeOffset? DetachedAt { get; init; }

    /// <summary>
    /// When the card is over: the end of its month. Null for a method without an end, and for a card that was over when its processor
    /// took it all the same: then the processor knows better.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the merchant is to be told that it will expire; null: has been, or never.</summary>
    public DateTimeOffset? NoticeAt { get; init; }

    /// <summary>When its processor forgot it.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    /// <summary>When its processor is told again; null: nothing is open there.</summary>
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public required int Version { get; init; }

    public bool IsOverAt(DateTimeOffset when) => ExpiresAt <= when;
}
