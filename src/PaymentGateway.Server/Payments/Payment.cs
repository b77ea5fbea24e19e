using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Methods;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>Where a payment stands. Four of them are <c>processing</c> on the wire.</summary>
public enum PaymentState
{
    RequiresPaymentMethod,

    /// <summary>The method is chosen; the merchant confirms.</summary>
    RequiresConfirmation,

    /// <summary>The customer must do something: 3-D Secure, approve in an app.</summary>
    RequiresAction,

    /// <summary>The processor was told and has not answered: anything may have happened.</summary>
    Authorizing,

    /// <summary>The processor has it and does not know yet.</summary>
    Pending,

    /// <summary>The money is held.</summary>
    RequiresCapture,

    /// <summary>The processor was told to take the money, or a part.</summary>
    Capturing,

    /// <summary>The processor was told to hold more.</summary>
    Incrementing,

    /// <summary>The hold, or the attempt that waits for the customer, is being given up.</summary>
    Voiding,

    Succeeded,
    Canceled,

    /// <summary>Tried as often as is allowed, in vain.</summary>
    Failed,

    /// <summary>It had succeeded, and the customer's bank took the money back. On the wire it has failed.</summary>
    Returned,
}

/// <summary>An intent to take money, through as many attempts (charges) as it needs.</summary>
public sealed record Payment
{
    /// <summary>After so many declined attempts a payment is over: card testers get no more tries.</summary>
    public const int AttemptsMax = 10;

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public string? OrderId { get; init; }

    /// <summary>The split payment that it is a part of. A part moves only with the whole.</summary>
    public string? SplitPaymentId { get; init; }

    /// <summary>Its place among the parts, from 1.</summary>
    public int? SplitPart { get; init; }
    public required Money Amount { get; init; }

    /// <summary>What is held or taken; what was released is no longer in it.</summary>
    public required Money AmountAuthorized { get; init; }
    public required Money AmountCaptured { get; init; }

    /// <summary>Given back, or reserved for a refund that is under way.</summary>
    public required Money AmountRefunded { get; init; }

    /// <summary>Taken back by the customer's bank after it was captured; with what is refunded, at most what was captured.</summary>
    public Money AmountReturned { get => field == default ? Money.Zero(Amount.Currency) : field; init; }

    /// <summary>What disputes that are open or lost have taken of it.</summary>
    public Money AmountDisputed { get => field == default ? Money.Zero(Amount.Currency) : field; init; }
    public required PaymentState State { get; init; }
    public required CaptureMethod Capture { get; init; }

    /// <summary>The only methods it may be paid by; null for all that the merchant has. An order has its own.</summary>
    public IReadOnlyList<string>? AllowedMethods { get; init; }

    /// <summary>Whether the way to pay shall be kept for later.</summary>
    public SetupFutureUsage? SetupFutureUsage { get; init; }

    /// <summary>What stands on the customer's statement.</summary>
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }

    /// <summary>The chosen way to pay, kept until it is confirmed.</summary>
    public Instrument? Instrument { get; init; }

    /// <summary>The saved method that the latest attempt is paid with, or that it is or was saved as.</summary>
    public string? PaymentMethodId { get; init; }

    /// <summary>The latest attempt.</summary>
    public Charge? Charge { get; init; }
    public int Attempts { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }

    /// <summary>Why it was or is being canceled, or its rest let go; null while it is only the attempt that is given up.</summary>
    public string? CancelReason { get; init; }
    public required Purpose Purpose { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }

    /// <summary>Counts the writes of the payment and its charges.</summary>
    public required int Version { get; init; }

    /// <summary>What is held and not taken.</summary>
    public Money AmountCapturable => AmountAuthorized - AmountCaptured;

    /// <summary>What is taken, and neither given back, nor taken back by the customer's bank, nor disputed.</summary>
    public Money AmountRefundable => AmountCaptured - AmountRefunded - AmountReturned - AmountDisputed;

    /// <summary>Descriptor and suffix as one line.</summary>
    internal string? StatementLine => StatementDescriptorSuffix is null ? StatementDescriptor : $"{StatementDescriptor}* {StatementDescriptorSuffix}";
}

