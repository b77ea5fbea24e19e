using System.Text.Json;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>A refund as it comes from the database, with its approvals in the same snapshot.</summary>
internal sealed record RefundRow
{
    internal const string Columns =
        """
        r.id, r.merchant_id, r.mode, r.payment_id, r.charge_id, r.order_id, r.connector, r.amount, r.currency, r.fee, r.tax, r.state, r.reason,
        r.description, r.metadata, r.webhook_url, r.requested_by, r.approvals_required, r.second_factor_required, r.reference, r.trace_number,
        r.failure_code, r.failure_reason, r.processor_code, r.cancel_reason, r.behaviour, r.refund_days, r.created_at, r.called_at, r.check_at,
        r.checks, r.expected_at, r.processed_at, r.version, r.split_refund_id,
        (SELECT json_agg(json_build_object('approver', a.approver, 'decision', a.decision, 'reason', a.reason, 'createdAt', a.created_at)
                         ORDER BY a.created_at, a.approver)::text
         FROM refunds.approvals a
         WHERE a.refund_id = r.id AND a.merchant_id = r.merchant_id AND a.mode = r.mode) AS approvals
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string PaymentId { get; init; }
    public required string ChargeId { get; init; }
    public string? OrderId { get; init; }
    public required string Connector { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public long Fee { get; init; }
    public long Tax { get; init; }
    public required string State { get; init; }
    public required string Reason { get; init; }
    public string? Description { get; init; }
    public required string Metadata { get; init; }
    public string? WebhookUrl { get; init; }
    public required string RequestedBy { get; init; }
    public short ApprovalsRequired { get; init; }
    public bool SecondFactorRequired { get; init; }
    public string? Reference { get; init; }
    public string? TraceNumber { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? CancelReason { get; init; }
    public string? Behaviour { get; init; }
    public short RefundDays { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? CalledAt { get; init; }
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? ExpectedAt { get; init; }
    public DateTimeOffset? ProcessedAt { get; init; }
    public int Version { get; init; }
    public string? SplitRefundId { get; init; }
    public string? Approvals { get; init; }

    public Refund ToRefund()
    {
        var approvals = Approvals is null ? [] : JsonSerializer.Deserialize<ApprovalRow[]>(Approvals, JsonSerializerOptions.Web)!;
        var currency = PaymentGateway.Currency.FromStored(Currency);
        return new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            PaymentId = PaymentId,
            ChargeId = ChargeId,
            OrderId = OrderId,
            SplitRefundId = SplitRefundId,
            Connector = Connector,
            Amount = Money.FromMinor(Amount, currency),
            Fee = Money.FromMinor(Fee, currency),
            Tax = Money.FromMinor(Tax, currency),
            State = StateWords.Parse<RefundState>(State),
            Reason = StateWords.Parse<RefundReason>(Reason),
            Description = Description,
            Metadata = Metadata,
            WebhookUrl = WebhookUrl,
            RequestedBy = RequestedBy,
            ApprovalsRequired = ApprovalsRequired,
            SecondFactorRequired = SecondFactorRequired,
            Approvals = [.. approvals.Select(a => new Approval(a.Approver, a.Decision == "approved", a.Reason, a.CreatedAt))],
            Reference = Reference,
            TraceNumber = TraceNumber,
            FailureCode = FailureCode,
            FailureReason = FailureReason,
            ProcessorCode = ProcessorCode,
            CancelReason = CancelReason,
            Behaviour = Behaviour,
            Days = RefundDays,
            CreatedAt = CreatedAt,
            CalledAt = CalledAt,
            CheckAt = CheckAt,
            Checks = Checks,
            ExpectedAt = ExpectedAt,
            ProcessedAt = ProcessedAt,
            Version = Version,
        };
    }
}

internal sealed record ApprovalRow
{
    public required string Approver { get; init; }
    public required string Decision { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
