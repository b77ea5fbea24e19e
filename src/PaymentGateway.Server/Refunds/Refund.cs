using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>Where a refund stands. Three of them are <c>pending</c> on the wire.</summary>
public enum RefundState
{
    /// <summary>Somebody else must agree; the amount is reserved already.</summary>
    RequiresApproval,

    /// <summary>Committed before the call; no answer of the processor is known.</summary>
    Submitted,

    /// <summary>The processor has it and has not done it yet.</summary>
    Pending,

    /// <summary>The processor was told to take it back and has not answered.</summary>
    Canceling,

    Succeeded,

    /// <summary>On the processor's word, even days after it had succeeded.</summary>
    Failed,

    Canceled,
}

public enum RefundReason
{
    RequestedByCustomer,
    Duplicate,
    Fraudulent,
    Other,
}

/// <summary>What one key or person decided about a refund.</summary>
/// <param name="Approver">The publishable half of the key.</param>
/// <param name="Reason">Of a rejection.</param>
public sealed record Approval(string Approver, bool IsApproved, string? Reason, DateTimeOffset CreatedAt);

/// <summary>Captured money that goes back to the customer. Its id is the key that the processor deduplicates by.</summary>
public sealed record Refund
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string PaymentId { get; init; }
    public required string ChargeId { get; init; }
    public string? OrderId { get; init; }

    /// <summary>The refund of a split payment that was spread over its parts, and this is one share.</summary>
    public string? SplitRefundId { get; init; }
    public required string Connector { get; init; }
    public required Money Amount { get; init; }

    /// <summary>The part of our fee that the merchant gets back with it.</summary>
    public required Money Fee { get; init; }

    /// <summary>The tax on that part.</summary>
    public required Money Tax { get; init; }
    public required RefundState State { get; init; }
    public required RefundReason Reason { get; init; }
    public string? Description { get; init; }

    /// <summary>The merchant's own JSON object, as sent.</summary>
    public required string Metadata { get; init; }

    /// <summary>Told about it beside the merchant's endpoints; from the payment.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>The publishable half of the key that asked for it.</summary>
    public required string RequestedBy { get; init; }
    public required int ApprovalsRequired { get; init; }
    public required bool SecondFactorRequired { get; init; }
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>The processor's own id.</summary>
    public string? Reference { get; init; }

    /// <summary>The number by which the customer's bank finds it, such as an ARN.</summary>
    public string? TraceNumber { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? CancelReason { get; init; }

    /// <summary>Sandbox only: the misbehaviour that the merchant's test asked for.</summary>
    public string? Behaviour { get; init; }

    /// <summary>How many days the processor says the money takes to the customer.</summary>
    public required int Days { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the processor was last told to do something; null before that.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>When to ask the processor; null while it is not running.</summary>
    public DateTimeOffset? CheckAt { get; init; }

    /// <summary>How often it was asked since the last call.</summary>
    public int Checks { get; init; }
    public DateTimeOffset? ExpectedAt { get; init; }
    public DateTimeOffset? ProcessedAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    /// <summary>Whether its amount counts as given back: it is, or may still be.</summary>
    public bool HoldsMoney => State is not (RefundState.Failed or RefundState.Canceled);

    /// <summary>What its state is called on the wire: a caller need not know why we wait for the processor.</summary>
    public string Status => StatusOf(State);

    public static string StatusOf(RefundState state) => state switch
    {
        RefundState.Submitted or RefundState.Canceling => StateWords.Of(RefundState.Pending),
        _ => StateWords.Of(state),
    };
}
