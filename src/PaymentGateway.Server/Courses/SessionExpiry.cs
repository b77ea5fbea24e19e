using PaymentGateway.Clocks;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Courses;

/// <summary>Ends sessions whose time is over. The gateway is asked first: what was paid stands, and the course opens.</summary>
internal sealed class SessionExpiry(
    TransactionStore store, TransactionMoves moves, PaymentStore payments, ChargeResolver resolver, MerchantClocks clocks)
{
    private const int BatchMax = 100;

    /// <summary>Ends every session that is due. The order has the same end, and is closed by its own expiry.</summary>
    /// <returns>How many were due.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.FindDue(TransactionStore.SessionsInTime, await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var transaction in due)
        {
            await Expire(transaction, Origin.Worker, cancel);
        }

        return due.Count;
    }

    /// <summary>Ends one session, unless the gateway says that it was paid.</summary>
    /// <returns>The payment as it is afterwards.</returns>
    public async Task<CourseTransaction> Expire(CourseTransaction transaction, Origin origin, CancellationToken cancel)
    {
        var now = await Refresh(transaction, cancel);
        var expired = now.State == TransactionState.Pending && now.ExpiresAt <= clocks.Now(now.Tenant)
            ? await moves.Give(now.Tenant, now.Id, new TransactionCommand.Expire(), origin, cancel)
            : now;
        return expired.IsRefused ? now : expired.Value;
    }

    /// <summary>Asks the gateway what became of a payment, as long as that is open.</summary>
    /// <returns>The payment as it is afterwards; as it was when the gateway does not say.</returns>
    public async Task<CourseTransaction> Refresh(CourseTransaction transaction, CancellationToken cancel)
    {
        if ((await payments.FindOrder(transaction.Tenant, transaction.OrderId, cancel)).Payment is { } payment)
        {
            await resolver.Refresh(transaction.Tenant, payment.Id, cancel);
        }

        return (await store.Find(transaction.Tenant, transaction.Id, cancel))!;
    }
}
