using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>Who reads: a page with a client secret is shown less than the merchant's server.</summary>
public enum Audience
{
    Server,
    Page,
}

/// <summary>An order as it is sent. Fields that only the merchant's server sees are absent for a page.</summary>
public sealed record OrderView
{
    public required string Id { get; init; }
    public required string OrderId { get; init; }
    public required string MerchantId { get; init; }
    public string? MerchantOrderId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required decimal AmountAuthorized { get; init; }
    public required decimal AmountPaid { get; init; }
    public required decimal AmountDue { get; init; }

    /// <summary>Given back, or reserved for refunds that are under way.</summary>
    public required decimal AmountRefunded { get; init; }

    /// <summary>Whether that is all that was taken.</summary>
    public required bool Refunded { get; init; }
    public required string CaptureMethod { get; init; }
    public IReadOnlyList<string>? AllowedPaymentMethods { get; init; }
    public string? ClientSecret { get; init; }
    public PaymentLinksView? PaymentLinks { get; init; }
    public string? PaymentId { get; init; }

    /// <summary>The split payment that pays or paid it.</summary>
    public string? SplitPaymentId { get; init; }

    /// <summary>As of that split payment; where one order is read alone.</summary>
    public SplitPaymentSummary? SplitPayment { get; init; }
    public string? CustomerId { get; init; }
    public string? CustomerEmail { get; init; }
    public string? CustomerPhone { get; init; }
    public string? Description { get; init; }
    public JsonNode? Metadata { get; init; }
    public string? ReturnUrl { get; init; }
    public string? WebhookUrl { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <param name="Hosted">The page on which the customer pays.</param>
public sealed record PaymentLinksView(string Hosted);

/// <summary>A payment as it is sent, with its attempts.</summary>
public sealed record PaymentView
{
    public required string Id { get; init; }
    public required string PaymentId { get; init; }
    public required string MerchantId { get; init; }
    public string? OrderId { get; init; }

    /// <summary>The split payment that it is a part of.</summary>
    public string? SplitPaymentId { get; init; }
    public string? MerchantOrderId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required decimal AmountAuthorized { get; init; }
    public required decimal AmountCaptured { get; init; }
    public required decimal AmountCapturable { get; init; }

    /// <summary>Taken back by the customer's bank after it was captured; absent when nothing was.</summary>
    public decimal? AmountReturned { get; init; }

    /// <inheritdoc cref="OrderView.AmountRefunded"/>
    public required decimal AmountRefunded { get; init; }

    /// <inheritdoc cref="OrderView.Refunded"/>
    public required bool Refunded { get; init; }
    public required string CaptureMethod { get; init; }
    public IReadOnlyList<string>? AllowedPaymentMethods { get; init; }
    public string? SetupFutureUsage { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? PaymentMethod { get; init; }

    /// <summary>The saved method that it was paid with, or that was saved by it.</summary>
    public string? PaymentMethodId { get; init; }
    public CardView? Card { get; init; }
    public BankAccountSummary? BankAccount { get; init; }
    public string? MandateId { get; init; }
    public EmiPlanView? EmiDetails { get; init; }
    public BnplDetails? BnplDetails { get; init; }
    public NextAction? NextAction { get; init; }

    /// <summary>Of the latest attempt.</summary>
    public ThreeDSecureView? ThreeDSecure { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? CancelReason { get; init; }
    public string? ClientSecret { get; init; }
    public string? CustomerId { get; init; }
    public string? Description { get; init; }
    public JsonNode? Metadata { get; init; }
    public string? ReturnUrl { get; init; }
    public IReadOnlyList<ChargeView>? Charges { get; init; }
    public required IReadOnlyList<CaptureView> Captures { get; init; }

    /// <summary>What disputes that are open or lost have taken of it.</summary>
    public decimal AmountDisputed { get; init; }

    /// <summary>Whether that is anything.</summary>
    public bool Disputed { get; init; }

    /// <summary>The newest first; where one payment is read alone.</summary>
    public IReadOnlyList<RefundSummary>? Refunds { get; init; }

    /// <inheritdoc cref="Refunds"/>
    public IReadOnlyList<DisputeSummary>? Disputes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }
}

/// <summary>What may be shown of a card.</summary>
public sealed record CardView(string? Network, string Last4, string? Funding, string? Expiry);

/// <summary>One attempt as it is sent.</summary>
public sealed record ChargeView
{
    public required string Id { get; init; }
    public required string PaymentId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }

    /// <inheritdoc cref="OrderView.AmountRefunded"/>
    public required decimal AmountRefunded { get; init; }

    /// <inheritdoc cref="OrderView.Refunded"/>
    public required bool Refunded { get; init; }

    /// <inheritdoc cref="PaymentView.AmountDisputed"/>
    public decimal AmountDisputed { get; init; }

    /// <inheritdoc cref="PaymentView.Disputed"/>
    public bool Disputed { get; init; }
    public required string PaymentMethod { get; init; }
    public required MethodSummary Method { get; init; }
    public ThreeDSecureView? ThreeDSecure { get; init; }
    public string? Connector { get; init; }

    /// <summary>Why it went there; absent of money that came in by itself.</summary>
    public RoutingView? Routing { get; init; }
    public string? Reference { get; init; }

    /// <summary>What the card network calls it; another processor is told it when the card moves there.</summary>
    public string? NetworkTransactionId { get; init; }
    public required decimal AmountCaptured { get; init; }
    public decimal? Fee { get; init; }
    public decimal? Tax { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public required IReadOnlyList<CaptureView> Captures { get; init; }
    public DateTimeOffset? CaptureBefore { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>One capture as it is sent.</summary>
public sealed record CaptureView
{
    public required string Id { get; init; }
    public required string ChargeId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required bool FinalCapture { get; init; }
    public string? Reference { get; init; }
    public decimal? Fee { get; init; }
    public decimal? Tax { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}
