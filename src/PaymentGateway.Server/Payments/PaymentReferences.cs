using PaymentGateway.Commit;
using PaymentGateway.Customers;
using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>What follows for orders and payments when a customer is deleted, or a method turns out to be another.</summary>
internal sealed class PaymentReferences : ICustomerReferences
{
    public void Erase(Change change, Tenant tenant, string customerId) => change
        .Write(CustomerReferenceRows.EraseOrders, (tenant, customerId))
        .Write(CustomerReferenceRows.ErasePayments, (tenant, customerId))
        .Write(CustomerReferenceRows.EraseCharges, (tenant, customerId));

    public void Replace(Change change, Tenant tenant, string paymentMethodId, string? by) =>
        change.Write(CustomerReferenceRows.Replace, (tenant, paymentMethodId, by));
}
