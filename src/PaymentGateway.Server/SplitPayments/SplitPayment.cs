using PaymentGateway.Database;

namespace PaymentGateway.SplitPayments;

/// <summary>Where a split payment stands. Two of them are <c>processing</c> on the wire.</summary>
public enum SplitState
{
    /// <summary>Its parts are being authorized, or a processor has not said yet what became of one.</summary>
    Authorizing,

    /// <summary>A part waits for the customer.</summary>
    RequiresAction,

    /// <summary>All parts hold, and are being taken.</summary>
    Capturing,

    /// <summary>All parts are taken, and the order is paid.</summary>
    Succeeded,

    /// <summary>It will not be paid; what its parts hold or took is being given back.</summary>
    Releasing,

    /// <summary>A part could not be paid. No part is kept.</summary>
    Failed,

    /// <summary>It was canceled, or the time of its order was over. No part is kept.</summary>
    Canceled,
}

/// <summary>An order that is paid in several parts: all of them, or none.</summary>
public sealed record SplitPayment
{
    public const int PartsMin = 2;
    public const int PartsMax = 5;

    /// <summary>As for the attempts of a payment: card testers get no more tries.</summary>
    public const int PerOrderMax = 10;

    public const string Expired = "expired";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string OrderId { get; init; }
    public required Money Amount { get; init; }
    public required SplitState State { get; init; }

    /// <summary>Why it fails: what the first part was refused with that was not paid.</summary>
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? FailedPaymentId { get; init; }

    /// <summary>Why it is canceled; null when it fails.</summary>
    public string? CancelReason { get; init; }

    /// <summary>Sandbox only: the misbehaviour that the merchant's test asked for.</summary>
    public string? Behaviour { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When all parts held. Before that nothing is captured that can be held.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>When its parts are looked at next; null when nothing is left to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often its parts were looked at in vain since it last moved.</summary>
    public int Checks { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Counts the writes of it and the moves of its parts.</summary>
    public required int Version { get; init; }

    public bool IsOver => State is SplitState.Succeeded or SplitState.Failed or SplitState.Canceled;

    /// <summary>What its state is called on the wire.</summary>
    public string Status => StatusOf(State);

    public static string StatusOf(SplitState state) => state switch
    {
        SplitState.Authorizing or SplitState.Capturing => "processing",
        _ => Payments.StateWords.Of(state),
    };
}
