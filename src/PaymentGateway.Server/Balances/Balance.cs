using PaymentGateway.Database;

namespace PaymentGateway.Balances;

/// <summary>Money of one customer in one currency that is kept here until it is spent.</summary>
/// <param name="Amount">Theirs.</param>
/// <param name="Held">The part of it that waits for a capture.</param>
internal sealed record Balance(Tenant Tenant, string CustomerId, Money Amount, Money Held)
{
    public Money Available => Amount - Held;
}

internal enum HoldState
{
    Held,

    /// <summary>Nothing is held any more, and the last capture said so.</summary>
    Captured,

    /// <summary>What was still held was released, or the attempt was given up before it arrived.</summary>
    Voided,
}

/// <summary>One payment from a balance. Its id is the charge's: the key that a repeated call is known by.</summary>
internal sealed record Hold
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }

    /// <summary>Null for an attempt that was given up before it arrived.</summary>
    public string? CustomerId { get; init; }
    public string? PaymentId { get; init; }

    /// <summary>What was authorized.</summary>
    public required Money Amount { get; init; }
    public required Money Captured { get; init; }

    /// <summary>Given back of what was captured.</summary>
    public required Money Refunded { get; init; }
    public required HoldState State { get; init; }

    /// <summary>Names the pending transaction of the book while something is held.</summary>
    public required string LedgerKey { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required int Version { get; init; }

    public Money Held => State == HoldState.Held ? Amount - Captured : Money.Zero(Amount.Currency);
}

public enum BalanceTransactionType
{
    /// <summary>The merchant gave the customer something.</summary>
    Credit,

    /// <summary>The merchant took something away.</summary>
    Debit,

    /// <summary>The customer paid.</summary>
    Payment,

    /// <summary>A payment was given back.</summary>
    Refund,
}

/// <summary>A change of what is a customer's. Never changed itself.</summary>
/// <param name="Key">Of the operation that made it: a capture, a refund, or the transaction's own id.</param>
/// <param name="Amount">Positive; the type says which way it went.</param>
/// <param name="Reason">In the merchant's words.</param>
internal sealed record BalanceTransaction(
    string Id, Tenant Tenant, string CustomerId, BalanceTransactionType Type, Money Amount, string Key, string? PaymentId, string? Reason,
    DateTimeOffset CreatedAt)
{
    public bool Adds => Type is BalanceTransactionType.Credit or BalanceTransactionType.Refund;
}
