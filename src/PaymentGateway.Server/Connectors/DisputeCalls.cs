using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a processor takes from us about disputes; its connector is an <see cref="IDisputeDesk"/>.</summary>
/// <param name="Evidence">Whether evidence can be handed in.</param>
/// <param name="Acceptance">Whether a dispute can be accepted before its deadline.</param>
public sealed record DisputeCapabilities(bool Evidence, bool Acceptance);

/// <summary>
/// What a connector has besides when its processor takes answers to disputes. Every request carries our key: repeated, it is done once.
/// </summary>
public interface IDisputeDesk
{
    /// <summary>Hands the evidence in; <see cref="DisputeOutcome.Reported"/> only when this very key was taken.</summary>
    Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel);

    /// <summary>Gives the money up. As <see cref="SubmitEvidence"/>.</summary>
    Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel);

    /// <summary>What the dispute is now; about a request, whether that very request was done, declined, or never arrived.</summary>
    Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel);
}

/// <summary>Where a dispute stands at its processor; each processor's own words are mapped to these. An inquiry moves no money.</summary>
/// <remarks>In the order in which a dispute gets on: of two words of one moment the later one here is the newer.</remarks>
public enum DisputeStanding
{
    WarningNeedsResponse,
    WarningUnderReview,
    WarningClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Accepted,
    Lost,
}

/// <summary>Why the customer, or the customer's bank, wants the money back.</summary>
public enum DisputeReason
{
    Fraudulent,
    Unrecognized,
    Duplicate,
    ProductNotReceived,
    ProductUnacceptable,
    CreditNotProcessed,
    SubscriptionCanceled,
    IncorrectAmount,
    PaidByOtherMeans,
    General,
}

/// <summary>A dispute as its processor has it at one moment: never a change of it, so that no message depends on another.</summary>
/// <param name="ChargeKey">The key that the disputed charge was authorized with.</param>
/// <param name="Reference">The processor's own id of the dispute.</param>
/// <param name="Revision">Grows with each change at the processor: its version number, or the time of the message.</param>
/// <param name="Amount">What is disputed, also where no money has moved.</param>
/// <param name="Fee">What the processor charges for it in all, as of now, in the currency of the amount; zero once it gave it back.</param>
/// <param name="NetworkReasonCode">The card network's own code, such as 10.4.</param>
/// <param name="EvidenceDueBy">Until when it takes evidence; null when it does not say.</param>
public sealed record DisputeReport(
    string ChargeKey, string Reference, long Revision, DisputeStanding Standing, Money Amount, Money Fee, DisputeReason Reason,
    string? NetworkReasonCode, DateTimeOffset? EvidenceDueBy);

/// <param name="Key">Of this request: the processor deduplicates by it.</param>
/// <param name="Texts">By the names of our fields.</param>
/// <param name="Behaviour">Sandbox only: how to misbehave, as the merchant's test asked for.</param>
public sealed record EvidenceCall(
    Tenant Tenant, string Key, string ChargeKey, string Reference, IReadOnlyDictionary<string, string> Texts,
    IReadOnlyList<EvidenceAttachment> Files, string? Behaviour);

/// <param name="Purpose">What it shows: <c>receipt</c>, <c>customer_communication</c> …</param>
public sealed record EvidenceAttachment(string Purpose, string Name, string ContentType, ReadOnlyMemory<byte> Content);

/// <inheritdoc cref="EvidenceCall"/>
public sealed record AcceptDisputeCall(Tenant Tenant, string Key, string ChargeKey, string Reference, string? Behaviour);

/// <param name="RequestKey">The request that is asked about; null: the dispute as a whole.</param>
public sealed record DisputeStatusCall(Tenant Tenant, string ChargeKey, string Reference, string? RequestKey);

/// <summary>What the processor said about a dispute, in our words.</summary>
public abstract record DisputeOutcome
{
    /// <summary>The request was done, or there was none: what the dispute is now.</summary>
    public sealed record Reported(DisputeReport Report) : DisputeOutcome;

    /// <summary>A clear no to the request.</summary>
    /// <param name="Sentence">For the merchant.</param>
    /// <param name="ProcessorCode">The processor's own word, for support.</param>
    /// <param name="Report">What the dispute is now, when it says so.</param>
    public sealed record Declined(string Sentence, string? ProcessorCode, DisputeReport? Report) : DisputeOutcome;

    /// <inheritdoc cref="ConnectorOutcome.NotFound"/>
    public sealed record NotFound : DisputeOutcome;

    /// <inheritdoc cref="ConnectorOutcome.Unknown"/>
    public sealed record Unknown(string Why) : DisputeOutcome;

    /// <inheritdoc cref="ConnectorOutcome.NotCalled"/>
    public sealed record NotCalled(string Why) : DisputeOutcome;
}
