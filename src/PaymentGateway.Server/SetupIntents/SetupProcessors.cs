using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.SetupIntents;

/// <summary>Calls to the processor of a set-up: never inside a database transaction, and not stopped when the caller goes away.</summary>
internal sealed class SetupProcessors(ConnectorRegistry connectors)
{
    /// <summary>
    /// Refusals: NOT_SUPPORTED where no processor declares it, INVALID_TOKEN where none of them has the card, GATEWAY_UNAVAILABLE where none
    /// can be called.
    /// </summary>
    public async Task<Outcome<GuardedConnector>> ChooseFor(SetupChoice choice, Tenant tenant)
    {
        var able = (await connectors.For(tenant)).Preparers(choice.Method);
        return able.Count == 0
            ? new Refusal(Errors.NotSupported, $"No processor here sets up {choice.Method} without a payment.")
            : MerchantConnectors.Choose(able, "sets up cards", choice.CardToken, choice.Processor, "paymentDetails.processor");
    }

    public Task<ConnectorOutcome> Setup(string connector, SetupCall call) => Of(connector) is { } known
        ? known.Setup(call, CancellationToken.None)
        : Gone(connector);

    public Task<ConnectorOutcome> Ask(SetupIntent setup, CancellationToken cancel) => Of(setup.Connector!) is { } known
        ? known.SetupStatus(CallAbout(setup), cancel)
        : Gone(setup.Connector!);

    public Task<ConnectorOutcome> Cancel(SetupIntent setup, CancellationToken cancel) => Of(setup.Connector!) is { } known
        ? known.CancelSetup(CallAbout(setup), cancel)
        : Gone(setup.Connector!);

    /// <summary>How long after a call "not found" is the processor's final word; null: the processor is not there to say it.</summary>
    public TimeSpan? NotFoundFinalAfter(SetupIntent setup) => Of(setup.Connector!)?.Capabilities.NotFoundFinalAfter;

    private GuardedConnector? Of(string name) => connectors.Find(name) is { Capabilities.Saves.Setups: not null } known ? known : null;

    private static SetupStatusCall CallAbout(SetupIntent setup) => new(setup.Tenant, setup.AttemptKey, setup.Reference);

    private static Task<ConnectorOutcome> Gone(string connector) =>
        Task.FromResult<ConnectorOutcome>(new ConnectorOutcome.Unknown($"{connector} is not configured."));
}
