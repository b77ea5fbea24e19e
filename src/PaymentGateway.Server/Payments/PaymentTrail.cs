using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>
/// The audit rows of orders and payments. What a customer or merchant wrote freely (addresses, descriptions, metadata) is left out, since
/// nothing can be erased here: a row only names what of it was written anew.
/// </summary>
internal static class PaymentTrail
{
    /// <param name="change">Writes the order too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">The clock of the audit trail.</param>
    /// <param name="before">Null: the order is new.</param>
    /// <param name="next">The order as it will be.</param>
    public static void Record(Change change, Origin origin, TimeProvider real, Order? before, Order next) => AuditTrail.Record(
        change, next.Tenant, origin, real, before is null ? "order.create" : ActionOf(before.State, next.State), "order", next.Id,
        before is null ? null : FieldsOf(before), FieldsOf(next));

    /// <summary>Only counting how often the processor was asked is no change that anybody looks for: then nothing is written.</summary>
    /// <param name="change">Writes the payment too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">The clock of the audit trail.</param>
    /// <param name="action">The command.</param>
    /// <param name="before">Null: the payment is new.</param>
    /// <param name="next">The payment as it will be.</param>
    /// <param name="isUpdate">The merchant says something else of it, so there is a row whatever it was.</param>
    public static void Record(
        Change change, Origin origin, TimeProvider real, string action, Payment? before, Payment next, bool isUpdate = false)
    {
        var (was, will) = (before is null ? null : FieldsOf(before), FieldsOf(next));
        if (isUpdate || !JsonNode.DeepEquals(was, will))
        {
            if (isUpdate && before is not null)
            {
                will["rewritten"] = Rewritten(before.Purpose, next.Purpose);
            }

            AuditTrail.Record(change, next.Tenant, origin, real, action, "payment", next.Id, was, will);
        }
    }

    /// <summary>What was given back, of the payment and of its order. An order that was paid in parts gives back what its parts do.</summary>
    public static void RecordRefunded(Change change, Origin origin, TimeProvider real, Payment before, Payment next)
    {
        Record("payment", next.Id);
        if (next is { OrderId: { } orderId, SplitPaymentId: null })
        {
            Record("order", orderId);
        }

        void Record(string type, string id) => AuditTrail.Record(
            change, next.Tenant, origin, real, $"{type}.refund", type, id, RefundedOf(before), RefundedOf(next));
    }

    /// <summary>What disputes took of the payment.</summary>
    public static void RecordDisputed(Change change, Origin origin, TimeProvider real, Payment before, Payment next) => AuditTrail.Record(
        change, next.Tenant, origin, real, "payment.dispute", "payment", next.Id, DisputedOf(before), DisputedOf(next));

    /// <summary>The command as an action: what a processor said is the outcome of an earlier one.</summary>
    public static string ActionOf(PaymentCommand what) => what is PaymentCommand.News ? "payment.outcome" : $"payment.{what.Name}";

    private static string ActionOf(OrderState before, OrderState next) => next switch
    {
        _ when next == before => "order.update",
        OrderState.Attempted => "order.attempt",
        OrderState.Paid => "order.pay",
        OrderState.Unpaid => "order.return",
        OrderState.Expired => "order.expire",
        OrderState.Canceled => "order.cancel",
        _ => "order.update",
    };

    private static JsonArray Rewritten(Purpose before, Purpose next)
    {
        var names = new JsonArray();
        if (before.Description != next.Description)
        {
            names.Add("description");
        }

        if (before.Metadata != next.Metadata)
        {
            names.Add("metadata");
        }

        return names;
    }

    private static JsonObject RefundedOf(Payment payment) => new() { ["amountRefunded"] = payment.AmountRefunded.ToMajor() };

    private static JsonObject DisputedOf(Payment payment) => new() { ["amountDisputed"] = payment.AmountDisputed.ToMajor() };

    private static JsonObject FieldsOf(Order order) => new()
    {
        ["status"] = StateWords.Of(order.State),
        ["amount"] = order.Amount.ToMajor(),
        ["amountAuthorized"] = order.AmountAuthorized.ToMajor(),
        ["amountPaid"] = order.AmountPaid.ToMajor(),
        ["splitPaymentId"] = order.SplitPaymentId,
        ["currency"] = order.Amount.Currency.Code,
        ["captureMethod"] = StateWords.Of(order.Capture),
        ["allowedPaymentMethods"] = order.AllowedMethods is { } methods ? new JsonArray([.. methods.Select(m => (JsonNode)m)]) : null,
        ["merchantOrderId"] = order.Purpose.MerchantOrderId,
        ["customerId"] = order.Purpose.CustomerId,
        ["webhookUrl"] = order.Purpose.WebhookUrl,
        ["expiresAt"] = Json.Time(order.ExpiresAt),
    };

    private static JsonObject FieldsOf(Payment payment) => new()
    {
        ["status"] = StateWords.Of(payment.State),
        ["amount"] = payment.Amount.ToMajor(),
        ["amountAuthorized"] = payment.AmountAuthorized.ToMajor(),
        ["amountCaptured"] = payment.AmountCaptured.ToMajor(),
        ["amountReturned"] = payment.AmountReturned.IsPositive ? payment.AmountReturned.ToMajor() : null,
        ["currency"] = payment.Amount.Currency.Code,
        ["captureMethod"] = StateWords.Of(payment.Capture),
        ["allowedPaymentMethods"] = payment.AllowedMethods is { } methods ? new JsonArray([.. methods.Select(m => (JsonNode)m)]) : null,
        ["setupFutureUsage"] = payment.SetupFutureUsage is { } usage ? StateWords.Of(usage) : null,
        ["statementDescriptor"] = payment.StatementLine,
        ["orderId"] = payment.OrderId,
        ["splitPaymentId"] = payment.SplitPaymentId,
        ["attempts"] = payment.Attempts,
        ["chargeId"] = payment.Charge?.Id,
        ["chargeStatus"] = payment.Charge is { } charge ? StateWords.Of(charge.State) : null,
        ["connector"] = payment.Charge?.Connector,
        ["reference"] = payment.Charge?.Reference,
        ["mandateId"] = payment.Charge?.MandateId,
        ["paymentMethod"] = payment.Charge?.Summary.Method ?? payment.Instrument?.Method,
        ["last4"] = payment.Charge?.Summary.Last4,
        ["transStatus"] = payment.Charge?.Authentication?.Status?.Letter(),
        ["liabilityShift"] = payment.Charge?.Authentication?.LiabilityShift,
        ["failureCode"] = payment.FailureCode,
        ["cancelReason"] = payment.CancelReason,
        ["merchantOrderId"] = payment.Purpose.MerchantOrderId,
        ["customerId"] = payment.Purpose.CustomerId,
    };
}
