using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>SmartGateway's orders and refunds as our outcomes.</summary>
internal static class HdfcMessages
{
    /// <param name="order">As the bank says it now.</param>
    /// <param name="isOver">Its time has passed: what nobody has begun to pay cannot be paid any more.</param>
    public static ConnectorOutcome OutcomeOf(PaymentData order, bool isOver)
    {
        var (id, summary) = (order.OrderId, HdfcMapping.SummaryOf(order));
        return HdfcMapping.StandingOf(order.Status) switch
        {
            HdfcStanding.WaitsForPayer when isOver && order.Status == "NEW" => new ConnectorOutcome.Voided(id),
            HdfcStanding.WaitsForPayer when !isOver && order.PaymentLink is { } page =>
                new ConnectorOutcome.ActionRequired(id, new NextAction("redirect_to_url", page, ExpiresAt: order.ExpiresAt), summary),
            HdfcStanding.Charged => new ConnectorOutcome.Captured(id, summary, order.Amount),
            HdfcStanding.Voided => new ConnectorOutcome.Voided(id),
            HdfcStanding.Declined when !HdfcMapping.IsUnclear(order) => Declined(order, summary),
            HdfcStanding.ReturnedByGateway => new ConnectorOutcome.Returned(
                id, order.Amount, Errors.PaymentDeclined.Code, "The payment was returned to the payer.", order.Status, summary),
            HdfcStanding.Unknown => new ConnectorOutcome.NotFound(),
            _ => new ConnectorOutcome.Pending(id, summary, HdfcMapping.CodeOf(order) ?? order.Status),
        };
    }

    private static ConnectorOutcome.Declined Declined(PaymentData order, MethodSummary summary)
    {
        var kind = HdfcMapping.DeclineOf(order);
        return new(order.OrderId, kind.Code, kind.Sentence, HdfcMapping.CodeOf(order) ?? order.Status, summary);
    }

    /// <summary>SmartGateway docs, "Refund": a review by people lasts over ten days, and ends in one of the two.</summary>
    public static RefundOutcome RefundOf(RefundData refund) => refund.Status switch
    {
        "SUCCESS" => new RefundOutcome.Succeeded(refund.RequestId, refund.Reference),
        "FAILURE" => new RefundOutcome.Failed(
            refund.RequestId, Errors.RefundDeclined.Code, "The bank has not done the refund.", refund.ErrorCode ?? refund.Status),
        _ => new RefundOutcome.Pending(refund.RequestId),
    };

    public static RefundData? FindRefund(PaymentData order, string requestId) =>
        order.Refunds.FirstOrDefault(refund => string.Equals(refund.RequestId, requestId, StringComparison.OrdinalIgnoreCase));
}
