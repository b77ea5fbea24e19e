using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors;

/// <summary>Every connector of this server, each with its guard.</summary>
public sealed class ConnectorRegistry
{
    private readonly IReadOnlyList<GuardedConnector> all;
    private readonly Dictionary<string, GuardedConnector> byName = new(StringComparer.Ordinal);
    private readonly IProcessorAccounts accounts;

    /// <exception cref="ArgumentException">Two connectors have one name.</exception>
    public ConnectorRegistry(
        IEnumerable<IConnector> connectors, IProcessorAccounts accounts, ConnectorSettings settings, ConnectorMetrics metrics, TimeProvider clock,
        ILogger<GuardedConnector> log)
    {
        this.accounts = accounts;
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
    /// What this merchant can use in this mode: first the processors that it has accounts at, in its own order, then those that need
    /// none, in the order of registration.
    /// </summary>
    public async ValueTask<MerchantConnectors> For(Tenant tenant)
    {
        var usable = all.Where(connector => connector.Capabilities.Modes.Contains(tenant.Mode)).ToList();
        var own = (await accounts.Enabled(tenant)).Select(name => usable.Find(c => c.AccountFields is not null && c.Name == name)).OfType<GuardedConnector>();
        return new([.. own, .. usable.Where(connector => connector.AccountFields is null)]);
    }
}

/// <summary>The connectors of one merchant in one mode. Those that are not available are among them: whoever chooses looks at
/// <see cref="GuardedConnector.IsAvailable"/>.</summary>
public sealed record MerchantConnectors(IReadOnlyList<GuardedConnector> All)
{
    /// <summary>Those that can take such a payment, in order.</summary>
    public IReadOnlyList<GuardedConnector> Candidates(string method, Currency currency) =>
        [.. All.Where(connector => connector.Capabilities.Takes(method, currency))];

    /// <summary>Those that can keep such a way to pay for later.</summary>
    public IReadOnlyList<GuardedConnector> Keepers(string method) =>
        [.. All.Where(connector => connector.Capabilities.Saves?.Methods.Contains(method) == true)];

    /// <summary>Those that can make such a way to pay ready for later without a payment.</summary>
    public IReadOnlyList<GuardedConnector> Preparers(string method) =>
        [.. All.Where(connector => connector.Capabilities.Saves?.Setups?.Contains(method) == true)];

    /// <summary>The first that can be called, of those that a card's token can be of: the one that is named, or the one that made it.</summary>
    /// <param name="able">Some of this merchant's.</param>
    /// <param name="does">What these do, for people: "keeps cards".</param>
    /// <param name="cardToken">Null: it is not about a card's token, and each can be asked.</param>
    /// <param name="named">Whose token it is, where somebody has said so.</param>
    /// <param name="field">Where that can be said.</param>
    /// <returns>INVALID_TOKEN where none of them has the card, GATEWAY_UNAVAILABLE where none can be called.</returns>
    public static Outcome<GuardedConnector> Choose(
        IReadOnlyList<GuardedConnector> able, string does, string? cardToken, string? named, string field)
    {
        var holders = cardToken is null
            ? able
            : [.. able.Where(connector => named is null ? connector.Capabilities.Made(cardToken) : connector.Name == named)];
        return holders.FirstOrDefault(connector => connector.IsAvailable) is { } chosen ? chosen
            : holders.Count > 0 ? new Refusal(Errors.GatewayUnavailable)
            : new Refusal(Errors.InvalidToken, named is null
                ? $"No processor that {does} is known to have made this token; say which one did in {field}."
                : $"{named} is no processor that {does} here.");
    }
}
