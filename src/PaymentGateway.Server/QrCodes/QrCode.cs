using PaymentGateway.Database;

namespace PaymentGateway.QrCodes;

internal enum QrCodeKind
{
    /// <summary>Printed once, paid by many: each payment makes an order of its own.</summary>
    Static,

    /// <summary>For one order, one payment.</summary>
    Dynamic,
}

internal enum QrCodeState
{
    Active,

    /// <summary>Dynamic codes only: its one payment came.</summary>
    Paid,
    Expired,
    Canceled,
}

/// <summary>A code that customers scan and pay in their own app, without an attempt of ours.</summary>
internal sealed record QrCode
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required QrCodeKind Kind { get; init; }
    public required string Format { get; init; }
    public required QrCodeState State { get; init; }

    /// <summary>Null: the payer types it; static codes only.</summary>
    public Money? Amount { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>What a dynamic code pays.</summary>
    public string? OrderId { get; init; }

    /// <summary>The order was made for this code, so it ends with it.</summary>
    public bool OwnsOrder { get; init; }

    /// <summary>What is drawn.</summary>
    public required string Text { get; init; }
    public string? Description { get; init; }
    public required string Metadata { get; init; }
    public int PaymentsCount { get; init; }
    public required Money AmountReceived { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>Money that came in by a code, once for each reference of the processor.</summary>
/// <param name="Surplus">Why the code does not count it; null when it does.</param>
internal sealed record Credit(
    Tenant Tenant, string Connector, string Reference, string QrCodeId, string PaymentId, string OrderId, Money Amount, string? Surplus,
    DateTimeOffset CreditedAt);
