using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>
/// Finds out what became of mandates: asks the processor by our key, and tells it again of one that is revoked until it knows. Nothing is
/// rejected for want of an answer.
/// </summary>
public sealed class MandateResolver
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call: until then no other replica asks about the same mandate.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private readonly MandateStore store;
    private readonly MandateMoves moves;
    private readonly MandateProcessors processors;
    private readonly MerchantClocks clocks;

    internal MandateResolver(MandateStore store, MandateMoves moves, MandateProcessors processors, MerchantClocks clocks) =>
        (this.store, this.moves, this.processors, this.clocks) = (store, moves, processors, clocks);

    /// <summary>Asks about every mandate that is due.</summary>
    /// <returns>How many were asked about.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(
            due, AtOnceMax,
            async (mandate, stop) => await moves.Tell(mandate.Tenant, mandate.Id, await WordOf(mandate, stop), Origin.Worker, also: null, stop), cancel);
    }

    private async Task<MandateOutcome> WordOf(Mandate mandate, CancellationToken cancel)
    {
        if (mandate.State == MandateState.Revoked)
        {
            return Known(await processors.Revoke(mandate, cancel));
        }

        var said = Known(await processors.Ask(mandate, cancel));
        if (said is not MandateOutcome.NotFound)
        {
            return said;
        }

        if (clocks.Now(mandate.Tenant) - mandate.CalledAt < processors.NotFoundFinalAfter(mandate))
        {
            return new MandateOutcome.Unknown("The processor does not know of the call yet.");
        }

        // A call can be held up longer than any timeout foresees: the key is closed before the mandate counts as never set up.
        return Known(await processors.Revoke(mandate, cancel)) switch
        {
            MandateOutcome.Revoked => new MandateOutcome.NotFound(),
            var other => other,
        };
    }

    /// <summary>That this call was not sent says nothing about the one that is asked about.</summary>
    private static MandateOutcome Known(MandateOutcome said) =>
        said is MandateOutcome.NotCalled notCalled ? new MandateOutcome.Unknown(notCalled.Why) : said;
}

/// <summary>Ends mandates whose end date has passed.</summary>
public sealed class MandateExpiry
{
    private const int BatchMax = 100;

    private readonly MandateStore store;
    private readonly MandateMoves moves;
    private readonly MerchantClocks clocks;

    internal MandateExpiry(MandateStore store, MandateMoves moves, MerchantClocks clocks) =>
        (this.store, this.moves, this.clocks) = (store, moves, clocks);

    /// <summary>Ends every mandate that is due. One that was revoked meanwhile is left alone.</summary>
    /// <returns>How many were due.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.FindEnded(await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var (tenant, id) in due)
        {
            await moves.Give(tenant, id, new MandateCommand.Expire(), Origin.Worker, also: null, cancel);
        }

        return due.Count;
    }
}
