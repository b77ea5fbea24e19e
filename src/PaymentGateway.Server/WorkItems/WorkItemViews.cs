using System.Text.Json.Nodes;

namespace PaymentGateway.WorkItems;

/// <summary>A work item as it is sent.</summary>
public sealed record WorkItemView
{
    public required string Id { get; init; }
    public required string WorkItemId { get; init; }
    public required string MerchantId { get; init; }
    public required string Kind { get; init; }
    public required string Status { get; init; }
    public required string Connector { get; init; }
    public string? OrderId { get; init; }
    public string? PaymentId { get; init; }
    public string? ChargeId { get; init; }
    public string? RefundId { get; init; }

    /// <summary>Major units; absent when the processor did not say how much.</summary>
    public decimal? Amount { get; init; }
    public string? Currency { get; init; }

    /// <summary>The money is in the book, and no payment has it.</summary>
    public required bool InSuspense { get; init; }

    /// <summary>What we had when the news came.</summary>
    public required JsonNode Ours { get; init; }

    /// <summary>What the processor said.</summary>
    public required JsonNode Theirs { get; init; }

    /// <summary>What can be chosen while it is open.</summary>
    public required IReadOnlyList<string> Actions { get; init; }
    public string? Action { get; init; }
    public string? Note { get; init; }

    /// <summary>Why the last choice could not be carried out.</summary>
    public string? Failure { get; init; }

    /// <summary>What the action made, such as the refund.</summary>
    public string? ResultId { get; init; }
    public string? ResolvedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    public static WorkItemView Of(WorkItem item) => new()
    {
        Id = item.Id,
        WorkItemId = item.Id,
        MerchantId = item.Tenant.MerchantId,
        Kind = WorkItemWords.Of(item.Kind),
        Status = WorkItemWords.Of(item.State),
        Connector = item.Connector,
        OrderId = item.OrderId,
        PaymentId = item.PaymentId,
        ChargeId = item.ChargeId,
        RefundId = item.RefundId,
        Amount = item.Amount?.ToMajor(),
        Currency = item.Amount?.Currency.Code,
        InSuspense = item.IsSuspended,
        Ours = JsonNode.Parse(item.Ours)!,
        Theirs = JsonNode.Parse(item.Theirs)!,
        Actions = item.State == WorkItemState.Open ? [.. item.Actions.Select(WorkItemWords.Of)] : [],
        Action = item.Action is { } action ? WorkItemWords.Of(action) : null,
        Note = item.Note,
        Failure = item.Failure,
        ResultId = item.ResultId,
        ResolvedBy = item.ResolvedBy,
        CreatedAt = item.CreatedAt,
        ResolvedAt = item.ResolvedAt,
    };
}
