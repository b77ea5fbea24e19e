using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>What merchants are told about orders and payments: the <c>data</c> of their events.</summary>
internal static class PaymentFacts
{
    public static JsonObject Of(Order order) => Compact(new()
    {
        ["merchantId"] = order.Tenant.MerchantId,
        ["orderId"] = order.Id,
        ["merchantOrderId"] = order.Purpose.MerchantOrderId,
        ["amount"] = order.Amount.ToMajor(),
        ["amountPaid"] = order.AmountPaid.ToMajor(),
        ["amountDue"] = order.AmountDue.ToMajor(),
        ["splitPaymentId"] = order.SplitPaymentId,
        ["currency"] = order.Amount.Currency.Code,
        ["status"] = StateWords.Of(order.State),
        ["customerId"] = order.Purpose.CustomerId,
        ["metadata"] = JsonNode.Parse(order.Purpose.Metadata),
        ["createdAt"] = Json.Time(order.CreatedAt),
        ["expiresAt"] = Json.Time(order.ExpiresAt),
        ["paidAt"] = order.PaidAt is { } paid ? Json.Time(paid) : null,
    });

    /// <param name="payment">As it is after the fact.</param>
    /// <param name="fact">The name of the event: that of a capture says which.</param>
    public static JsonObject Of(Payment payment, string fact)
    {
        var data = Of(payment);
        if (fact == "payment.captured" && payment.Charge!.Captures.LastOrDefault(capture => capture.State == CaptureState.Captured) is { } capture)
        {
            data["captureId"] = capture.Id;
            data["captureAmount"] = capture.Amount.ToMajor();
            data["finalCapture"] = capture.IsFinal;
        }

        return data;
    }

    public static JsonObject Of(Payment payment) => Compact(new()
    {
        ["merchantId"] = payment.Tenant.MerchantId,
        ["orderId"] = payment.OrderId,
        ["merchantOrderId"] = payment.Purpose.MerchantOrderId,
        ["paymentId"] = payment.Id,
        ["splitPaymentId"] = payment.SplitPaymentId,
        ["chargeId"] = payment.Charge?.Id,
        ["amount"] = payment.Amount.ToMajor(),
        ["amountAuthorized"] = payment.AmountAuthorized.ToMajor(),
        ["amountCaptured"] = payment.AmountCaptured.ToMajor(),
        ["amountCapturable"] = payment.AmountCapturable.ToMajor(),
        ["amountReturned"] = payment.AmountReturned.IsPositive ? payment.AmountReturned.ToMajor() : null,
        ["currency"] = payment.Amount.Currency.Code,
        ["status"] = StateWords.Status(payment.State),
        ["paymentMethod"] = payment.Charge?.Summary.Method,
        ["paymentMethodId"] = payment.PaymentMethodId,
        ["card"] = payment.Charge?.Summary is { Last4: { } last4 } card
            ? new JsonObject { ["network"] = card.Network, ["last4"] = last4 }
            : null,
        ["threeDSecure"] = ThreeDSecureView.Of(payment.Charge?.Authentication) is { } authentication
            ? JsonSerializer.SerializeToNode(authentication, Json.Options)
            : null,
        ["mandateId"] = payment.Charge?.MandateId,

        // Every instalment of a loan of years would be most of the message: the payment itself shows them.
        ["emiDetails"] = payment.Charge?.Details?.Emi is { } emi ? JsonSerializer.SerializeToNode(emi with { Schedule = null }, Json.Options) : null,
        ["bnplDetails"] = payment.Charge?.Details?.Bnpl is { } later ? JsonSerializer.SerializeToNode(later, Json.Options) : null,
        ["failureCode"] = payment.FailureCode,
        ["failureReason"] = payment.FailureReason,
        ["cancelReason"] = payment.State is PaymentState.Canceled or PaymentState.Succeeded ? payment.CancelReason : null,
        ["customerId"] = payment.Purpose.CustomerId,
        ["metadata"] = JsonNode.Parse(payment.Purpose.Metadata),
        ["createdAt"] = Json.Time(payment.CreatedAt),
        ["paidAt"] = payment.PaidAt is { } paid ? Json.Time(paid) : null,
    });

    private static JsonObject Compact(JsonObject data)
    {
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
