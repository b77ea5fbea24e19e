using PaymentGateway.Database;

namespace PaymentGateway.WorkItems;

/// <summary>An item as it comes from the database.</summary>
internal sealed record WorkItemRow
{
    internal const string Columns =
        """
        i.id, i.merchant_id, i.mode, i.kind, i.news_key, i.state, i.connector, i.order_id, i.payment_id, i.charge_id, i.refund_id, i.amount,
        i.suspended, i.currency, i.ours, i.theirs, i.actions, i.action, i.note, i.failure, i.result_id, i.resolved_by, i.webhook_url,
        i.created_at, i.resolved_at, i.act_at, i.version
        """;

    public required string Id { get; init; }
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string Kind { get; init; }
    public required string NewsKey { get; init; }
    public required string State { get; init; }
    public required string Connector { get; init; }
    public string? OrderId { get; init; }
    public string? PaymentId { get; init; }
    public string? ChargeId { get; init; }
    public string? RefundId { get; init; }
    public long? Amount { get; init; }
    public long Suspended { get; init; }
    public string? Currency { get; init; }
    public required string Ours { get; init; }
    public required string Theirs { get; init; }
    public required string[] Actions { get; init; }
    public string? Action { get; init; }
    public string? Note { get; init; }
    public string? Failure { get; init; }
    public string? ResultId { get; init; }
    public string? ResolvedBy { get; init; }
    public string? WebhookUrl { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public DateTimeOffset? ActAt { get; init; }
    public int Version { get; init; }

    public WorkItem ToItem() => new()
    {
        Id = Id,
        Tenant = Tenant.FromStored(MerchantId, Mode),
        Kind = WorkItemWords.Parse<WorkItemKind>(Kind),
        NewsKey = NewsKey,
        State = WorkItemWords.Parse<WorkItemState>(State),
        Connector = Connector,
        OrderId = OrderId,
        PaymentId = PaymentId,
        ChargeId = ChargeId,
        RefundId = RefundId,
        Amount = Amount is { } minor ? Money.FromMinor(minor, PaymentGateway.Currency.FromStored(Currency!)) : null,
        IsSuspended = Suspended > 0,
        Ours = Ours,
        Theirs = Theirs,
        Actions = [.. Actions.Select(WorkItemWords.Parse<WorkItemAction>)],
        Action = Action is null ? null : WorkItemWords.Parse<WorkItemAction>(Action),
        Note = Note,
        Failure = Failure,
        ResultId = ResultId,
        ResolvedBy = ResolvedBy,
        WebhookUrl = WebhookUrl,
        CreatedAt = CreatedAt,
        ResolvedAt = ResolvedAt,
        ActAt = ActAt,
        Version = Version,
    };
}
