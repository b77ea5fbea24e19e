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

/// <summary>A saved method as it is sent.</summary>
/// <param name="Type">card or upi.</param>
/// <param name="Status">saving, active, failed or detached.</param>
/// <param name="Fingerprint">The same for the same card or address among your customers.</param>
/// <param name="Connector">The processor that has it.</param>
/// <param name="NetworkTransactionId">What the card network calls the payment that it was saved by; absent where that is not known.</param>
/// <param name="IsDefault">Whether it is the customer's default.</param>
/// <param name="ReplacedBy">The customer had this card or address already: it is this one.</param>
/// <param name="ExpiresAt">The end of the card's month; absent for what has no end.</param>
public sealed record PaymentMethodView(
    string Id, string PaymentMethodId, string MerchantId, string CustomerId, string Type, string Status, SavedCardView? Card, SavedUpiView? Upi,
    string? Fingerprint, string Connector, string? NetworkTransactionId, bool? IsDefault, string? ReplacedBy, string? FailureCode, string? FailureReason, JsonNode? Metadata,
    DateTimeOffset CreatedAt, DateTimeOffset? AttachedAt, DateTimeOffset? DetachedAt, DateTimeOffset? ExpiresAt)
{
    /// <param name="method">The method.</param>
    /// <param name="defaultId">The default of its customer.</param>
    internal static PaymentMethodView Of(PaymentMethod method, string? defaultId) => new(
        method.Id, method.Id, method.Tenant.MerchantId, method.CustomerId, method.Summary.Method, Words.Of(method.State),
        method.Summary is { Last4: { } last4 } card ? new(card.Network, last4, card.Funding, card.Expiry) : null,
        method.Summary.Vpa is { } vpa ? new(vpa) : null,
        method.Fingerprint, method.Connector, method.NetworkTransactionId, defaultId == method.Id, method.ReplacedBy, method.FailureCode, method.FailureReason,
        JsonNode.Parse(method.Metadata), method.CreatedAt, method.AttachedAt, method.DetachedAt, method.ExpiresAt);
}

/// <param name="Expiry">As MM/YY.</param>
public sealed record SavedCardView(string? Network, string Last4, string? Funding, string? Expiry);

/// <param name="Vpa">Masked: enough to recognise one's own.</param>
public sealed record SavedUpiView(string Vpa);
