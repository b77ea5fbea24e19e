using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.SetupIntents;

/// <summary>
/// Takes set-ups on: asks the processor by our key what became of an attempt, has what is ready saved, looks at mandates, tells the
/// processor of what is canceled. Nothing fails for want of an answer.
/// </summary>
public sealed class SetupResolver
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>Longer than any call: until then no other replica takes the same set-up on.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private readonly SetupIntentStore store;
    private readonly SetupIntentMoves moves;
    private readonly SettleSetup settle;
    private readonly SetupProcessors processors;
    private readonly CustomerStore customers;
    private readonly MerchantClocks clocks;

    internal SetupResolver(
        SetupIntentStore store, SetupIntentMoves moves, SettleSetup settle, SetupProcessors processors, CustomerStore customers,
        MerchantClocks clocks)
    {
        (this.store, this.moves, this.settle) = (store, moves, settle);
        (this.processors, this.customers, this.clocks) = (processors, customers, clocks);
    }

    /// <summary>Takes every set-up on that is due.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (row, stop) => TakeOn(row.Tenant, row.Id, stop), cancel);
    }

    /// <summary>One step of one set-up, and the next when that is due at once.</summary>
    internal async Task TakeOn(Tenant tenant, string id, CancellationToken cancel)
    {
        if (await store.Find(tenant, id, cancel) is not { CheckAt: not null } setup)
        {
            return;
        }

        if (setup.IsOpen && await customers.Find(tenant, setup.CustomerId, cancel) is null)
        {
            var over = await moves.Give(tenant, id, new SetupCommand.Abandon(), Origin.Worker, also: null, cancel);
            setup = over.Value;
        }

        if (setup is { State: SetupState.Canceled, CheckAt: not null })
        {
            await settle.Release(setup, Origin.Worker, cancel);
            return;
        }

        if (setup.IsAsking && await moves.Tell(setup, await WordOf(setup, cancel), Origin.Worker, also: null, cancel) is { IsRefused: false } told)
        {
            setup = told.Value;
        }
        else if (setup.IsAsking)
        {
            return;
        }

        if (setup.IsSaving || setup.IsMandating)
        {
            await settle.Run(setup, Origin.Worker, also: null, cancel);
        }
    }

    private async Task<ConnectorOutcome> WordOf(SetupIntent setup, CancellationToken cancel)
    {
        var said = Known(await processors.Ask(setup, cancel));
        if (said is not ConnectorOutcome.NotFound)
        {
            return said;
        }

        if (clocks.Now(setup.Tenant) - setup.CalledAt < processors.NotFoundFinalAfter(setup))
        {
            return new ConnectorOutcome.Unknown("The processor does not know of the call yet.");
        }

        // A call can be held up longer than any timeout foresees: the key is closed before the attempt counts as never made.
        return Known(await processors.Cancel(setup, cancel)) switch
        {
            ConnectorOutcome.Voided => new ConnectorOutcome.NotFound(),
            var other => other,
        };
    }

    /// <summary>That this call was not sent says nothing about the one that is asked about.</summary>
    private static ConnectorOutcome Known(ConnectorOutcome said) =>
        said is ConnectorOutcome.NotCalled notCalled ? new ConnectorOutcome.Unknown(notCalled.Why) : said;
}
