using System.Text.Json.Nodes;
using PaymentGateway.Connectors;

namespace PaymentGateway.Payments;

/// <summary>Money that its payment cannot take becomes a payment of its own, so that it stands in the book and can be given back. Pure.</summary>
internal static class SurplusDecisions
{
    /// <param name="Left">The payment that could not take it, without the charge.</param>
    /// <param name="Steps">Of the payment that has it now: begun, and what the processor said.</param>
    internal sealed record Aside(Payment Left, IReadOnlyList<PaymentStep> Steps);

    /// <param name="payment">Whose charge it was.</param>
    /// <param name="charge">The charge; it goes over to the new payment with its id, by which the processor knows it.</param>
    /// <param name="money">What the processor has taken, or holds.</param>
    /// <param name="id">Of the new payment.</param>
    public static Aside SetAside(Payment payment, Charge charge, ConnectorOutcome outcome, Money money, string id, DateTimeOffset when)
    {
        var nothing = Money.Zero(money.Currency);
        var moved = charge with
        {
            PaymentId = id,
            Amount = money,
            Terms = new FeeTerms(0, 0), // we take no fee for what we send back
            State = ChargeState.Submitted,
            Captures = [],
            Increment = null,
            HoldId = null,
            Details = null,
            FailureCode = null,
            FailureReason = null,
            CheckAt = null,
        };
        var begun = new Payment
        {
            Id = id,
            Tenant = payment.Tenant,
            Amount = money,
            AmountAuthorized = nothing,
            AmountCaptured = nothing,
            AmountRefunded = nothing,
            State = PaymentState.Authorizing,
            Capture = CaptureMethod.Manual,
            Charge = moved,
            Attempts = 1,
            Purpose = PurposeOf(payment),
            CreatedAt = when,
            Version = 1,
        };
        var said = outcome is ConnectorOutcome.Captured captured ? captured with { Total = money } : outcome;
        var took = PaymentDecisions.Decide(begun, new PaymentCommand.News(charge.Id, said), when).Value;
        return new(Without(payment, charge), [new PaymentStep(begun, [], []), took]);
    }

    private static Payment Without(Payment payment, Charge charge)
    {
        if (payment.Charge?.Id != charge.Id)
        {
            return payment;
        }

        return payment.State is PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation or PaymentState.Canceled
            or PaymentState.Failed
            ? payment with { Charge = null }
            : payment with { State = PaymentState.RequiresPaymentMethod, Charge = null, CancelReason = null };
    }

    /// <summary>Nobody shall take it for the order's payment: of what the merchant wrote, only whom it concerns is kept.</summary>
    private static Purpose PurposeOf(Payment payment) => payment.Purpose with
    {
        MerchantOrderId = null,
        Description = null,
        Metadata = new JsonObject { ["surplusOf"] = payment.Id }.ToJsonString(),
        ReturnUrl = null,
    };
}
