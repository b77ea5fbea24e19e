using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>A refund as its payment shows it.</summary>
/// <param name="Id">The refund's id.</param>
/// <param name="Amount">Major units.</param>
/// <param name="Status">As of the refund.</param>
public sealed record RefundSummary(string Id, decimal Amount, string Currency, string Status, string Reason, DateTimeOffset CreatedAt);

/// <summary>The refunds of a payment, the newest first, at most a hundred. Registered by the area that keeps them.</summary>
public delegate Task<IReadOnlyList<RefundSummary>> FindRefundsOfPayment(Tenant tenant, string paymentId, CancellationToken cancel);

/// <summary>What is given back of a payment: written under the payment's version, so that refunds, captures and cancels cannot overtake.</summary>
public static class RefundedAmounts
{
    /// <summary>
    /// Writes the new amount on the payment, its charge and the order that it paid, with their audit rows. The database refuses more than was captured
    /// (<c>refunded_within_captured</c>) and anything but the sum of the refunds (<c>refunds_add_up_to_amount_refunded</c>).
    /// </summary>
    public static void Write(Change change, Origin origin, TimeProvider real, Payment before, Money amountRefunded)
    {
        var next = before with { AmountRefunded = amountRefunded };
        change.Write(PaymentRows.PaymentRefunded, next).Write(PaymentRows.ChargeRefunded, next);
        if (next.OrderId is not null)
        {
            var more = new RefundedMore(next, amountRefunded - before.AmountRefunded);
            change.Write(PaymentRows.LockOrder, more).Write(PaymentRows.OrderRefunded, more);
        }

        PaymentTrail.RecordRefunded(change, origin, real, before, next);
    }
}
