using PaymentGateway.Clocks;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Courses;

/// <summary>Ends sessions whose time is over. The gateway is asked first: what was paid stands, and the course opens.</summary>
internal sealed class SessionExpiry(
    TransactionStore store, TransactionMoves moves, PaymentStore payments, ChargeResolver resolver, MerchantClocks clocks)
{
    private const int BatchMax = 100;
    private const int BatchesMax = 1000;

    /// <summary>The rounds end a session in the second in which it is due, and are given this long before it counts as missed.</summary>
    private static readonly TimeSpan missedAfter = TimeSpan.FromMinutes(5);

    /// <summary>Ends every session that is due. The order has the same end, and is closed by its own expiry.</summary>
    /// <returns>How many were due.</returns>
    public async Task<int> RunOnce(CancellationToken cancel) => await EndDue(await clocks.StartRound(cancel), cancel);

    /// <summary>The hourly look behind the rounds: ends what should have ended before, in the same way. Nothing to do is what it hopes for.</summary>
    /// <returns>How many had been missed.</returns>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var missed = 0;
        for (var batch = 1; batch <= BatchesMax; batch++)
        {
            var more = await EndDue(await clocks.StartRound(cancel) - missedAfter, cancel);
            missed += more;
            if (more == 0)
            {
                break;
            }
        }

        return missed;
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

    private async Task<int> EndDue(DateTimeOffset until, CancellationToken cancel)
    {
        var due = await store.FindDue(TransactionStore.SessionsInTime, until, BatchMax, cancel);
        foreach (var transaction in due)
        {
            await Expire(transaction, Origin.Worker, cancel);
        }

        return due.Count;
    }
}
