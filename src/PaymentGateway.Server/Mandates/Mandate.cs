using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>Where a mandate stands. The first two are <c>pending</c> on the wire.</summary>
public enum MandateState
{
    /// <summary>Committed before the call; no answer of the processor is known.</summary>
    Submitted,

    /// <summary>The payer or their bank has not agreed yet.</summary>
    Pending,
    Active,

    /// <summary>The payer or the processor said no.</summary>
    Rejected,

    /// <summary>You or the payer ended it.</summary>
    Revoked,

    /// <summary>Its end date has passed.</summary>
    Expired,
}

public enum MandateType
{
    SepaDebit,
    AchDebit,
    UpiAutopay,
}

/// <summary>The span in which its debits are counted.</summary>
public enum MandateFrequency
{
    Daily,
    Weekly,
    Monthly,
    Yearly,

    /// <summary>Whenever there is something to pay; counted over its whole life.</summary>
    AsPresented,
}

/// <summary>What a UPI mandate pays for: some trades may take more without asking the payer.</summary>
public enum MandateCategory
{
    Standard,
    MutualFund,
    Insurance,
    CreditCardBill,
}

/// <summary>How the customer agreed; evidence when they say that they did not.</summary>
/// <param name="IsOnline">On a page; otherwise on paper or by telephone.</param>
/// <param name="IpAddress">Of an online one.</param>
/// <param name="UserAgent">Of an online one.</param>
public sealed record Acceptance(bool IsOnline, DateTimeOffset AcceptedAt, string? IpAddress, string? UserAgent);

/// <summary>A customer's standing permission to debit them. Its id is the key that the processor deduplicates by.</summary>
public sealed record Mandate
{
    public const string IdPrefix = "mandate";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string CustomerId { get; init; }
    public required MandateType Type { get; init; }
    public required MandateState State { get; init; }
    public required string Connector { get; init; }

    /// <summary>The most that one debit takes.</summary>
    public required Money AmountMax { get; init; }
    public required MandateFrequency Frequency { get; init; }

    /// <summary>Debits in one period of <see cref="Frequency"/>; null: any number.</summary>
    public int? UsesMax { get; init; }
    public required MandateCategory Category { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>How long before a debit the customer is told of it; zero: they need not be.</summary>
    public required TimeSpan Notice { get; init; }

    /// <summary>What may be shown of the account; null until the processor has told.</summary>
    public MethodSummary? Summary { get; init; }

    /// <summary>The processor's own id.</summary>
    public string? Reference { get; init; }
    public NextAction? NextAction { get; init; }
    public required Acceptance Acceptance { get; init; }
    public string? Description { get; init; }

    /// <summary>The merchant's own JSON object, as sent.</summary>
    public required string Metadata { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? RevokeReason { get; init; }

    /// <summary>Sandbox only: the misbehaviour that the merchant's test asked for.</summary>
    public string? Behaviour { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the processor was last told to do something.</summary>
    public required DateTimeOffset CalledAt { get; init; }

    /// <summary>When the processor is asked, or told again that it is revoked; null when it knows.</summary>
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    public string Status => StatusOf(State);

    /// <summary>The payment method that debits by it.</summary>
    public string Method => Type == MandateType.UpiAutopay ? "upi" : "bank_debit";

    public static string StatusOf(MandateState state) => Words.Of(state == MandateState.Submitted ? MandateState.Pending : state);
}

/// <summary>What the customer was told of a debit to come. It lets one debit of its amount through.</summary>
public sealed record Notice
{
    public const string IdPrefix = "notice";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string MandateId { get; init; }
    public required Money Amount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset DebitFrom { get; init; }
    public required DateTimeOffset DebitUntil { get; init; }

    /// <summary>The attempt that uses it; null while none does.</summary>
    public string? ChargeId { get; init; }
}

/// <summary>One attempt to debit, as it counts against the mandate.</summary>
/// <param name="PeriodStart">The first day of the period that it is counted in.</param>
/// <param name="NoticeId">That it uses.</param>
public sealed record MandateDebit(Mandate Mandate, string ChargeId, Money Amount, DateOnly PeriodStart, string? NoticeId, DateTimeOffset When);
