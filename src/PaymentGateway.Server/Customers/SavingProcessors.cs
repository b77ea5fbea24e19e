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
        if (keepers.Count == 0)
        {
            return new Refusal(Errors.NotSupported, $"No processor here keeps {method} for later payments.");
        }

        var holders = MerchantConnectors.Holders(keepers, (source as SaveSource.OfCard)?.Token, named);
        return holders.FirstOrDefault(keeper => keeper.IsAvailable) is { } keeper ? keeper
            : holders.Count > 0 ? new Refusal(Errors.GatewayUnavailable)
            : new Refusal(Errors.InvalidToken, named is null
                ? "No processor that keeps cards is known to have made this token; say which one did in processor."
                : $"{named} is no processor that keeps cards here.");
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
