using PaymentGateway.Database;

namespace PaymentGateway.Methods.Bnpl;

public enum InstallmentState
{
    /// <summary>To be paid by its due date.</summary>
    Due,

    /// <summary>Its due date is over.</summary>
    Overdue,
    Paid,

    /// <summary>Nobody expects it any more. It still counts against the credit line.</summary>
    WrittenOff,

    /// <summary>A refund has taken all of it off the loan.</summary>
    Refunded,
}

/// <summary>A part of a purchase that a customer owes to the lender.</summary>
public sealed record Installment
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string ChargeId { get; init; }
    public required string PaymentId { get; init; }
    public string? OrderId { get; init; }
    public required string CustomerId { get; init; }
    public required string PlanId { get; init; }

    /// <summary>1, 2 … of its purchase.</summary>
    public required int Number { get; init; }
    public required Money Amount { get; init; }

    /// <summary>What refunds have taken off it before it was paid.</summary>
    public required Money AmountRefunded { get; init; }

    /// <summary>What the customer has to pay, or has paid.</summary>
    public Money AmountDue => Amount - AmountRefunded;
    public required DateOnly DueDate { get; init; }
    public required InstallmentState State { get; init; }

    /// <summary>When the next reminder is due, or the end of the due date; null: nothing more is to be said.</summary>
    public DateTimeOffset? NextNoticeAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>The lender's receipt.</summary>
    public string? Reference { get; init; }
    public DateTimeOffset? WrittenOffAt { get; init; }
    public string? WebhookUrl { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required int Version { get; init; }
}
