using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Refunds;

/// <summary>As <see cref="Payments.IPaymentFollower"/> for the steps of refunds that send money back, or take it back again.</summary>
public interface IRefundFollower
{
    /// <summary>Adds rows to the change in which a refund has succeeded, or in which one that had is undone.</summary>
    Task Write(Change change, Refund before, Refund after, Origin origin, CancellationToken cancel);
}
