using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>The calls that save and forget.</summary>
internal sealed class SavingProcessors(ConnectorRegistry connectors)
{
    /// <summary>Longer than a call may take: until then nobody repeats it.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Refusals: NOT_SUPPORTED where no processor declares it, INVALID_TOKEN where none of them has the card, GATEWAY_UNAVAILABLE where none
    /// can be called.
    /// </summary>
    /// <param name="named">Whose token it is, where the merchant has said so.</param>
    public async ValueTask<Outcome<GuardedConnector>> ChooseFor(string method, SaveSource source, string? named, Tenant tenant)
    {
        var keepers = (await connectors.For(tenant)).Keepers(method);
        return keepers.Count == 0
            ? new Refusal(Errors.NotSupported, $"No processor here keeps {method} for later payments.")
            : MerchantConnectors.Choose(keepers, "keeps cards", (source as SaveSource.OfCard)?.Token, named, "processor");
    }

    public Task<SaveOutcome> Save(PaymentMethod method, string? behaviour) => Declares(method) is { } keeper
        ? keeper.Save(new(method.Tenant, method.Id, method.Source!, behaviour), CancellationToken.None)
        : Task.FromResult<SaveOutcome>(new SaveOutcome.Unknown($"{method.Connector} is not configured."));

    public Task<SaveOutcome> Forget(PaymentMethod method) => Declares(method) is { } keeper
        ? keeper.Forget(new(method.Tenant, method.Id, method.Reference, Behaviour: null, method.Source), CancellationToken.None)
        : Task.FromResult<SaveOutcome>(new SaveOutcome.Unknown($"{method.Connector} is not configured."));

    private GuardedConnector? Declares(PaymentMethod method) =>
        connectors.Find(method.Connector) is { Capabilities.Saves: not null } keeper ? keeper : null;
}
