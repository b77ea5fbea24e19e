using PaymentGateway.Clocks;

namespace PaymentGateway.Payments;

/// <summary>Lets go of what is still held when the time of an authorization is over, so that book and processor say the same.</summary>
public sealed class AuthorizationExpiry
{
    private const int BatchMax = 100;

    private readonly PaymentStore store;
    private readonly FollowUp followUp;
    private readonly MerchantClocks clocks;

    internal AuthorizationExpiry(PaymentStore store, FollowUp followUp, MerchantClocks clocks) =>
        (this.store, this.followUp, this.clocks) = (store, followUp, clocks);

    /// <summary>Voids every authorization that is due. One that moves meanwhile is refused by its decision and looked at in the next round.</summary>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.HoldsToExpire(await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var (tenant, paymentId) in due)
        {
            await followUp.ExpireHold(tenant, paymentId, cancel);
        }

        return due.Count;
    }
}
