using System.Text.Json.Nodes;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>A refund as it is sent.</summary>
public sealed record RefundView
{
    public required string Id { get; init; }
    public required string RefundId { get; init; }
    public required string MerchantId { get; init; }
    public required string PaymentId { get; init; }
    public required string ChargeId { get; init; }
    public string? OrderId { get; init; }

    /// <summary>The refund of a split payment that it is a share of.</summary>
    public string? SplitRefundId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required string Reason { get; init; }
    public string? Description { get; init; }

    /// <summary>The part of our fee that comes back with it.</summary>
    public required decimal FeeReturned { get; init; }

    /// <summary>The tax on that part.</summary>
    public required decimal TaxReturned { get; init; }
    public string? Reference { get; init; }

    /// <summary>The number by which the customer's bank finds it, such as an ARN.</summary>
    public string? ProcessorReference { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? CancelReason { get; init; }
    public required string RequestedBy { get; init; }
    public required int ApprovalsRequired { get; init; }
    public required bool SecondFactorRequired { get; init; }
    public required IReadOnlyList<ApprovalView> Approvals { get; init; }
    public required JsonNode Metadata { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the customer should see the money.</summary>
    public DateTimeOffset? ExpectedAt { get; init; }
    public DateTimeOffset? ProcessedAt { get; init; }

    public static RefundView Of(Refund refund) => new()
    {
        Id = refund.Id,
        RefundId = refund.Id,
        MerchantId = refund.Tenant.MerchantId,
        PaymentId = refund.PaymentId,
        ChargeId = refund.ChargeId,
        OrderId = refund.OrderId,
        SplitRefundId = refund.SplitRefundId,
        Amount = refund.Amount.ToMajor(),
        Currency = refund.Amount.Currency.Code,
        Status = refund.Status,
        Reason = StateWords.Of(refund.Reason),
        Description = refund.Description,
        FeeReturned = refund.Fee.ToMajor(),
        TaxReturned = refund.Tax.ToMajor(),
        Reference = refund.Reference,
        ProcessorReference = refund.TraceNumber,
        FailureCode = refund.FailureCode,
        FailureReason = refund.FailureReason,
        ProcessorCode = refund.ProcessorCode,
        CancelReason = refund.State == RefundState.Canceled ? refund.CancelReason : null,
        RequestedBy = refund.RequestedBy,
        ApprovalsRequired = refund.ApprovalsRequired,
        SecondFactorRequired = refund.SecondFactorRequired,
        Approvals = [.. refund.Approvals.Select(ApprovalView.Of)],
        Metadata = JsonNode.Parse(refund.Metadata)!,
        CreatedAt = refund.CreatedAt,
        ExpectedAt = refund.ExpectedAt,
        ProcessedAt = refund.ProcessedAt,
    };
}

/// <param name="Approver">The publishable half of the key that decided.</param>
/// <param name="Decision">approved or rejected.</param>
/// <param name="Reason">Of a rejection.</param>
public sealed record ApprovalView(string Approver, string Decision, string? Reason, DateTimeOffset CreatedAt)
{
    public static ApprovalView Of(Approval approval) =>
        new(approval.Approver, approval.IsApproved ? "approved" : "rejected", approval.Reason, approval.CreatedAt);
}

/// <summary>What merchants are told about refunds: the <c>data</c> of their events.</summary>
internal static class RefundFacts
{
    public static JsonObject Of(Refund refund)
    {
        var data = new JsonObject
        {
            ["merchantId"] = refund.Tenant.MerchantId,
            ["refundId"] = refund.Id,
            ["paymentId"] = refund.PaymentId,
            ["chargeId"] = refund.ChargeId,
            ["orderId"] = refund.OrderId,
            ["splitRefundId"] = refund.SplitRefundId,
            ["amount"] = refund.Amount.ToMajor(),
            ["currency"] = refund.Amount.Currency.Code,
            ["status"] = refund.Status,
            ["reason"] = StateWords.Of(refund.Reason),
            ["description"] = refund.Description,
            ["failureCode"] = refund.FailureCode,
            ["failureReason"] = refund.FailureReason,
            ["cancelReason"] = refund.State == RefundState.Canceled ? refund.CancelReason : null,
            ["processorReference"] = refund.TraceNumber,
            ["metadata"] = JsonNode.Parse(refund.Metadata),
            ["createdAt"] = Json.Time(refund.CreatedAt),
            ["expectedAt"] = refund.ExpectedAt is { } expected ? Json.Time(expected) : null,
            ["processedAt"] = refund.ProcessedAt is { } processed ? Json.Time(processed) : null,
        };
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
