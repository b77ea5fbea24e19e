using System.Text.RegularExpressions;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>Where a course payment stands.</summary>
internal enum TransactionState
{
    /// <summary>The student has the gateway's page, or is on the way there.</summary>
    Pending,

    /// <summary>Paid; the course is open.</summary>
    Success,

    /// <summary>On the gateway's word. It may be tried again.</summary>
    Failed,

    /// <summary>The session was over before anything was paid.</summary>
    Expired,

    /// <summary>A part went back; the course stays open.</summary>
    PartiallyRefunded,

    /// <summary>All of it went back; the course is closed.</summary>
    Refunded,
}

/// <summary>Why a payment failed, in the few ways that differ for a student.</summary>
internal enum FailureReason
{
    InsufficientFunds,
    CardDeclined,
    CardExpired,
    InvalidCvv,
    NetworkError,
    GatewayTimeout,
    AuthenticationFailed,
    UserCancelled,
    Other,
}

/// <summary>What a student can do about a failure.</summary>
internal enum FailureAdvice
{
    RetryNow,
    AnotherMethod,
}

/// <summary>
/// What a student pays for one course, with the course as it was when the payment began. The money itself is an order and its payment:
/// their steps move this, in the same commit.
/// </summary>
internal sealed partial record CourseTransaction
{
    private const string IdPrefix = "txn";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string CourseId { get; init; }

    /// <summary>A person: <c>usr_…</c>.</summary>
    public required string StudentId { get; init; }
    public required string Title { get; init; }
    public required string Instructor { get; init; }
    public required TransactionState State { get; init; }
    public required CoursePrice Price { get; init; }

    /// <summary>The service accounting code that held.</summary>
    public string? Sac { get; init; }
    public string? DiscountCodeId { get; init; }
    public string? DiscountCode { get; init; }
    public required Money AmountRefunded { get; init; }

    /// <summary>Whom the receipt names; null: the student, by name alone.</summary>
    public string? SealedBilling { get; init; }

    /// <summary>Random: nobody can guess it.</summary>
    public required string SessionId { get; init; }

    /// <summary>The end of the session.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    public required string OrderId { get; init; }
    public string? PaymentId { get; init; }

    /// <summary>What the gateway calls the order.</summary>
    public string? GatewayReference { get; init; }

    /// <summary>The gateway's page for the student.</summary>
    public string? PaymentUrl { get; init; }

    /// <summary>What it was paid with: card, upi, netbanking, wallet.</summary>
    public string? Method { get; init; }
    public string? Last4 { get; init; }

    /// <summary>Of a failed one.</summary>
    public FailureReason? FailureReason { get; init; }

    /// <summary>As the error catalogue has it.</summary>
    public string? FailureCode { get; init; }

    /// <summary>The first attempt, when this is another.</summary>
    public string? RetryOf { get; init; }

    /// <summary>Which retry it is, from 1; 0: the first attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>When the first attempt began.</summary>
    public required DateTimeOffset FirstAttemptAt { get; init; }

    /// <summary>Paid when the student had the course already.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>When a duplicate is to go back; null once that has begun.</summary>
    public DateTimeOffset? RefundDueAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When it failed, expired, or was refunded in full.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    /// <summary>Whether a code that it has counts as used.</summary>
    public bool HoldsDiscount => DiscountCodeId is not null && State is not (TransactionState.Failed or TransactionState.Expired);

    public static string NewId(TimeProvider clock) => Database.Id.New(IdPrefix, clock).ToUpperInvariant();

    /// <summary>Whether it has the form of an id: TXN_ and ten or more of the letters and digits that ids are made of.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    [GeneratedRegex(@"^TXN_[0-9A-Z]{10,40}\z")]
    private static partial Regex IdPattern();
}
