using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>
/// Finds out what became of refunds: asks the processor by our key and commits what it says. One that the processor never heard of is
/// sent again with the same key, so that at most one of the calls counts. Nothing is failed for want of an answer.
/// </summary>
public sealed partial class RefundResolver
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call: until then no other replica asks about the same refund.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private readonly RefundStore store;
    private readonly RefundMoves moves;
    private readonly RefundProcessors processors;
    private readonly PaymentSettings settings;
    private readonly MerchantClocks clocks;
    private readonly ILogger<RefundResolver> log;

    internal RefundResolver(
        RefundStore store, RefundMoves moves, RefundProcessors processors, PaymentSettings settings, MerchantClocks clocks,
        ILogger<RefundResolver> log) =>
        (this.store, this.moves, this.processors, this.settings, this.clocks, this.log) = (store, moves, processors, settings, clocks, log);

    /// <summary>Asks about every refund that is due.</summary>
    /// <returns>How many were asked about.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (claimed, stop) => Ask(claimed.Tenant, claimed.Id, stop), cancel);
    }

    private async Task Ask(Tenant tenant, string refundId, CancellationToken cancel)
    {
        if (await store.Find(tenant, refundId, cancel) is not { CheckAt: not null } refund)
        {
            return;
        }

        if (processors.CapabilitiesOf(refund.Connector) is null)
        {
            LogNoConnector(refund.Id, refund.Connector);
            return;
        }

        var outcome = FinalWord(refund, await processors.Ask(refund, cancel));
        if (outcome is RefundOutcome.NotFound && refund.State == RefundState.Submitted)
        {
            var resent = await moves.Give(
                tenant, refund.Id, new RefundCommand.Resend(settings.AskAfter), RefundContext.Background, cancel);
            if (resent.IsRefused)
            {
                // A message came between: there is nothing to send any more.
                return;
            }

            // What a test asked for was for the one call.
            outcome = await processors.Send(resent.Value with { Behaviour = null });
        }

        await moves.Tell(tenant, refund.Id, outcome, RefundContext.Background, cancel);
    }

    /// <summary>
    /// "Not found", or a state from before our last call, may only mean that the call is still on its way. It counts once no call can
    /// be on its way any more; until then it is no answer.
    /// </summary>
    private RefundOutcome FinalWord(Refund refund, RefundOutcome said)
    {
        var callHasNotArrived = said is RefundOutcome.NotFound || (refund.State == RefundState.Canceling && said is RefundOutcome.Pending);
        return said switch
        {
            RefundOutcome.NotCalled notCalled => new RefundOutcome.Unknown(notCalled.Why),
            _ when callHasNotArrived && clocks.Now(refund.Tenant) - refund.CalledAt < processors.NotFoundFinalAfter(refund) =>
                new RefundOutcome.Unknown("The processor does not know of the call yet."),
            _ => said,
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Refund {RefundId} belongs to the connector {Connector}, which cannot refund here")]
    private partial void LogNoConnector(string refundId, string connector);
}
