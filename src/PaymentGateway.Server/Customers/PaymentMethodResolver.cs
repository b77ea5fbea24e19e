using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>
/// Brings to its end what a processor was told and did not answer: a save is repeated under the same key, and what was detached is
/// forgotten.
/// </summary>
internal sealed class PaymentMethodResolver(PaymentMethodStore methods, PaymentMethodMoves moves, SavingProcessors processors, MerchantClocks clocks)
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call: until then no other replica tells the processor of the same method.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    /// <summary>Tells the processors of every method that is due.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await methods.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (row, stop) => Resolve(row.Tenant, row.Id, stop), cancel);
    }

    /// <summary>One step of one method.</summary>
    public async Task Resolve(Tenant tenant, string id, CancellationToken cancel)
    {
        if (await methods.Find(tenant, id, cancel) is not { CheckAt: not null } method)
        {
            return;
        }

        // The misbehaviour that a test asked for was that of its own call.
        var said = method.State == PaymentMethodState.Saving ? await processors.Save(method, behaviour: null) : await processors.Forget(method);
        await moves.Tell(tenant, id, said, isFirstCall: false, MethodContext.Background, CancellationToken.None);
    }
}
