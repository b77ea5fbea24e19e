using PaymentGateway.Clocks;

namespace PaymentGateway.Disputes;

/// <summary>Reminds merchants once of a deadline that is near.</summary>
public sealed class DisputeReminders
{
    private const int BatchMax = 100;

    private readonly DisputeStore store;
    private readonly DisputeMoves moves;
    private readonly MerchantClocks clocks;

    internal DisputeReminders(DisputeStore store, DisputeMoves moves, MerchantClocks clocks) =>
        (this.store, this.moves, this.clocks) = (store, moves, clocks);

    /// <returns>How many were due.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.ToRemind(await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var (tenant, disputeId) in due)
        {
            await moves.Give(tenant, disputeId, new DisputeCommand.Remind(), DisputeContext.Background, cancel);
        }

        return due.Count;
    }
}
