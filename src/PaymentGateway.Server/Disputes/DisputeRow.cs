using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>A dispute as it comes from the database, with what is known of its files in the same snapshot.</summary>
internal sealed record DisputeRow
{
    internal const string Columns =
        """
        d.id, d.merchant_id, d.mode, d.payment_id, d.charge_id, d.order_id, d.connector, d.reference, d.revision, d.state, d.amount, d.currency,
        d.amount_taken, d.fee, d.bookings, d.reason, d.network_reason_code, d.contradiction, d.evidence_due_by, d.evidence, d.requests,
        d.submitted_at, d.declined_reason, d.declined_code, d.webhook_url, d.created_at, d.closed_at, d.called_at, d.check_at, d.checks,
        d.remind_at, d.version,
        (SELECT json_agg(json_build_object('id', f.id, 'position', f.position, 'purpose', f.purpose, 'name', f.name,
                                           'contentType', f.content_type, 'size', f.size, 'sha256', encode(f.sha256, 'hex'),
                                           'createdAt', f.created_at) ORDER BY f.position)::text
         FROM disputes.evidence_files f
         WHERE f.dispute_id = d.id AND f.merchant_id = d.merchant_id AND f.mode = d.mode) AS files
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string PaymentId { get; init; }
    public required string ChargeId { get; init; }
    public string? OrderId { get; init; }
    public required string Connector { get; init; }
    public required string Reference { get; init; }
    public long Revision { get; init; }
    public required string State { get; init; }
    public long Amount { get; init; }
    public required string Currency { get; init; }
    public long AmountTaken { get; init; }
    public long Fee { get; init; }
    public int Bookings { get; init; }
    public required string Reason { get; init; }
    public string? NetworkReasonCode { get; init; }
    public string? Contradiction { get; init; }
    public DateTimeOffset? EvidenceDueBy { get; init; }
    public required string Evidence { get; init; }
    public int Requests { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public string? DeclinedReason { get; init; }
    public string? DeclinedCode { get; init; }
    public string? WebhookUrl { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public DateTimeOffset? CalledAt { get; init; }
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? RemindAt { get; init; }
    public int Version { get; init; }
    public string? Files { get; init; }

    public Dispute ToDispute()
    {
        var files = Files is null ? [] : JsonSerializer.Deserialize<FileRow[]>(Files, JsonSerializerOptions.Web)!;
        var currency = PaymentGateway.Currency.FromStored(Currency);
        return new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            PaymentId = PaymentId,
            ChargeId = ChargeId,
            OrderId = OrderId,
            Connector = Connector,
            Reference = Reference,
            Revision = Revision,
            State = StateWords.Parse<DisputeState>(State),
            Amount = Money.FromMinor(Amount, currency),
            Taken = Money.FromMinor(AmountTaken, currency),
            Fee = Money.FromMinor(Fee, currency),
            Bookings = Bookings,
            Reason = StateWords.Parse<DisputeReason>(Reason),
            NetworkReasonCode = NetworkReasonCode,
            Contradiction = Contradiction is null ? null : StateWords.Parse<DisputeContradiction>(Contradiction),
            EvidenceDueBy = EvidenceDueBy,
            Evidence = JsonSerializer.Deserialize<Dictionary<string, string>>(Evidence)!,
            Files = [.. files.Select(file => file.ToFile())],
            Requests = Requests,
            SubmittedAt = SubmittedAt,
            DeclinedReason = DeclinedReason,
            DeclinedCode = DeclinedCode,
            WebhookUrl = WebhookUrl,
            CreatedAt = CreatedAt,
            ClosedAt = ClosedAt,
            CalledAt = CalledAt,
            CheckAt = CheckAt,
            Checks = Checks,
            RemindAt = RemindAt,
            Version = Version,
        };
    }

    private sealed record FileRow
    {
        public required string Id { get; init; }
        public int Position { get; init; }
        public required string Purpose { get; init; }
        public required string Name { get; init; }
        public required string ContentType { get; init; }
        public int Size { get; init; }
        public required string Sha256 { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public EvidenceFile ToFile() => new(
            Id, Position, StateWords.Parse<EvidencePurpose>(Purpose), Name, ContentType, Size, Sha256, CreatedAt.ToUniversalTime());
    }
}
