using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Customers;
using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>What follows for mandates when a customer is deleted.</summary>
internal sealed class MandateReferences(MerchantClocks clocks) : ICustomerReferences
{
    public void Erase(Change change, Tenant tenant, string customerId) =>
        change.Write(MandateRows.Erase, (tenant, customerId, clocks.Now(tenant)));

    /// <summary>Nothing: a mandate names no saved method.</summary>
    public void Replace(Change change, Tenant tenant, string paymentMethodId, string? by)
    {
    }
}
