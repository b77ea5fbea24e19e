using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

internal enum MandateState
{
    Pending,
    Active,
    Rejected,
    Revoked,
}

/// <summary>What the pretended processor knows about one of our mandates.</summary>
internal sealed record SandboxMandate
{
    public required Tenant Tenant { get; init; }
    public required string Key { get; init; }
    public required string Reference { get; init; }
    public required string Type { get; init; }
    public required MandateState State { get; init; }
    public required MethodSummary Summary { get; init; }

    /// <summary>What becomes of its debits: one of <see cref="DebitEnd"/>.</summary>
    public string? Debit { get; init; }
    public Decline? Decline { get; init; }

    /// <summary>When the payer agrees who takes their time.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public MandateOutcome ToOutcome() => State switch
    {
        MandateState.Pending => new MandateOutcome.Pending(Reference, Summary, new NextAction("wait", ExpiresAt: DueAt)),
        MandateState.Active => new MandateOutcome.Active(Reference, Summary),
        MandateState.Rejected => new MandateOutcome.Rejected(Reference, Decline!.Code, Decline.Sentence, Decline.ProcessorCode),
        MandateState.Revoked => new MandateOutcome.Revoked(Reference),
        _ => throw new ArgumentOutOfRangeException(nameof(State), State, "Not a state of a mandate."),
    };
}

/// <summary>The pretended processor's rules about mandates. Pure.</summary>
internal static class SandboxMandateDecisions
{
    public const string UpiAutopay = "upi_autopay";

    /// <summary>The first outcome of a mandate: a bank account is active at once, the payer of a UPI mandate is asked.</summary>
    /// <param name="token">Of the bank account; null when there is none that is valid.</param>
    public static SandboxMandate Start(MandateCall call, string reference, BankToken? token, SandboxSettings settings, DateTimeOffset now)
    {
        var mandate = new SandboxMandate
        {
            Tenant = call.Tenant,
            Key = call.Key,
            Reference = reference,
            Type = call.Type,
            State = MandateState.Active,
            Summary = new MethodSummary(call.Type == UpiAutopay ? "upi" : "bank_debit", Vpa: Vpa.Masked(call.Vpa), BankAccount: token?.Summary),
            Debit = token?.Debit,
        };
        return call switch
        {
            { Behaviour: { } behaviour } when !SandboxBehaviour.IsKnown(behaviour) => Reject(mandate, Decline.Of(
                Errors.ValidationFailed, "unknown_behaviour",
                $"{SandboxBehaviour.Header} must be one of {string.Join(", ", SandboxBehaviour.ByAmount.Values)}.")),
            { Type: UpiAutopay } => AskPayer(mandate, call.Vpa!, settings, now),
            _ when token is null => Reject(mandate, Decline.Of(Errors.InvalidToken, "unknown_token")),
            _ when call.Type != $"{token.Scheme}_debit" => Reject(mandate, Decline.Of(
                Errors.InvalidBankAccount, "wrong_scheme", $"The account is not one of {call.Type}.")),
            { Behaviour: SandboxBehaviour.Pending } => mandate with { State = MandateState.Pending, DueAt = now + settings.PendingTime },
            _ => mandate,
        };
    }

    public static SandboxMandate LetTimePass(SandboxMandate mandate, DateTimeOffset now) =>
        mandate is { State: MandateState.Pending, DueAt: { } due } && due <= now
            ? mandate with { State = MandateState.Active, DueAt = null }
            : mandate;

    public static SandboxMandate Revoke(SandboxMandate mandate) => mandate.State is MandateState.Active or MandateState.Pending
        ? mandate with { State = MandateState.Revoked, DueAt = null }
        : mandate;

    private static SandboxMandate AskPayer(SandboxMandate mandate, string vpa, SandboxSettings settings, DateTimeOffset now) =>
        vpa.ToLowerInvariant() switch
        {
            Vpa.Succeeds => mandate,
            Vpa.StaysPending or Vpa.IsDeemed => mandate with { State = MandateState.Pending, DueAt = now + settings.PendingTime },
            _ => Reject(mandate, Vpa.DeclineOf(vpa) ?? Decline.Of(
                Errors.ValidationFailed, "invalid_vpa", $"The sandbox sets up mandates for {string.Join(", ", Vpa.All)} only.")),
        };

    private static SandboxMandate Reject(SandboxMandate mandate, Decline decline) =>
        mandate with { State = MandateState.Rejected, Decline = decline, DueAt = null };
}
