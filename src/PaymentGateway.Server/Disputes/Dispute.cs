using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>Where a dispute stands. Those that are being answered are <c>needs_response</c> on the wire until the processor has it.</summary>
public enum DisputeState
{
    /// <summary>An inquiry: the bank asks and has taken nothing.</summary>
    WarningNeedsResponse,

    /// <summary>The evidence of an inquiry was sent; no answer of the processor is known.</summary>
    WarningSubmitting,
    WarningUnderReview,
    WarningClosed,

    /// <summary>The money is taken; the merchant can hand in evidence or give it up.</summary>
    NeedsResponse,

    /// <summary>The evidence was sent; no answer of the processor is known.</summary>
    Submitting,

    /// <summary>The merchant gave it up; no answer of the processor is known.</summary>
    Accepting,
    UnderReview,

    /// <summary>The money is back.</summary>
    Won,
    Lost,

    /// <summary>Lost, because the merchant gave it up.</summary>
    Accepted,
}

/// <summary>What in a dispute does not fit what we know: for a person to look at.</summary>
public enum DisputeContradiction
{
    /// <summary>The processor took more than was left of the payment.</summary>
    ExceedsPayment,

    /// <summary>It is in another currency than its payment, which therefore lost nothing here.</summary>
    CurrencyDiffers,

    /// <summary>The processor called it won and lost at one moment.</summary>
    FinalWordsDiffer,
}

/// <summary>Money that a customer's bank asks back of a captured charge. Only its processor opens one.</summary>
public sealed record Dispute
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string PaymentId { get; init; }
    public required string ChargeId { get; init; }
    public string? OrderId { get; init; }
    public required string Connector { get; init; }

    /// <summary>The processor's own id.</summary>
    public required string Reference { get; init; }

    /// <summary>Of the processor's word that it stands on: an older word changes nothing.</summary>
    public required long Revision { get; init; }
    public required DisputeState State { get; init; }
    public required Money Amount { get; init; }

    /// <summary>What it took of the payment: the amount, or less where less was left; nothing while it takes no money.</summary>
    public required Money Taken { get; init; }

    /// <summary>What the processor charges for it, as booked.</summary>
    public required Money Fee { get; init; }

    /// <summary>How many transactions of the book it has made.</summary>
    public int Bookings { get; init; }
    public required DisputeReason Reason { get; init; }

    /// <summary>The card network's own code.</summary>
    public string? NetworkReasonCode { get; init; }
    public DisputeContradiction? Contradiction { get; init; }
    public DateTimeOffset? EvidenceDueBy { get; init; }

    /// <summary>What the merchant writes against it, by field.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();

    /// <summary>What was uploaded, without its content; the oldest first.</summary>
    public IReadOnlyList<EvidenceFile> Files { get; init; } = [];

    /// <summary>How often the processor was asked to take evidence or an acceptance: each has a key of its own.</summary>
    public int Requests { get; init; }

    /// <summary>When evidence was handed in last.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Why the processor did not take the last answer; null when it did, or none was given.</summary>
    public string? DeclinedReason { get; init; }
    public string? DeclinedCode { get; init; }

    /// <summary>Told about it beside the merchant's endpoints; from the payment.</summary>
    public string? WebhookUrl { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When the processor was last told something; null before that.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>When to ask the processor about it; null once it is closed.</summary>
    public DateTimeOffset? CheckAt { get; init; }

    /// <summary>How often it was asked since the last call.</summary>
    public int Checks { get; init; }

    /// <summary>When to remind the merchant of the deadline; null: never, or it was done.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    public bool NeedsResponse => State is DisputeState.NeedsResponse or DisputeState.WarningNeedsResponse;

    public bool IsClosed => State is DisputeState.WarningClosed or DisputeState.Won or DisputeState.Lost or DisputeState.Accepted;

    /// <summary>Whether the processor has or keeps the money: of an open dispute, or a lost one.</summary>
    public bool TakesMoney => State is DisputeState.NeedsResponse or DisputeState.Submitting or DisputeState.Accepting or DisputeState.UnderReview
        or DisputeState.Lost or DisputeState.Accepted;

    /// <summary>The request that the processor has not answered; repeated with the same key, it is done once.</summary>
    public string? RequestKey => State switch
    {
        DisputeState.WarningSubmitting or DisputeState.Submitting => $"{Id}:evidence:{Requests}",
        DisputeState.Accepting => $"{Id}:accept:{Requests}",
        _ => null,
    };

    /// <summary>What its state is called on the wire: a caller need not know why we wait for the processor.</summary>
    public string Status => StatusOf(State);

    public static string StatusOf(DisputeState state) => state switch
    {
        DisputeState.WarningSubmitting => StateWords.Of(DisputeState.WarningNeedsResponse),
        DisputeState.Submitting or DisputeState.Accepting => StateWords.Of(DisputeState.NeedsResponse),
        _ => StateWords.Of(state),
    };
}

/// <summary>What a piece of evidence shows.</summary>
public enum EvidencePurpose
{
    Receipt,
    CustomerCommunication,
    CustomerSignature,
    ShippingDocumentation,
    ServiceDocumentation,
    RefundPolicy,
    CancellationPolicy,
    DuplicateChargeDocumentation,
    Other,
}

/// <summary>An uploaded piece of evidence, without its content.</summary>
/// <param name="Position">From 1 on, within its dispute.</param>
/// <param name="Name">As it was uploaded, harmless characters only.</param>
/// <param name="ContentType">As its content says.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower-case hex.</param>
public sealed record EvidenceFile(
    string Id, int Position, EvidencePurpose Purpose, string Name, string ContentType, int Size, string Sha256, DateTimeOffset CreatedAt)
{
    public const int BytesMax = 4 * 1024 * 1024;

    /// <summary>For one dispute.</summary>
    public const int CountMax = 8;
}
