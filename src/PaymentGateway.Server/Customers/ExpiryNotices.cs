using PaymentGateway.Clocks;

namespace PaymentGateway.Customers;

/// <summary>Tells merchants once of each card that it will expire soon.</summary>
internal sealed class ExpiryNotices(PaymentMethodStore methods, PaymentMethodMoves moves, MerchantClocks clocks)
{
    private const int BatchMax = 200;

    /// <returns>How many merchants were told of.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await methods.FindToAnnounce(await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var (tenant, id) in due)
        {
            await moves.Give(tenant, id, new PaymentMethodCommand.Announce(), MethodContext.Background, cancel);
        }

        return due.Count;
    }
}
