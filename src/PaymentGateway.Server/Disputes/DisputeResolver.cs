using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>
/// Asks processors about disputes: what became of a request without an answer, by its key; what they make of a deadline that has passed;
/// and once a day what an open dispute is, in case a message got lost. A request that never arrived is sent again with the same key.
/// </summary>
public sealed partial class DisputeResolver
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call: until then no other replica asks about the same dispute.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private readonly DisputeStore store;
    private readonly DisputeMoves moves;
    private readonly DisputeProcessors processors;
    private readonly PaymentSettings settings;
    private readonly MerchantClocks clocks;
    private readonly ILogger<DisputeResolver> log;

    internal DisputeResolver(
        DisputeStore store, DisputeMoves moves, DisputeProcessors processors, PaymentSettings settings, MerchantClocks clocks,
        ILogger<DisputeResolver> log) =>
        (this.store, this.moves, this.processors, this.settings, this.clocks, this.log) = (store, moves, processors, settings, clocks, log);

    /// <summary>Asks about every dispute that is due.</summary>
    /// <returns>How many were asked about.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (claimed, stop) => Ask(claimed.Tenant, claimed.Id, stop), cancel);
    }

    private async Task Ask(Tenant tenant, string disputeId, CancellationToken cancel)
    {
        if (await store.Find(tenant, disputeId, cancel) is not { CheckAt: not null } dispute)
        {
            return;
        }

        if (processors.CapabilitiesOf(dispute.Connector) is null)
        {
            // Its processor tells of it in its own time, and is not asked.
            LogNoDesk(dispute.Id, dispute.Connector);
            await moves.Give(tenant, disputeId, new DisputeCommand.Asked(null), DisputeContext.Background, cancel);
            return;
        }

        var said = await processors.Ask(dispute, cancel);
        if (dispute.RequestKey is null)
        {
            var asked = new DisputeCommand.Asked((said as DisputeOutcome.Reported)?.Report);
            await moves.Give(tenant, disputeId, asked, DisputeContext.Background, cancel);
            return;
        }

        if (said is DisputeOutcome.NotFound && IsFinal(dispute))
        {
            var resent = await moves.Give(tenant, disputeId, new DisputeCommand.Resend(settings.AskAfter), DisputeContext.Background, cancel);
            if (resent.IsRefused)
            {
                // A message came between: there is nothing to send any more.
                return;
            }

            said = await processors.Send(resent.Value, behaviour: null);
        }

        await moves.Give(tenant, disputeId, new DisputeCommand.Answer(said), DisputeContext.Background, cancel);
    }

    /// <summary>Until then "not found" may only mean that the call is still on its way.</summary>
    private bool IsFinal(Dispute dispute) => clocks.Now(dispute.Tenant) - dispute.CalledAt >= processors.NotFoundFinalAfter(dispute);

    [LoggerMessage(Level = LogLevel.Information, Message = "Dispute {DisputeId} belongs to the connector {Connector}, which cannot be asked about it")]
    private partial void LogNoDesk(string disputeId, string connector);
}
