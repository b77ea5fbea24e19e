using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>A bank account as it was typed. Prints nothing, so that it cannot reach a log.</summary>
internal sealed record TypedBankAccount(string? Iban, string? RoutingNumber, string? AccountNumber)
{
    public override string ToString() => nameof(TypedBankAccount);
}

/// <summary>A tokenized test account: what may be shown of it, and what becomes of its debits. The number is nowhere.</summary>
internal sealed record BankToken
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string Scheme { get; init; }
    public required string Last4 { get; init; }
    public required string Bank { get; init; }
    public required string Country { get; init; }

    /// <summary>One of <see cref="DebitEnd"/>.</summary>
    public required string Debit { get; init; }
    public required string Fingerprint { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    public BankAccountSummary Summary => new(Scheme, Last4, Bank, Country);
}
