using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>A tokenized test card: what may be shown of it, and how it behaves. The number is nowhere.</summary>
internal sealed record CardToken
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string Network { get; init; }
    public required string Last4 { get; init; }
    public required string Funding { get; init; }

    /// <summary>As <c>MM/YY</c>.</summary>
    public required string Expiry { get; init; }

    public string? Name { get; init; }

    /// <summary>The name of a <see cref="CardBehaviour"/>.</summary>
    public required string Behaviour { get; init; }

    /// <summary>The same for the same number, useless without the sandbox's key.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The code of the bank that issued it; null: not known.</summary>
    public string? Bank { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public MethodSummary Summary(string method) => new(method, Network, Last4, Funding, Expiry);
}
