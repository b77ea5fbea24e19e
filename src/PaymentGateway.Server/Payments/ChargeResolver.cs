using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>
/// Finds out what became of attempts: asks the processor by our key and commits what it says. Nothing is failed for want of an answer.
/// </summary>
public sealed partial class ChargeResolver
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call: until then no other replica asks about the same charge.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly ConnectorRegistry connectors;
    private readonly MerchantClocks clocks;
    private readonly ILogger<ChargeResolver> log;

    internal ChargeResolver(
        PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, MerchantClocks clocks, ILogger<ChargeResolver> log) =>
        (this.store, this.moves, this.connectors, this.clocks, this.log) = (store, moves, connectors, clocks, log);

    /// <summary>Asks about every charge that is due.</summary>
    /// <returns>How many were asked about.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.ClaimCharges(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, async (charge, stop) =>
        {
            var asked = await Ask(charge, stop);
            if (asked.IsRefused || (asked.Value.Charge?.Id == charge.Id && asked.Value.Charge.CheckAt == charge.CheckAt))
            {
                // Nothing was written of it, so nothing else puts the next time off.
                await store.AskAgain(charge, clocks.Now(charge.Tenant) + lease, stop);
            }
        }, cancel);
    }

    /// <summary>Asks about the latest attempt of a payment now, for a customer who has just come back from the bank.</summary>
    public async Task<Outcome<Payment>> Refresh(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        var (_, payment) = await store.FindPayment(tenant, paymentId, cancel);
        return payment switch
        {
            null => new Refusal(Errors.PaymentNotFound),
            { Charge: { CheckAt: not null } charge } => await Ask(charge, cancel),
            _ => payment,
        };
    }

    private async Task<Outcome<Payment>> Ask(Charge charge, CancellationToken cancel)
    {
        if (connectors.Find(charge.Connector) is not { } connector)
        {
            LogNoConnector(charge.Id, charge.Connector);
            return new Refusal(Errors.GatewayUnavailable);
        }

        var said = await connector.Status(new StatusCall(charge.Tenant, charge.Id, charge.Reference, charge.OperationId), cancel);
        var outcome = FinalWord(charge, said, connector.Capabilities.NotFoundFinalAfter);
        var news = (outcome, charge) switch
        {
            (ConnectorOutcome.NotFound, { OperationId: not null }) => await SendAgain(connector, charge, cancel),
            (ConnectorOutcome.NotFound, { State: not ChargeState.Voiding }) => new(charge.Id, await CloseKey(connector, charge, cancel)),
            _ => new PaymentCommand.News(charge.Id, outcome, charge.OperationId),
        };
        return await moves.Tell(charge.Tenant, charge.PaymentId, news, MoveContext.Background, cancel);
    }

    /// <summary>
    /// A capture or increment that never arrived is asked for once more under its own key: should the first call arrive after all, the
    /// processor finds the key taken. Under another key both could be done.
    /// </summary>
    private static async Task<PaymentCommand.News> SendAgain(GuardedConnector connector, Charge charge, CancellationToken cancel)
    {
        var news = await ProcessorCalls.Send(connector, charge, behaviour: null, cancel);
        return news with { Outcome = KnownOrUnknown(news.Outcome) };
    }

    /// <summary>
    /// A call can be held up longer than any timeout foresees. Before the customer pays a second time, the processor is told to give
    /// up the first: then the late call finds its key taken. What it answers may also be that the call has arrived meanwhile.
    /// </summary>
    private static async Task<ConnectorOutcome> CloseKey(GuardedConnector connector, Charge charge, CancellationToken cancel) =>
        await ProcessorCalls.Void(connector, charge, behaviour: null, cancel) switch
        {
            ConnectorOutcome.Voided => new ConnectorOutcome.NotFound(),
            var said => KnownOrUnknown(said),
        };

    /// <summary>That this call was not sent says nothing about the one that is asked about.</summary>
    private static ConnectorOutcome KnownOrUnknown(ConnectorOutcome said) =>
        said is ConnectorOutcome.NotCalled notCalled ? new ConnectorOutcome.Unknown(notCalled.Why) : said;

    /// <summary>
    /// "Not found", or a state from before our last call, may only mean that the call is still on its way. It counts once no call can
    /// be on its way any more; until then it is no answer.
    /// </summary>
    private ConnectorOutcome FinalWord(Charge charge, ConnectorOutcome said, TimeSpan finalAfter)
    {
        var callHasNotArrived = (charge.State, said) switch
        {
            (_, ConnectorOutcome.NotFound) => true,
            (ChargeState.Voiding, ConnectorOutcome.Authorized or ConnectorOutcome.ActionRequired or ConnectorOutcome.Pending) => true,
            _ => false,
        };
        return callHasNotArrived && clocks.Now(charge.Tenant) - charge.CalledAt < finalAfter
            ? new ConnectorOutcome.Unknown("The processor does not know of the call yet.")
            : KnownOrUnknown(said);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Charge {ChargeId} belongs to the connector {Connector}, which is not configured")]
    private partial void LogNoConnector(string chargeId, string connector);
}
