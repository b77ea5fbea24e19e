using PaymentGateway.Ledger;

namespace PaymentGateway.Customers;

/// <summary>What must hold between customers and their methods.</summary>
internal static class CustomerChecks
{
    internal static IReadOnlyList<BookCheck> All { get; } =
    [
        new("A customer counts the places that its methods take",
            """
            SELECT c.id
            FROM customers.customers c
            LEFT JOIN customers.payment_methods m ON m.customer_id = c.id AND m.has_place
            GROUP BY c.id
            HAVING c.methods_count <> count(m.id) LIMIT 20
            """),
        new("A customer's default method is attached",
            """
            SELECT c.id
            FROM customers.customers c
            JOIN customers.payment_methods m ON m.id = c.default_payment_method_id
            WHERE m.state <> 'active' LIMIT 20
            """),
    ];
}
