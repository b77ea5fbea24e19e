using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Customers;

/// <summary>
/// An area above that names customers and methods in its own rows. It registers one of these, and writes into the change of this area
/// what follows for it.
/// </summary>
public interface ICustomerReferences
{
    /// <summary>A customer is deleted: takes away what is personal. Money stays.</summary>
    void Erase(Change change, Tenant tenant, string customerId);

    /// <summary>A method turned out to be one that the customer had: what names it names that one, or none.</summary>
    void Replace(Change change, Tenant tenant, string paymentMethodId, string? by);
}
