using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Methods;

namespace PaymentGateway.Payments;

/// <summary>Rows as they come from the database, and the objects they stand for.</summary>
internal sealed record OrderRow
{
    internal const string Columns =
        """
        o.id, o.merchant_id, o.mode, o.merchant_order_id, o.amount, o.currency, o.amount_authorized, o.amount_paid, o.amount_refunded, o.state,
        o.capture_method,
        o.allowed_methods, o.customer_id, o.customer_email, o.customer_phone, o.description, o.metadata, o.return_url, o.webhook_url,
        o.created_at, o.expires_at, o.paid_at, o.closed_at, o.version
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

    public Order ToOrder()
    {
        var currency = Stored.CurrencyOf(Currency);
        return new()
        {
            Id = Id,
            Tenant = Stored.TenantOf(MerchantId, Mode),
            Amount = Money.FromMinor(Amount, currency),
            AmountAuthorized = Money.FromMinor(AmountAuthorized, currency),
            AmountPaid = Money.FromMinor(AmountPaid, currency),
            AmountRefunded = Money.FromMinor(AmountRefunded, currency),
            State = StateWords.Parse<OrderState>(State),
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
        p.state, p.capture_method, p.instrument, p.attempts, p.failure_code, p.failure_reason, p.cancel_reason, p.customer_id, p.customer_email,
        p.customer_phone, p.description, p.metadata, p.return_url, p.webhook_url, p.created_at, p.paid_at, p.canceled_at, p.version
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

    public Payment ToPayment(ChargeRow? charge)
    {
        var currency = Stored.CurrencyOf(Currency);
        return new()
        {
            Id = Id,
            Tenant = Stored.TenantOf(MerchantId, Mode),
            OrderId = OrderId,
            Amount = Money.FromMinor(Amount, currency),
            AmountAuthorized = Money.FromMinor(AmountAuthorized, currency),
            AmountCaptured = Money.FromMinor(AmountCaptured, currency),
            AmountRefunded = Money.FromMinor(AmountRefunded, currency),
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
        };
    }
}

/// <inheritdoc cref="OrderRow"/>
internal sealed record ChargeRow
{
    internal const string Columns =
        """
        c.id, c.merchant_id, c.mode, c.payment_id, c.connector, c.summary, c.amount, c.currency, c.fee, c.tax, c.amount_refunded, c.state,
        c.reference, c.next_action, c.failure_code, c.failure_reason, c.processor_code, c.behaviour, c.created_at, c.called_at, c.check_at, c.checks,
        c.finished_at, c.details
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string PaymentId { get; init; }
    public required string Connector { get; init; }
    public required string Summary { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public long Fee { get; init; }
    public long Tax { get; init; }
    public long AmountRefunded { get; init; }
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
    public string? Details { get; init; }

    public Charge ToCharge()
    {
        var currency = Stored.CurrencyOf(Currency);
        return new()
        {
            Id = Id,
            PaymentId = PaymentId,
            Tenant = Stored.TenantOf(MerchantId, Mode),
            Connector = Connector,
            Summary = JsonSerializer.Deserialize<MethodSummary>(Summary, JsonSerializerOptions.Web)!,
            Amount = Money.FromMinor(Amount, currency),
            Fee = Money.FromMinor(Fee, currency),
            Tax = Money.FromMinor(Tax, currency),
            AmountRefunded = Money.FromMinor(AmountRefunded, currency),
            State = StateWords.Parse<ChargeState>(State),
            Details = Details is null ? null : MethodDetails.FromJson(Details),
            Reference = Reference,
            NextAction = NextAction is null ? null : Connectors.NextAction.FromJson(NextAction),
            FailureCode = FailureCode,
            FailureReason = FailureReason,
            ProcessorCode = ProcessorCode,
            Behaviour = Behaviour,
            CreatedAt = CreatedAt,
            CalledAt = CalledAt,
            CheckAt = CheckAt,
            Checks = Checks,
            FinishedAt = FinishedAt,
        };
    }
}

/// <summary>What every area reads from its rows in the same way.</summary>
public static class Stored
{
    public static Tenant TenantOf(string merchantId, string mode) => new(merchantId, mode.ParseMode());

    public static Currency CurrencyOf(string code) => Currency.TryParse(code, out var currency)
        ? currency
        : throw new InvalidOperationException($"The database holds the unknown currency {code}.");
}
