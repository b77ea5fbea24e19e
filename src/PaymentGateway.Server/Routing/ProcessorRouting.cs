using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Routing;

/// <summary>The shell around the decisions: the merchant's rules and what is known of each processor at this moment.</summary>
public sealed class ProcessorRouting
{
    private readonly RoutingStore store;
    private readonly ProcessorHealth health;

    internal ProcessorRouting(RoutingStore store, ProcessorHealth health) => (this.store, this.health) = (store, health);

    /// <summary>Whether the network of a card must be known to decide, which may cost a call.</summary>
    public async ValueTask<bool> AsksCardNetwork(Tenant tenant) => (await store.Find(tenant)).AsksCardNetwork;

    /// <param name="tenant">Whose rules.</param>
    /// <param name="facts">Of the payment.</param>
    /// <param name="candidates">In the merchant's own order, each with the reason why it cannot take this payment, if there is one.</param>
    public async ValueTask<RoutingPlan> Plan(
        Tenant tenant, RoutingFacts facts, IEnumerable<(GuardedConnector Connector, string? LeftOut, bool IsBound)> candidates) =>
        RoutingDecisions.Decide(await store.Find(tenant), facts, [.. candidates.Select(one => CandidateOf(tenant, facts, one.Connector, one.LeftOut, one.IsBound))]);

    internal RoutingCandidate CandidateOf(Tenant tenant, RoutingFacts facts, GuardedConnector connector, string? leftOut, bool isBound) => new(
        connector.Name, connector.IsAvailable, health.Of(connector.Name, facts.Method, tenant.Mode), leftOut, isBound);
}
