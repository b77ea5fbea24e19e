using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.SplitPayments;

/// <summary>A split payment as it comes from the database.</summary>
internal sealed record SplitRow
{
    internal const string Columns =
        """
        s.id, s.merchant_id, s.mode, s.order_id, s.amount, s.currency, s.state, s.failure_code, s.failure_reason, s.failed_payment_id,
        s.cancel_reason, s.behaviour, s.created_at, s.held_at, s.due_at, s.checks, s.finished_at, s.version
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string OrderId { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public required string State { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? FailedPaymentId { get; init; }
    public string? CancelReason { get; init; }
    public string? Behaviour { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? HeldAt { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public int Version { get; init; }

    public SplitPayment ToSplit() => new()
    {
        Id = Id,
        Tenant = Tenant.FromStored(MerchantId, Mode),
        OrderId = OrderId,
        Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
        State = StateWords.Parse<SplitState>(State),
        FailureCode = FailureCode,
        FailureReason = FailureReason,
        FailedPaymentId = FailedPaymentId,
        CancelReason = CancelReason,
        Behaviour = Behaviour,
        CreatedAt = CreatedAt,
        HeldAt = HeldAt,
        DueAt = DueAt,
        Checks = Checks,
        FinishedAt = FinishedAt,
        Version = Version,
    };
}
