using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>Closes orders whose time is over, and the merchant's cancel, which does the same by hand.</summary>
public sealed class OrderExpiry
{
    private const int BatchMax = 100;

    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly FollowUp followUp;
    private readonly Committer committer;
    private readonly MerchantClocks clocks;

    internal OrderExpiry(PaymentStore store, PaymentMoves moves, FollowUp followUp, Committer committer, MerchantClocks clocks) =>
        (this.store, this.moves, this.followUp, this.committer, this.clocks) = (store, moves, followUp, committer, clocks);

    /// <summary>Closes every order that is due. One that changes meanwhile is left to the next round.</summary>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.OrdersToExpire(await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var (tenant, orderId) in due)
        {
            await Expire(tenant, orderId, cancel);
        }

        return due.Count;
    }

    private async Task Expire(Tenant tenant, string orderId, CancellationToken cancel)
    {
        var (order, payment) = await store.FindOrder(tenant, orderId, cancel);
        if (payment is not null && payment.State != PaymentState.Failed)
        {
            await followUp.Expire(tenant, payment.Id, cancel);
            return;
        }

        var expired = OrderDecisions.Decide(order!, new OrderCommand.Expire(), clocks.Now(tenant));
        if (!expired.IsRefused)
        {
            var change = new Change();
            moves.WriteOrder(change, order!, expired.Value, Origin.Worker);
            await committer.Commit(change, cancel);
        }
    }
}
