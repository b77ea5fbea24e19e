using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>A dispute as its payment shows it.</summary>
/// <param name="Id">The dispute's id.</param>
/// <param name="Amount">Major units.</param>
/// <param name="Status">As of the dispute.</param>
public sealed record DisputeSummary(string Id, decimal Amount, string Currency, string Status, string Reason, DateTimeOffset CreatedAt);

/// <summary>The disputes of a payment, the newest first, at most a hundred. Registered by the area that keeps them.</summary>
public delegate Task<IReadOnlyList<DisputeSummary>> FindDisputesOfPayment(Tenant tenant, string paymentId, CancellationToken cancel);

/// <summary>What disputes took of a payment: written under the payment's version, as what is given back, so that neither can overtake.</summary>
public static class DisputedAmounts
{
    /// <summary>
    /// Writes the new amount on the payment and its charge, with the audit row. The database refuses more than was captured and is not
    /// given back (<c>disputed_and_refunded_within_captured</c>), and anything but what the disputes took
    /// (<c>disputes_add_up_to_amount_disputed</c>).
    /// </summary>
    public static void Write(Change change, Origin origin, TimeProvider real, Payment before, Money amountDisputed)
    {
        var next = before with { AmountDisputed = amountDisputed };
        change.Write(PaymentRows.PaymentDisputed, next).Write(PaymentRows.ChargeDisputed, next);
        PaymentTrail.RecordDisputed(change, origin, real, before, next);
    }
}
