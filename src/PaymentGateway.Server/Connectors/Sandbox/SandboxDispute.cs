using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>A dispute as the pretended processor has it.</summary>
internal sealed record SandboxDispute
{
    public required Tenant Tenant { get; init; }
    public required string Reference { get; init; }
    public required string ChargeKey { get; init; }
    public required DisputeStanding Standing { get; init; }
    public required Money Amount { get; init; }

    /// <summary>What it costs once money moves.</summary>
    public required Money Fee { get; init; }

    /// <summary>Whether the merchant gets the fee back with the money.</summary>
    public required bool IsFeeReturned { get; init; }
    public required DisputeReason Reason { get; init; }
    public string? NetworkReasonCode { get; init; }
    public DateTimeOffset? EvidenceDueBy { get; init; }

    /// <summary>Zero until the merchant was told of it.</summary>
    public required long Revision { get; init; }

    /// <summary>What the bank will decide when it has read the evidence; null while a test has to say so.</summary>
    public bool? WillBeWon { get; init; }

    /// <summary>When it moves by itself.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The misbehaviour of its messages.</summary>
    public string? Behaviour { get; init; }

    public bool NeedsResponse => Standing is DisputeStanding.NeedsResponse or DisputeStanding.WarningNeedsResponse;

    public bool IsOpen => NeedsResponse || Standing is DisputeStanding.UnderReview or DisputeStanding.WarningUnderReview;

    public DisputeReport ToReport() => new(
        ChargeKey, Reference, Revision, Standing, Amount, Owed, Reason, NetworkReasonCode, EvidenceDueBy);

    private Money Owed =>
        Standing is DisputeStanding.WarningNeedsResponse or DisputeStanding.WarningUnderReview or DisputeStanding.WarningClosed
        || (Standing == DisputeStanding.Won && IsFeeReturned)
            ? Money.Zero(Fee.Currency)
            : Fee;
}

/// <summary>How a dispute begins in the sandbox.</summary>
/// <param name="IsInquiry">The bank asks first and takes nothing yet.</param>
/// <param name="ResponseDays">Until when evidence is taken.</param>
public sealed record DisputeTerms(bool IsInquiry, DisputeReason Reason, Money Amount, bool IsFeeReturned, int ResponseDays)
{
    public const int ResponseDaysDefault = 14;
}

/// <summary>The pretended processor's and bank's rules about disputes. Pure.</summary>
internal static class SandboxDisputeDecisions
{
    /// <summary>Evidence with this word wins.</summary>
    public const string WinningWord = "winning_evidence";

    /// <summary>Evidence with this word loses; with neither the bank waits for the test's decision.</summary>
    public const string LosingWord = "losing_evidence";

    /// <summary>In major units of any currency.</summary>
    private const decimal Fee = 15;

    /// <param name="charge">Has captured money.</param>
    /// <param name="terms">What the customer wants.</param>
    /// <param name="reference">The processor's id of the dispute.</param>
    /// <param name="now">In the merchant's time.</param>
    public static SandboxDispute Open(SandboxCharge charge, DisputeTerms terms, string reference, DateTimeOffset now)
    {
        var due = now.AddDays(terms.ResponseDays);
        return new()
        {
            Tenant = charge.Tenant,
            Reference = reference,
            ChargeKey = charge.Key,
            Standing = terms.IsInquiry ? DisputeStanding.WarningNeedsResponse : DisputeStanding.NeedsResponse,
            Amount = terms.Amount,
            Fee = Money.FromMajor(Fee, terms.Amount.Currency),
            IsFeeReturned = terms.IsFeeReturned,
            Reason = terms.Reason,
            NetworkReasonCode = NetworkCodeOf(charge.Summary.Network, terms.Reason),
            EvidenceDueBy = due,
            Revision = 1,
            DueAt = due,
        };
    }

    /// <summary>What a charge's behaviour asks for; null: nobody disputes it. A bank debit comes back instead.</summary>
    public static DisputeTerms? TermsOf(SandboxCharge charge)
    {
        return charge.Captured == 0 || charge.Debit is not null ? null : charge.Behaviour switch
        {
            SandboxBehaviour.Disputed => Of(isInquiry: false, DisputeReason.Fraudulent),
            SandboxBehaviour.DisputedNotReceived => Of(isInquiry: false, DisputeReason.ProductNotReceived),
            SandboxBehaviour.Inquiry => Of(isInquiry: true, DisputeReason.Unrecognized),
            _ => null,
        };

        DisputeTerms Of(bool isInquiry, DisputeReason reason) => new(
            isInquiry, reason, Money.FromMinor(charge.Captured, charge.Amount.Currency), IsFeeReturned: true, DisputeTerms.ResponseDaysDefault);
    }

