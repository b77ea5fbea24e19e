using PaymentGateway.Database;

namespace PaymentGateway.Customers;

public enum CustomerState
{
    Active,

    /// <summary>Nothing personal is left of it; what it paid remains.</summary>
    Deleted,
}

/// <summary>Somebody who pays a merchant more than once.</summary>
public sealed record Customer
{
    public const string IdPrefix = "cus";

    /// <summary>The methods that one customer can have attached.</summary>
    public const int MethodsMax = 20;

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required CustomerState State { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public Address? Address { get; init; }

    /// <summary>The merchant's own object as its JSON text.</summary>
    public required string Metadata { get; init; }
    public string? DefaultPaymentMethodId { get; init; }

    /// <summary>The places that its methods take, of <see cref="MethodsMax"/>.</summary>
    public required int MethodsCount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Counts the writes; every change of its methods is one of them.</summary>
    public required int Version { get; init; }

    /// <summary>Whether a merchant's <c>customerId</c> claims to be an id of ours; any other text is the merchant's own.</summary>
    public static bool IsOurs(string? customerId) => customerId?.StartsWith(IdPrefix + "_", StringComparison.Ordinal) == true;
}

/// <param name="Line1">Street and number.</param>
/// <param name="Line2">What else leads there.</param>
/// <param name="State">State, province or region.</param>
/// <param name="Country">ISO 3166-1, two letters.</param>
public sealed record Address(string? Line1, string? Line2, string? City, string? State, string? PostalCode, string? Country);
