using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Methods;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>Rows as they come from the database, and the objects they stand for.</summary>
internal sealed record OrderRow
{
    internal const string Columns =
        """
        o.id, o.merchant_id, o.mode, o.merchant_order_id, o.amount, o.currency, o.amount_authorized, o.amount_paid, o.amount_refunded, o.state,
        o.capture_method,
        o.allowed_methods, o.customer_id, o.customer_email, o.customer_phone, o.description, o.metadata, o.return_url, o.webhook_url,
        o.created_at, o.expires_at, o.paid_at, o.closed_at, o.version, nullif(o.payer, 'payment') AS split_payment_id
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public string? MerchantOrderId { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public long AmountAuthorized { get; init; }
    public long AmountPaid { get; init; }
    public long AmountRefunded { get; init; }
    public required string State { get; init; }
    public required string CaptureMethod { get; init; }
    public string[]? AllowedMethods { get; init; }
    public string? CustomerId { get; init; }
    public string? CustomerEmail { get; init; }
    public string? CustomerPhone { get; init; }
    public string? Description { get; init; }
    public required string Metadata { get; init; }
    public string? ReturnUrl { get; init; }
    public string? WebhookUrl { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public int Version { get; init; }
    public string? SplitPaymentId { get; init; }

    public Order ToOrder()
    {
        var currency = PaymentGateway.Currency.FromStored(Currency);
        return new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            Amount = Money.FromMinor(Amount, currency),
            AmountAuthorized = Money.FromMinor(AmountAuthorized, currency),
            AmountPaid = Money.FromMinor(AmountPaid, currency),
            AmountRefunded = Money.FromMinor(AmountRefunded, currency),
            State = StateWords.Parse<OrderState>(State),
            SplitPaymentId = SplitPaymentId,
            Capture = StateWords.Parse<CaptureMethod>(CaptureMethod),
            AllowedMethods = AllowedMethods,
            Purpose = new(MerchantOrderId, CustomerId, CustomerEmail, CustomerPhone, Description, Metadata, ReturnUrl, WebhookUrl),
            CreatedAt = CreatedAt,
            ExpiresAt = ExpiresAt,
            PaidAt = PaidAt,
            ClosedAt = ClosedAt,
            Version = Version,
        };
    }
}

/// <inheritdoc cref="OrderRow"/>
internal sealed record PaymentRow
{
    internal const string Columns =
        """
        p.id, p.merchant_id, p.mode, p.order_id, p.merchant_order_id, p.amount, p.currency, p.amount_authorized, p.amount_captured, p.amount_refunded,
        p.amount_returned, p.amount_disputed,
        p.state, p.capture_method, p.instrument, p.attempts, p.failure_code, p.failure_reason, p.cancel_reason, p.customer_id, p.customer_email,
        p.customer_phone, p.description, p.metadata, p.return_url, p.webhook_url, p.created_at, p.paid_at, p.canceled_at, p.version,
        p.allowed_methods, p.setup_future_usage, p.statement_descriptor, p.statement_descriptor_suffix, p.payment_method_id, p.split_payment_id,
        p.split_part
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public string? OrderId { get; init; }
    public string? MerchantOrderId { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public long AmountAuthorized { get; init; }
    public long AmountCaptured { get; init; }
    public long AmountRefunded { get; init; }
    public long AmountReturned { get; init; }
    public long AmountDisputed { get; init; }
    public required string State { get; init; }
    public required string CaptureMethod { get; init; }
    public string? Instrument { get; init; }
    public int Attempts { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? CancelReason { get; init; }
    public string? CustomerId { get; init; }
    public string? CustomerEmail { get; init; }
    public string? CustomerPhone { get; init; }
    public string? Description { get; init; }
    public required string Metadata { get; init; }
    public string? ReturnUrl { get; init; }
    public string? WebhookUrl { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }
    public int Version { get; init; }
    public string[]? AllowedMethods { get; init; }
    public string? SetupFutureUsage { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? PaymentMethodId { get; init; }
    public string? SplitPaymentId { get; init; }
    public short? SplitPart { get; init; }

    public Payment ToPayment(ChargeRow? charge)
    {
        var currency = PaymentGateway.Currency.FromStored(Currency);
        return new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            OrderId = OrderId,
            SplitPaymentId = SplitPaymentId,
            SplitPart = SplitPart,
            Amount = Money.FromMinor(Amount, currency),
            AmountAuthorized = Money.FromMinor(AmountAuthorized, currency),
            AmountCaptured = Money.FromMinor(AmountCaptured, currency),
            AmountRefunded = Money.FromMinor(AmountRefunded, currency),
            AmountReturned = Money.FromMinor(AmountReturned, currency),
            AmountDisputed = Money.FromMinor(AmountDisputed, currency),
            State = StateWords.Parse<PaymentState>(State),
            Capture = StateWords.Parse<CaptureMethod>(CaptureMethod),
            Instrument = StoredInstrument.Read(Instrument),
            Charge = charge?.ToCharge(),
            Attempts = Attempts,
            FailureCode = FailureCode,
            FailureReason = FailureReason,
            CancelReason = CancelReason,
            Purpose = new(MerchantOrderId, CustomerId, CustomerEmail, CustomerPhone, Description, Metadata, ReturnUrl, WebhookUrl),
            CreatedAt = CreatedAt,
            PaidAt = PaidAt,
            CanceledAt = CanceledAt,
            Version = Version,
            AllowedMethods = AllowedMethods,
            SetupFutureUsage = SetupFutureUsage is null ? null : StateWords.Parse<SetupFutureUsage>(SetupFutureUsage),
            StatementDescriptor = StatementDescriptor,
            StatementDescriptorSuffix = StatementDescriptorSuffix,
            PaymentMethodId = PaymentMethodId,
        };
    }
}

/// <inheritdoc cref="OrderRow"/>
internal sealed record ChargeRow
{
    internal const string Columns =
        """
        c.id, c.merchant_id, c.mode, c.payment_id, c.connector, c.summary, c.amount, c.currency, c.fee_percent, c.fee_tax_percent, c.amount_refunded,
        c.amount_disputed,
        c.state, c.reference, c.next_action, c.failure_code, c.failure_reason, c.processor_code, c.behaviour, c.created_at, c.called_at, c.check_at,
        c.checks, c.finished_at, c.hold_id, c.capture_before, c.increment_id, c.increment_amount, c.details, c.authentication,
        c.return_url, c.mandate_id, c.routing, c.network_transaction_id,
        (SELECT json_agg(k ORDER BY k.created_at, k.id) FROM payments.captures k
         WHERE k.charge_id = c.id AND k.merchant_id = c.merchant_id AND k.mode = c.mode)::text AS captures
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string PaymentId { get; init; }
    public required string Connector { get; init; }
    public required string Summary { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public decimal FeePercent { get; init; }
    public decimal FeeTaxPercent { get; init; }
    public long AmountRefunded { get; init; }
    public long AmountDisputed { get; init; }
    public required string State { get; init; }
    public string? Reference { get; init; }
    public string? NextAction { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? Behaviour { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset CalledAt { get; init; }
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? HoldId { get; init; }
    public DateTimeOffset? CaptureBefore { get; init; }
    public string? IncrementId { get; init; }
    public long? IncrementAmount { get; init; }
    public string? Captures { get; init; }
    public string? Details { get; init; }
    public string? Authentication { get; init; }
    public string? ReturnUrl { get; init; }
    public string? MandateId { get; init; }
    public string? Routing { get; init; }
    public string? NetworkTransactionId { get; init; }

    public Charge ToCharge()
    {
        var currency = PaymentGateway.Currency.FromStored(Currency);
        return new()
        {
            Id = Id,
            PaymentId = PaymentId,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            Connector = Connector,
            Summary = JsonSerializer.Deserialize<MethodSummary>(Summary, JsonSerializerOptions.Web)!,
            Amount = Money.FromMinor(Amount, currency),
            Terms = new(FeePercent, FeeTaxPercent),
            AmountRefunded = Money.FromMinor(AmountRefunded, currency),
            AmountDisputed = Money.FromMinor(AmountDisputed, currency),
            State = StateWords.Parse<ChargeState>(State),
            Details = Details is null ? null : MethodDetails.FromJson(Details),
            MandateId = MandateId,
            Routing = Routing is null ? null : RoutingTrace.FromJson(Routing),
            Reference = Reference,
            NextAction = NextAction is null ? null : Connectors.NextAction.FromJson(NextAction),
            Authentication = Authentication is null ? null : Connectors.ThreeDSecure.Authentication.FromJson(Authentication),
            NetworkTransactionId = NetworkTransactionId,
            ReturnUrl = ReturnUrl,
            FailureCode = FailureCode,
            FailureReason = FailureReason,
            ProcessorCode = ProcessorCode,
            Behaviour = Behaviour,
            CreatedAt = CreatedAt,
            CalledAt = CalledAt,
            CheckAt = CheckAt,
            Checks = Checks,
            FinishedAt = FinishedAt,
            HoldId = HoldId,
            CaptureBefore = CaptureBefore,
            Increment = IncrementId is null ? null : new(IncrementId, Money.FromMinor(IncrementAmount!.Value, currency)),
            Captures = StoredCapture.ReadAll(Captures, currency),
        };
    }
}

/// <summary>A row of <c>payments.captures</c> as the database aggregates it.</summary>
internal sealed record StoredCapture
{
    private static readonly JsonSerializerOptions options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Id { get; init; }
    public long Amount { get; init; }
    public long Fee { get; init; }
    public long Tax { get; init; }
    public bool IsFinal { get; init; }
    public required string State { get; init; }
    public string? Reference { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public static IReadOnlyList<Capture> ReadAll(string? json, Currency currency) => json is null
        ? []
        : [.. JsonSerializer.Deserialize<StoredCapture[]>(json, options)!.Select(row => row.ToCapture(currency))];

    private Capture ToCapture(Currency currency) => new()
    {
        Id = Id,
        Amount = Money.FromMinor(Amount, currency),
        Fee = Money.FromMinor(Fee, currency),
        Tax = Money.FromMinor(Tax, currency),
        IsFinal = IsFinal,
        State = StateWords.Parse<CaptureState>(State),
        Reference = Reference,
        FailureCode = FailureCode,
        FailureReason = FailureReason,
        CreatedAt = CreatedAt.ToUniversalTime(),
        FinishedAt = FinishedAt?.ToUniversalTime(),
    };
}
