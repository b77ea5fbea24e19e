using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Customers;
using PaymentGateway.Database;

namespace PaymentGateway.SetupIntents;

/// <summary>What follows for set-ups when a customer is deleted.</summary>
internal sealed class SetupReferences(MerchantClocks clocks) : ICustomerReferences
{
    public void Erase(Change change, Tenant tenant, string customerId) =>
        change.Write(SetupIntentRows.Erase, (tenant, customerId, clocks.Now(tenant)));

    /// <summary>Nothing: a set-up looks at its method itself before it names it as its result.</summary>
    public void Replace(Change change, Tenant tenant, string paymentMethodId, string? by)
    {
    }
}
