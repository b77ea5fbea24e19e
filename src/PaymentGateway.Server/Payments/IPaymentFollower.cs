using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>
/// Writes what another area keeps of a payment in the very commit of the payment's step, so that neither is ever there without the other.
/// Registered by that area. For what may come later there are the events.
/// </summary>
public interface IPaymentFollower
{
    /// <summary>Asked at every step of every payment, so by a look at its fields alone.</summary>
    bool Follows(Payment payment);

    /// <summary>
    /// Adds rows to the change. Where a guard of theirs does not hold, the whole step is decided again, and this is asked again: so read
    /// what is decided on here, and keep nothing.
    /// </summary>
    Task Write(Change change, Payment before, Payment after, Origin origin, CancellationToken cancel);
}