    /// <summary>A deadline that passed, a bank that has read the evidence, a dispute that nobody was told of yet.</summary>
    public static SandboxDispute LetTimePass(SandboxDispute dispute, DateTimeOffset now) => dispute switch
    {
        { DueAt: null } => dispute,
        { DueAt: { } due } when due > now => dispute,
        { Revision: 0 } => dispute with { Revision = 1, DueAt = dispute.EvidenceDueBy },
        { Standing: DisputeStanding.WarningNeedsResponse } or { Standing: DisputeStanding.WarningUnderReview, WillBeWon: false } =>
            Escalated(dispute, now),
        { Standing: DisputeStanding.WarningUnderReview } => Moved(dispute, DisputeStanding.WarningClosed),
        { Standing: DisputeStanding.UnderReview, WillBeWon: true } => Moved(dispute, DisputeStanding.Won),
        _ => Moved(dispute, DisputeStanding.Lost),
    };

    /// <summary>The evidence goes to the bank. Null: it is too late, or the dispute is over.</summary>
    public static SandboxDispute? Submit(SandboxDispute dispute, EvidenceCall call, TimeSpan reading, DateTimeOffset now)
    {
        bool? won = Says(call, WinningWord) ? true : Says(call, LosingWord) ? false : null;
        return !dispute.NeedsResponse ? null : Moved(
            dispute,
            dispute.Standing == DisputeStanding.NeedsResponse ? DisputeStanding.UnderReview : DisputeStanding.WarningUnderReview) with
        {
            WillBeWon = won,
            DueAt = won is null ? null : now + reading,
        };
    }

    public static SandboxDispute? Accept(SandboxDispute dispute) =>
        dispute.Standing is DisputeStanding.NeedsResponse or DisputeStanding.UnderReview ? Moved(dispute, DisputeStanding.Accepted) : null;

    /// <summary>The bank's word, which may also take back what it said before.</summary>
    public static SandboxDispute Decide(SandboxDispute dispute, DisputeStanding standing, DateTimeOffset now)
    {
        var asksAgain = standing is DisputeStanding.NeedsResponse or DisputeStanding.WarningNeedsResponse;
        var due = now.AddDays(DisputeTerms.ResponseDaysDefault);
        return asksAgain
            ? Moved(dispute, standing) with { EvidenceDueBy = due, DueAt = due }
            : Moved(dispute, standing);
    }

    private static SandboxDispute Escalated(SandboxDispute dispute, DateTimeOffset now) => Decide(dispute, DisputeStanding.NeedsResponse, now);

    private static SandboxDispute Moved(SandboxDispute dispute, DisputeStanding standing) =>
        dispute with { Standing = standing, Revision = dispute.Revision + 1, WillBeWon = null, DueAt = null };

    private static bool Says(EvidenceCall call, string word) =>
        call.Texts.Values.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? NetworkCodeOf(string? network, DisputeReason reason) => (network, reason) switch
    {
        ("visa", DisputeReason.Fraudulent or DisputeReason.Unrecognized) => "10.4",
        ("visa", DisputeReason.IncorrectAmount) => "12.5",
        ("visa", DisputeReason.Duplicate) => "12.6.1",
        ("visa", DisputeReason.PaidByOtherMeans) => "12.6.2",
        ("visa", DisputeReason.ProductNotReceived) => "13.1",
        ("visa", DisputeReason.SubscriptionCanceled) => "13.2",
        ("visa", DisputeReason.ProductUnacceptable) => "13.3",
        ("visa", DisputeReason.CreditNotProcessed) => "13.6",
        ("mastercard", DisputeReason.Fraudulent or DisputeReason.Unrecognized) => "4837",
        ("mastercard", DisputeReason.Duplicate or DisputeReason.IncorrectAmount or DisputeReason.PaidByOtherMeans) => "4834",
        ("mastercard", not DisputeReason.General) => "4853",
        _ => null,
    };
}
