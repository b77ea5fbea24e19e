using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

internal enum RefundState
{
    Pending,
    Succeeded,
    Failed,
    Canceled,
}

/// <summary>What the pretended processor knows about one of our refund keys.</summary>
internal sealed record SandboxRefund
{
    public required Tenant Tenant { get; init; }
    public required string Key { get; init; }
    public required string Reference { get; init; }
    public required string ChargeKey { get; init; }
    public required RefundState State { get; init; }
    public required Money Amount { get; init; }
    public string? Behaviour { get; init; }
    public Decline? Decline { get; init; }

    /// <summary>When it moves by itself: a pending one is done, one that was to come back fails.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public RefundOutcome ToOutcome() => OutcomeOf(State, Reference, Decline);

    public static RefundOutcome OutcomeOf(RefundState state, string reference, Decline? decline) => state switch
    {
        RefundState.Pending => new RefundOutcome.Pending(reference),
        RefundState.Succeeded => new RefundOutcome.Succeeded(reference, TraceNumberOf(reference)),
        RefundState.Failed => new RefundOutcome.Failed(reference, decline!.Code, decline.Sentence, decline.ProcessorCode),
        RefundState.Canceled => new RefundOutcome.Canceled(reference),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state of a refund."),
    };

    private static string TraceNumberOf(string reference) => $"ARN{reference[^20..].ToUpperInvariant()}";
}

/// <summary>The pretended processor's rules about refunds. Pure.</summary>
internal static class SandboxRefundDecisions
{
    /// <summary>A refund that was told to come back does so after this time.</summary>
    public static readonly TimeSpan ComesBackAfter = TimeSpan.FromDays(2);

    /// <summary>The first outcome of a refund.</summary>
    /// <param name="refundable">What is left of the captured money; null when the charge is not known or took nothing.</param>
    public static SandboxRefund Start(RefundCall call, string reference, Money? refundable, SandboxSettings settings, DateTimeOffset now)
    {
        var refund = new SandboxRefund
        {
            Tenant = call.Tenant,
            Key = call.Key,
            Reference = reference,
            ChargeKey = call.ChargeKey,
            State = RefundState.Succeeded,
            Amount = call.Amount,
            Behaviour = SandboxBehaviour.Of(call),
        };
        return refund.Behaviour switch
        {
            { } behaviour when !SandboxBehaviour.IsKnownOfRefund(behaviour) => Refuse(refund, "unknown_behaviour",
                $"{SandboxBehaviour.Header} must be one of {string.Join(", ", SandboxBehaviour.ByRefundAmount.Values)}."),
            _ when refundable is null => Refuse(refund, "charge_not_captured"),
            _ when refundable.Value.Currency != call.Amount.Currency || refundable.Value < call.Amount => Refuse(refund, "exceeds_captured"),
            SandboxBehaviour.RefundDeclined => Refuse(refund, "refund_not_allowed"),
            SandboxBehaviour.Pending => refund with { State = RefundState.Pending, DueAt = now + settings.PendingTime },
            SandboxBehaviour.RefundFailsLater => refund with { DueAt = now + ComesBackAfter },
            _ => refund,
        };
    }

    public static SandboxRefund LetTimePass(SandboxRefund refund, DateTimeOffset now) => refund switch
    {
        { DueAt: null } => refund,
        { DueAt: { } due } when due > now => refund,
        { State: RefundState.Pending } => refund with { State = RefundState.Succeeded, DueAt = null },
        _ => Refuse(refund, "account_closed", "The customer's bank sent the money back."),
    };

    public static SandboxRefund Cancel(SandboxRefund refund) =>
        refund.State == RefundState.Pending ? refund with { State = RefundState.Canceled, DueAt = null } : refund;

    private static SandboxRefund Refuse(SandboxRefund refund, string processorCode, string? sentence = null) =>
        refund with { State = RefundState.Failed, Decline = Decline.Of(Errors.RefundDeclined, processorCode, sentence), DueAt = null };
}
