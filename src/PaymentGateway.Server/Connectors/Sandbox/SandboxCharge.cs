using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

internal enum ChargeState
{
    ActionRequired,
    Pending,
    Authorized,
    Captured,
    Voided,
    Declined,

    /// <summary>It was captured, and the customer's bank took it back.</summary>
    Returned,
}

/// <summary>The page on which the customer answers.</summary>
internal enum Challenge
{
    /// <summary>The bank of a card asks for a one-time password; 1234 fits.</summary>
    Otp,

    /// <summary>The same page, but no password fits.</summary>
    OtpNeverFits,

    /// <summary>A bank or wallet shows approve and refuse.</summary>
    Approval,

    /// <summary>The customer's UPI app shows approve and decline.</summary>
    UpiApp,
}

/// <summary>What the pretended processor knows about one of our keys.</summary>
internal sealed record SandboxCharge
{
    public required Tenant Tenant { get; init; }
    public required string Key { get; init; }
    public required string Reference { get; init; }
    public string? PaymentId { get; init; }

    /// <summary>Of no money: it makes a way to pay ready for later.</summary>
    public bool IsSetup { get; init; }

    /// <summary>The code that the customer scanned; then nobody called us for this charge.</summary>
    public string? QrCodeId { get; init; }
    public required ChargeState State { get; init; }
    public required Money Amount { get; init; }

    /// <summary>Minor units that are taken.</summary>
    public long Captured { get; init; }

    /// <summary>What becomes of a debit by mandate: one of <see cref="DebitEnd"/>.</summary>
    public string? Debit { get; init; }

    /// <summary>Minor units that the customer's bank took back.</summary>
    public long Returned { get; init; }

    public required bool CaptureAtOnce { get; init; }

    /// <summary>When an authorization is let go.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public bool OffSession { get; init; }
    public SetupFutureUsage? SetupFutureUsage { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? Behaviour { get; init; }
    public required MethodSummary Summary { get; init; }
    public NextAction? Action { get; init; }
    public Decline? Decline { get; init; }
    public Challenge? Challenge { get; init; }
    public int WrongAnswers { get; init; }
    public required string MerchantName { get; init; }
    public string? Description { get; init; }
    public string? ReturnUrl { get; init; }

    /// <summary>How the card holder shall be authenticated; known only to the call that begins the charge.</summary>
    public ThreeDSecureCall? ThreeDSecure { get; init; }

    /// <summary>What became of that.</summary>
    public AuthenticationSession? Session { get; init; }

    /// <summary>The proof that this very step authorizes by: the store takes it only once.</summary>
    public Proof? Proof { get; init; }

    /// <summary>When it stops waiting and moves by itself.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public bool IsWaiting => State is ChargeState.ActionRequired or ChargeState.Pending;

    public bool HasExpired(DateTimeOffset now) => State == ChargeState.Authorized && ExpiresAt <= now;

    /// <summary>What the charge is as a whole.</summary>
    public ConnectorOutcome ToOutcome(DateTimeOffset now) => State switch
    {
        ChargeState.Authorized when HasExpired(now) => Captured > 0 ? OfCaptured() : new ConnectorOutcome.Voided(Reference) { Authentication = Session?.Authentication },
        ChargeState.Authorized => OfAuthorized(),
        ChargeState.Captured => OfCaptured(),
        ChargeState.Returned => OfReturned(Reference, Summary, Decline!, Money.FromMinor(Returned, Amount.Currency)),
        _ => OutcomeOf(State, Reference, Summary, Action, Decline, Session?.Authentication),
    };

    public ConnectorOutcome OfAuthorized() =>
        new ConnectorOutcome.Authorized(Reference, Summary, ExpiresAt)
        {
            Authentication = Session?.Authentication,
            NetworkTransactionId = SandboxNetwork.TransactionIdOf(Reference, Summary),
        };

    public ConnectorOutcome OfCaptured() =>
        new ConnectorOutcome.Captured(Reference, Summary, Money.FromMinor(Captured, Amount.Currency))
        {
            Authentication = Session?.Authentication,
            NetworkTransactionId = SandboxNetwork.TransactionIdOf(Reference, Summary),
        };

    public ConnectorOutcome OfDecline(Decline decline) =>
        decline.ToOutcome(Reference, Summary);

    public static ConnectorOutcome OfReturned(string reference, MethodSummary summary, Decline why, Money amount) =>
        new ConnectorOutcome.Returned(reference, amount, why.Code, why.Sentence, why.ProcessorCode, summary);

    /// <summary>What a message says; the amounts are asked for.</summary>
    public static ConnectorOutcome OutcomeOf(
        ChargeState state, string reference, MethodSummary summary, NextAction? action, Decline? decline, Authentication? authentication,
        DateTimeOffset? captureBefore = null) =>
        (state switch
        {
            ChargeState.ActionRequired => (ConnectorOutcome)new ConnectorOutcome.ActionRequired(reference, action!, summary),
            ChargeState.Pending => new ConnectorOutcome.Pending(reference, summary, Vpa.PendingCode(summary.Vpa)),
            ChargeState.Authorized => new ConnectorOutcome.Authorized(reference, summary, captureBefore),
            ChargeState.Captured => new ConnectorOutcome.Captured(reference, summary),
            ChargeState.Voided => new ConnectorOutcome.Voided(reference),
            ChargeState.Declined => decline!.ToOutcome(reference, summary),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state of a charge."),
        }) with
        {
            Authentication = authentication,
            NetworkTransactionId = state is ChargeState.Authorized or ChargeState.Captured ? SandboxNetwork.TransactionIdOf(reference, summary) : null,
        };
}

internal enum OperationKind
{
    Capture,
    Increment,
}

/// <summary>What was done under one of our keys, so that a repeat is answered as the first.</summary>
/// <param name="Amount">Minor units: taken, or the new total.</param>
/// <param name="Decline">Null: it was done.</param>
internal sealed record SandboxOperation(OperationKind Kind, string Key, long Amount, Decline? Decline = null)
{
    public ConnectorOutcome ToOutcome(SandboxCharge charge) =>
        Decline is not null ? charge.OfDecline(Decline)
        : Kind == OperationKind.Capture ? charge.OfCaptured()
        : charge.OfAuthorized();
}

/// <summary>What a request leads to: the charge afterwards, what is kept of the request, and the answer.</summary>
internal sealed record SandboxStep(SandboxCharge Charge, SandboxOperation? Operation, ConnectorOutcome Answer);
