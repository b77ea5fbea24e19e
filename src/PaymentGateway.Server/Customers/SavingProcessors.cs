using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>The calls that save and forget.</summary>
internal sealed class SavingProcessors(ConnectorRegistry connectors)
{
    /// <summary>Longer than a call may take: until then nobody repeats it.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(60);

    /// <summary>Refusals: NOT_SUPPORTED where no processor declares it, GATEWAY_UNAVAILABLE where none can be called.</summary>
    public async ValueTask<Outcome<GuardedConnector>> ChooseFor(string method, Tenant tenant)
    {
        var keepers = (await connectors.For(tenant)).Keepers(method);
        return keepers.FirstOrDefault(keeper => keeper.IsAvailable) is { } keeper
            ? keeper
            : new Refusal(
                keepers.Count == 0 ? Errors.NotSupported : Errors.GatewayUnavailable,
                keepers.Count == 0 ? $"No processor here keeps {method} for later payments." : null);
    }

    public Task<SaveOutcome> Save(PaymentMethod method, string? behaviour) => Declares(method) is { } keeper
        ? keeper.Save(new(method.Tenant, method.Id, method.Source!, behaviour), CancellationToken.None)
        : Task.FromResult<SaveOutcome>(new SaveOutcome.Unknown($"{method.Connector} is not configured."));

    public Task<SaveOutcome> Forget(PaymentMethod method) => Declares(method) is { } keeper
        ? keeper.Forget(new(method.Tenant, method.Id, method.Reference, Behaviour: null), CancellationToken.None)
        : Task.FromResult<SaveOutcome>(new SaveOutcome.Unknown($"{method.Connector} is not configured."));

    private GuardedConnector? Declares(PaymentMethod method) =>
        connectors.Find(method.Connector) is { Capabilities.Saves: not null } keeper ? keeper : null;
}
