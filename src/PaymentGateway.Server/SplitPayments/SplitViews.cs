using System.Text.Json.Nodes;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

/// <summary>A split payment as it is sent.</summary>
public sealed record SplitPaymentView
{
    public required string Id { get; init; }
    public required string SplitPaymentId { get; init; }
    public required string MerchantId { get; init; }
    public required string OrderId { get; init; }
    public string? MerchantOrderId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }

    /// <summary>What its parts hold or took.</summary>
    public decimal? AmountAuthorized { get; init; }
    public decimal? AmountCaptured { get; init; }

    /// <summary>Given back, or reserved for refunds that are under way.</summary>
    public decimal? AmountRefunded { get; init; }

    /// <summary>Why it fails: what the part with failedPaymentId was refused with.</summary>
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? FailedPaymentId { get; init; }
    public string? CancelReason { get; init; }

    /// <summary>The parts in their order; left out in lists.</summary>
    public IReadOnlyList<PaymentView>? Payments { get; init; }

    /// <summary>The newest first; where one split payment is read alone.</summary>
    public IReadOnlyList<SplitRefundView>? Refunds { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public static SplitPaymentView Of(SplitPayment split) => new()
    {
        Id = split.Id,
        SplitPaymentId = split.Id,
        MerchantId = split.Tenant.MerchantId,
        OrderId = split.OrderId,
        Amount = split.Amount.ToMajor(),
        Currency = split.Amount.Currency.Code,
        Status = split.Status,
        FailureCode = split.FailureCode,
        FailureReason = split.FailureReason,
        FailedPaymentId = split.FailedPaymentId,
        CancelReason = split.CancelReason,
        CreatedAt = split.CreatedAt,
        FinishedAt = split.FinishedAt,
    };

    internal static SplitPaymentView Of(WholeSplit whole, SplitParts parts) => Of(whole.Split) with
    {
        MerchantOrderId = whole.Purpose.MerchantOrderId,
        AmountAuthorized = whole.Parts.Sum(part => part.AmountAuthorized.ToMajor()),
        AmountCaptured = whole.Parts.Sum(part => part.AmountCaptured.ToMajor()),
        AmountRefunded = whole.Parts.Sum(part => part.AmountRefunded.ToMajor()),
        Payments = [.. whole.Parts.Select(parts.ViewOf)],
    };
}

/// <summary>A refund of a split payment as it is sent.</summary>
public sealed record SplitRefundView
{
    public required string Id { get; init; }
    public required string SplitRefundId { get; init; }
    public required string SplitPaymentId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required string Strategy { get; init; }

    /// <summary>One for each part that gives something back, in the order of the parts.</summary>
    public required IReadOnlyList<RefundView> Refunds { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public static SplitRefundView Of(SplitRefund refund) => new()
    {
        Id = refund.Id,
        SplitRefundId = refund.Id,
        SplitPaymentId = refund.SplitPaymentId,
        Amount = refund.Amount.ToMajor(),
        Currency = refund.Amount.Currency.Code,
        Status = refund.Status,
        Strategy = StateWords.Of(refund.Strategy),
        Refunds = [.. refund.Shares.Select(RefundView.Of)],
        CreatedAt = refund.CreatedAt,
    };
}

/// <summary>What merchants are told about split payments: the <c>data</c> of their events.</summary>
internal static class SplitFacts
{
    public static JsonObject Of(SplitPayment split, Purpose purpose)
    {
        var data = new JsonObject
        {
            ["merchantId"] = split.Tenant.MerchantId,
            ["splitPaymentId"] = split.Id,
            ["orderId"] = split.OrderId,
            ["merchantOrderId"] = purpose.MerchantOrderId,
            ["amount"] = split.Amount.ToMajor(),
            ["currency"] = split.Amount.Currency.Code,
            ["status"] = split.Status,
            ["failureCode"] = split.FailureCode,
            ["failureReason"] = split.FailureReason,
            ["failedPaymentId"] = split.FailedPaymentId,
            ["cancelReason"] = split.CancelReason,
            ["metadata"] = JsonNode.Parse(purpose.Metadata),
            ["createdAt"] = Json.Time(split.CreatedAt),
            ["finishedAt"] = split.FinishedAt is { } finished ? Json.Time(finished) : null,
        };
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
