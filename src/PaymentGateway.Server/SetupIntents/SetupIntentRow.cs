using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.SetupIntents;

/// <summary>A set-up as it comes from the database.</summary>
internal sealed record SetupIntentRow
{
    internal const string Columns =
        """
        s.id, s.merchant_id, s.mode, s.customer_id, s.state, s.usage, s.method, s.choice, s.attempts, s.connector, s.reference, s.next_action,
        s.summary, s.authentication::text AS authentication, s.rejected_cards, s.payment_method_id, s.mandate_id, s.error_code, s.error_sentence,
        s.processor_code, s.cancellation_reason, s.description, s.metadata, s.return_url, s.attempt_return_url, s.behaviour, s.created_at,
        s.called_at, s.check_at, s.checks, s.succeeded_at, s.canceled_at, s.version
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string CustomerId { get; init; }
    public required string State { get; init; }
    public required string Usage { get; init; }
    public string? Method { get; init; }
    public string? Choice { get; init; }
    public int Attempts { get; init; }
    public string? Connector { get; init; }
    public string? Reference { get; init; }
    public string? NextAction { get; init; }
    public string? Summary { get; init; }
    public string? Authentication { get; init; }
    public required string RejectedCards { get; init; }
    public string? PaymentMethodId { get; init; }
    public string? MandateId { get; init; }
    public string? ErrorCode { get; init; }
    public string? ErrorSentence { get; init; }
    public string? ProcessorCode { get; init; }
    public string? CancellationReason { get; init; }
    public string? Description { get; init; }
    public required string Metadata { get; init; }
    public string? ReturnUrl { get; init; }
    public string? AttemptReturnUrl { get; init; }
    public string? Behaviour { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? CalledAt { get; init; }
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? SucceededAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }
    public int Version { get; init; }

    public SetupIntent ToSetup() => new()
    {
        Id = Id,
        Tenant = Tenant.FromStored(MerchantId, Mode),
        CustomerId = CustomerId,
        State = Words.Parse<SetupState>(State),
        Usage = Words.Parse<SetupFutureUsage>(Usage),
        Method = Method,
        Choice = Choice is null ? null : SetupChoice.FromJson(Choice),
        Attempts = Attempts,
        Connector = Connector,
        Reference = Reference,
        NextAction = NextAction is null ? null : Connectors.NextAction.FromJson(NextAction),
        Summary = Summary is null ? null : JsonSerializer.Deserialize<MethodSummary>(Summary, JsonSerializerOptions.Web),
        Authentication = Authentication is null ? null : Connectors.ThreeDSecure.Authentication.FromJson(Authentication),
        RejectedCards = JsonSerializer.Deserialize<string[]>(RejectedCards)!,
        PaymentMethodId = PaymentMethodId,
        MandateId = MandateId,
        LastError = ErrorCode is null ? null : new(ErrorCode, ErrorSentence!, ProcessorCode),
        CancellationReason = CancellationReason,
        Description = Description,
        Metadata = Metadata,
        ReturnUrl = ReturnUrl,
        AttemptReturnUrl = AttemptReturnUrl,
        Behaviour = Behaviour,
        CreatedAt = CreatedAt,
        CalledAt = CalledAt,
        CheckAt = CheckAt,
        Checks = Checks,
        SucceededAt = SucceededAt,
        CanceledAt = CanceledAt,
        Version = Version,
    };
}
