using System.Text.Json.Nodes;
using PaymentGateway.Database;

namespace PaymentGateway.Customers;

/// <summary>A customer as it is sent.</summary>
/// <param name="DefaultPaymentMethodId">The one to use when nobody chooses.</param>
public sealed record CustomerView(
    string Id, string CustomerId, string MerchantId, string? Name, string? Email, string? Phone, Address? Address,
    string? DefaultPaymentMethodId, JsonNode? Metadata, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static CustomerView Of(Customer customer) => new(
        customer.Id, customer.Id, customer.Tenant.MerchantId, customer.Name, customer.Email, customer.Phone, customer.Address,
        customer.DefaultPaymentMethodId, JsonNode.Parse(customer.Metadata), customer.CreatedAt, customer.UpdatedAt);
}

/// <summary>The answer to a deletion.</summary>
public sealed record DeletedCustomerView(string Id, bool Deleted);
