using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <summary>
/// Which processors routing would ask for a card payment of an order, before there is a card: for a page that shows the form of the first.
/// </summary>
public sealed class CardProcessors
{
    private readonly PaymentRoutes routes;
    private readonly ConnectorRegistry connectors;
    private readonly MerchantStore merchants;
    private readonly CustomerStore customers;

    internal CardProcessors(PaymentRoutes routes, ConnectorRegistry connectors, MerchantStore merchants, CustomerStore customers) =>
        (this.routes, this.connectors, this.merchants, this.customers) = (routes, connectors, merchants, customers);

    /// <summary>
    /// In the order of routing, by the same key as the payment, so that its draw is the same. When none can be called at the moment, in the
    /// merchant's own order: whoever then pays is told why it cannot be.
    /// </summary>
    public async Task<IReadOnlyList<GuardedConnector>> InOrder(Order order, CancellationToken cancel)
    {
        var candidates = (await connectors.For(order.Tenant)).Candidates("card", order.Amount.Currency);
        var customerId = order.Purpose.CustomerId;
        var country = Customer.IsOurs(customerId) ? (await customers.Find(order.Tenant, customerId!, cancel))?.Address?.Country : null;
        var asked = new MethodQuestion(
            (await merchants.Find(order.Tenant))!, order.Tenant, order.AmountDue, PaymentMethods.AnyOf("card"), Saved: null,
            order.AllowedMethods, customerId, country, RoutingKey: order.Id, Metadata: order.Purpose.Metadata);
        var route = await routes.Choose(asked, candidates, cancel);
        return route.IsRefused ? candidates : [.. route.Value.Plan.Order.Select(choice => connectors.Find(choice.Connector)!)];
    }
}