/// <summary>Where one attempt stands.</summary>
public enum ChargeState
{
    /// <summary>Committed before the call; no answer is known.</summary>
    Submitted,
    RequiresAction,
    Pending,
    Authorized,
    Capturing,
    Incrementing,
    Voiding,
    Captured,
    Failed,
    Voided,

    /// <summary>Captured, and taken back by the customer's bank.</summary>
    Returned,
}

/// <summary>One attempt at one processor. Its id is the key that the processor deduplicates by.</summary>
public sealed record Charge
{
    public required string Id { get; init; }
    public required string PaymentId { get; init; }
    public required Tenant Tenant { get; init; }
    public required string Connector { get; init; }
    public required MethodSummary Summary { get; init; }

    /// <summary>What is or was asked for, with increments.</summary>
    public required Money Amount { get; init; }

    /// <inheritdoc cref="Payment.AmountRefunded"/>
    public required Money AmountRefunded { get; init; }

    /// <inheritdoc cref="Payment.AmountDisputed"/>
    public Money AmountDisputed { get => field == default ? Money.Zero(Amount.Currency) : field; init; }

    /// <summary>What the merchant pays for its captures, as agreed when it began.</summary>
    public required FeeTerms Terms { get; init; }
    public required ChargeState State { get; init; }

    /// <summary>The oldest first. At most one is under way.</summary>
    public IReadOnlyList<Capture> Captures { get; init; } = [];

    /// <summary>The increment under way.</summary>
    public Increment? Increment { get; init; }

    /// <summary>Names the pending transaction of the book that holds what is not captured yet.</summary>
    public string? HoldId { get; init; }

    /// <summary>When the processor lets the authorization go; null when it does not say.</summary>
    public DateTimeOffset? CaptureBefore { get; init; }

    /// <summary>What it debits by.</summary>
    public string? MandateId { get; init; }

    /// <summary>Its bank can take it back, and does not argue about that.</summary>
    public bool IsBankDebit => Summary.Method == "bank_debit";

    /// <summary>Its bank took it back before we had heard that it was paid.</summary>
    internal bool CameBackUnpaid => State == ChargeState.Failed && FailureCode == Errors.BankDebitReturned.Code;

    /// <summary>What its method agreed beyond the amount, such as instalments.</summary>
    public MethodDetails? Details { get; init; }

    /// <summary>Why it went to this processor; null of what came in by itself, and of charges from before there were rules.</summary>
    public RoutingTrace? Routing { get; init; }

    /// <summary>The processor's own id.</summary>
    public string? Reference { get; init; }
    public NextAction? NextAction { get; init; }

    /// <summary>What 3-D Secure said about the card holder; null when it was not used.</summary>
    public Authentication? Authentication { get; init; }

    /// <summary>What the card network calls the first transaction of this attempt; null where its processor does not tell.</summary>
    public string? NetworkTransactionId { get; init; }

    /// <summary>Where this attempt asked the browser to be sent; null: the checkout or the payment says.</summary>
    public string? ReturnUrl { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }

    /// <summary>Sandbox only: the misbehaviour that the merchant's test asked for.</summary>
    public string? Behaviour { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset CalledAt { get; init; }

    /// <summary>When to ask the processor; null once it is settled.</summary>
    public DateTimeOffset? CheckAt { get; init; }

    /// <summary>How often it was asked since the last call.</summary>
    public int Checks { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public Money AmountCaptured => Sum(capture => capture.Amount);

    /// <summary>Our fee for what is captured so far.</summary>
    public Money Fee => Sum(capture => capture.Fee);

    /// <summary>Tax on the fee.</summary>
    public Money Tax => Sum(capture => capture.Tax);

    internal Capture? CaptureUnderWay => Captures.FirstOrDefault(capture => capture.State == CaptureState.Submitted);

    /// <summary>The key of the capture or increment that the processor was asked for and has not answered.</summary>
    internal string? OperationId => CaptureUnderWay?.Id ?? Increment?.Id;

    private Money Sum(Func<Capture, Money> part) => Captures
        .Where(capture => capture.State == CaptureState.Captured)
        .Aggregate(Money.Zero(Amount.Currency), (sum, capture) => sum + part(capture));
}
