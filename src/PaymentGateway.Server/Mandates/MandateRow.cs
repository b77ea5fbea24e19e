using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>A mandate as it comes from the database.</summary>
internal sealed record MandateRow
{
    internal const string Columns =
        """
        m.id, m.merchant_id, m.mode, m.customer_id, m.type, m.state, m.connector, m.currency, m.amount_max, m.frequency, m.uses_max, m.category,
        m.starts_at, m.ends_at, m.notice_hours, m.summary, m.reference, m.next_action, m.acceptance, m.accepted_at, m.acceptance_ip,
        m.acceptance_user_agent, m.description, m.metadata, m.failure_code, m.failure_reason, m.processor_code, m.revoke_reason, m.behaviour,
        m.created_at, m.called_at, m.check_at, m.checks, m.activated_at, m.closed_at, m.version
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string CustomerId { get; init; }
    public required string Type { get; init; }
    public required string State { get; init; }
    public required string Connector { get; init; }
    public required string Currency { get; init; }
    public long AmountMax { get; init; }
    public required string Frequency { get; init; }
    public int? UsesMax { get; init; }
    public required string Category { get; init; }
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public int NoticeHours { get; init; }
    public string? Summary { get; init; }
    public string? Reference { get; init; }
    public string? NextAction { get; init; }
    public required string Acceptance { get; init; }
    public DateTimeOffset AcceptedAt { get; init; }
    public string? AcceptanceIp { get; init; }
    public string? AcceptanceUserAgent { get; init; }
    public string? Description { get; init; }
    public required string Metadata { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? RevokeReason { get; init; }
    public string? Behaviour { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset CalledAt { get; init; }
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public int Version { get; init; }

    public Mandate ToMandate() => new()
    {
        Id = Id,
        Tenant = Tenant.FromStored(MerchantId, Mode),
        CustomerId = CustomerId,
        Type = Words.Parse<MandateType>(Type),
        State = Words.Parse<MandateState>(State),
        Connector = Connector,
        AmountMax = Money.FromMinor(AmountMax, PaymentGateway.Currency.FromStored(Currency)),
        Frequency = Words.Parse<MandateFrequency>(Frequency),
        UsesMax = UsesMax,
        Category = Words.Parse<MandateCategory>(Category),
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Notice = TimeSpan.FromHours(NoticeHours),
        Summary = Summary is null ? null : JsonSerializer.Deserialize<MethodSummary>(Summary, JsonSerializerOptions.Web),
        Reference = Reference,
        NextAction = NextAction is null ? null : Connectors.NextAction.FromJson(NextAction),
        Acceptance = new(Acceptance == "online", AcceptedAt, AcceptanceIp, AcceptanceUserAgent),
        Description = Description,
        Metadata = Metadata,
        FailureCode = FailureCode,
        FailureReason = FailureReason,
        ProcessorCode = ProcessorCode,
        RevokeReason = RevokeReason,
        Behaviour = Behaviour,
        CreatedAt = CreatedAt,
        CalledAt = CalledAt,
        CheckAt = CheckAt,
        Checks = Checks,
        ActivatedAt = ActivatedAt,
        ClosedAt = ClosedAt,
        Version = Version,
    };
}

/// <inheritdoc cref="MandateRow"/>
internal sealed record NoticeRow
{
    internal const string Columns =
        "n.id, n.merchant_id, n.mode, n.mandate_id, n.amount, n.currency, n.created_at, n.debit_from, n.debit_until, n.charge_id";

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string MandateId { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset DebitFrom { get; init; }
    public DateTimeOffset DebitUntil { get; init; }
    public string? ChargeId { get; init; }

    public Notice ToNotice() => new()
    {
        Id = Id,
        Tenant = Tenant.FromStored(MerchantId, Mode),
        MandateId = MandateId,
        Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
        CreatedAt = CreatedAt,
        DebitFrom = DebitFrom,
        DebitUntil = DebitUntil,
        ChargeId = ChargeId,
    };
}
