using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>Every connector of this server, each behind its guard.</summary>
public sealed class ConnectorRegistry
{
    private readonly Dictionary<string, GuardedConnector> byName = new(StringComparer.Ordinal);
    private readonly GuardedConnector[] all;

    public ConnectorRegistry(
        IEnumerable<IConnector> connectors, ConnectorSettings settings, ConnectorMetrics metrics, TimeProvider clock,
        ILogger<GuardedConnector> log)
    {
        all = [.. connectors.Select(connector => new GuardedConnector(connector, settings, metrics, clock, log))];
        foreach (var connector in all)
        {
            byName.Add(connector.Name, connector);
        }
    }

    public IReadOnlyList<GuardedConnector> All => all;

    /// <summary>The connector that a charge was sent to or a message came for; null when there is none of this name.</summary>
    public GuardedConnector? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>
    /// The connectors that can take such a payment, in the order of registration. Those that are not available are among them:
    /// whoever chooses looks at <see cref="GuardedConnector.IsAvailable"/>.
    /// </summary>
    public IReadOnlyList<GuardedConnector> Candidates(string method, Currency currency, Mode mode) =>
        [.. all.Where(connector => CanTake(connector.Capabilities, method, currency, mode))];

    /// <summary>The connectors that can keep such a way to pay for later.</summary>
    public IReadOnlyList<GuardedConnector> Keepers(string method, Mode mode) =>
        [.. all.Where(connector => connector.Capabilities.Saves?.Methods.Contains(method) == true && connector.Capabilities.Modes.Contains(mode))];

    /// <summary>The connectors that can make such a way to pay ready for later without a payment.</summary>
    public IReadOnlyList<GuardedConnector> Preparers(string method, Mode mode) =>
        [.. Keepers(method, mode).Where(connector => connector.Capabilities.Saves!.Setups?.Contains(method) == true)];

    private static bool CanTake(ConnectorCapabilities can, string method, Currency currency, Mode mode) =>
        can.Methods.Contains(method)
        && (can.Currencies is null || can.Currencies.Contains(currency.Code))
        && can.Modes.Contains(mode);
}
