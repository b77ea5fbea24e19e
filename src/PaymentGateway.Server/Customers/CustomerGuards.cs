using PaymentGateway.Commit;

namespace PaymentGateway.Customers;

/// <summary>How the areas above make sure, in their own commit, that a customer or a method is still there.</summary>
public static class CustomerGuards
{
    /// <summary>The change is a conflict when the method is detached by then; its charge is what is being paid.</summary>
    public static Change PaysWith(this Change change, MethodInUse use) => change.Write(PaymentMethodRows.InUse, use);

    /// <summary>The change is a conflict when the customer is deleted by then. A merchant's own word for a customer is not looked at.</summary>
    public static Change Names(this Change change, CustomerNamed named) =>
        Customer.IsOurs(named.CustomerId) ? change.Write(PaymentMethodRows.Named, named) : change;
}
