using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>A mandate as it is sent.</summary>
public sealed record MandateView
{
    public required string Id { get; init; }
    public required string MandateId { get; init; }
    public required string MerchantId { get; init; }
    public required string CustomerId { get; init; }
    public required string Type { get; init; }
    public required string Status { get; init; }

    /// <summary>The payment method that debits by it.</summary>
    public required string PaymentMethod { get; init; }
    public required decimal AmountMax { get; init; }
    public required string Currency { get; init; }
    public required string Frequency { get; init; }

    /// <summary>Debits in one period of the frequency; absent: any number.</summary>
    public int? UsesMax { get; init; }
    public required string Category { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public required int NoticeDays { get; init; }
    public BankAccountSummary? BankAccount { get; init; }

    /// <summary>Masked.</summary>
    public string? Vpa { get; init; }
    public NextAction? NextAction { get; init; }
    public required AcceptanceView Acceptance { get; init; }
    public required string Connector { get; init; }
    public string? Reference { get; init; }
    public string? Description { get; init; }
    public required JsonNode Metadata { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public string? ProcessorCode { get; init; }
    public string? RevokeReason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    internal static MandateView Of(Mandate mandate) => new()
    {
        Id = mandate.Id,
        MandateId = mandate.Id,
        MerchantId = mandate.Tenant.MerchantId,
        CustomerId = mandate.CustomerId,
        Type = Words.Of(mandate.Type),
        Status = mandate.Status,
        PaymentMethod = mandate.Method,
        AmountMax = mandate.AmountMax.ToMajor(),
        Currency = mandate.AmountMax.Currency.Code,
        Frequency = Words.Of(mandate.Frequency),
        UsesMax = mandate.UsesMax,
        Category = Words.Of(mandate.Category),
        StartsAt = mandate.StartsAt,
        EndsAt = mandate.EndsAt,
        NoticeDays = mandate.Notice.Days,
        BankAccount = mandate.Summary?.BankAccount,
        Vpa = mandate.Summary?.Vpa,
        NextAction = mandate.State == MandateState.Pending ? mandate.NextAction : null,
        Acceptance = new(
            mandate.Acceptance.IsOnline ? "online" : "offline", mandate.Acceptance.AcceptedAt, mandate.Acceptance.IpAddress,
            mandate.Acceptance.UserAgent),
        Connector = mandate.Connector,
        Reference = mandate.Reference,
        Description = mandate.Description,
        Metadata = JsonNode.Parse(mandate.Metadata)!,
        FailureCode = mandate.FailureCode,
        FailureReason = mandate.FailureReason,
        ProcessorCode = mandate.ProcessorCode,
        RevokeReason = mandate.RevokeReason,
        CreatedAt = mandate.CreatedAt,
        ActivatedAt = mandate.ActivatedAt,
        ClosedAt = mandate.ClosedAt,
    };
}

/// <summary>How the customer agreed.</summary>
public sealed record AcceptanceView(string Type, DateTimeOffset AcceptedAt, string? IpAddress, string? UserAgent);

/// <summary>A notice as it is sent.</summary>
/// <param name="ChargeId">The attempt that uses it.</param>
public sealed record NoticeView(
    string Id, string MandateId, decimal Amount, string Currency, DateTimeOffset CreatedAt, DateTimeOffset DebitFrom, DateTimeOffset DebitUntil,
    string? ChargeId)
{
    internal static NoticeView Of(Notice notice) => new(
        notice.Id, notice.MandateId, notice.Amount.ToMajor(), notice.Amount.Currency.Code, notice.CreatedAt, notice.DebitFrom,
        notice.DebitUntil, notice.ChargeId);
}
