using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a connector has besides when its processor tells line by line what it owes and has paid out.</summary>
public interface ISettlementSource
{
    Task<SettlementPage> ReadSettlement(SettlementCall call, CancellationToken cancel);
}

/// <param name="From">Lines of this instant and later,</param>
/// <param name="Until">and before this one.</param>
/// <param name="Cursor">Of the page before; null: the first.</param>
public sealed record SettlementCall(Tenant Tenant, DateTimeOffset From, DateTimeOffset Until, string? Cursor = null);

/// <param name="Cursor">Of the next page; null: this was the last.</param>
public sealed record SettlementPage(IReadOnlyList<SettlementLine> Lines, string? Cursor);

public enum SettlementKind
{
    Payment,
    Refund,
    Dispute,
    Fee,
    Payout,
    Other,
}

/// <summary>One movement on our account at the processor, in the money that it settles in.</summary>
/// <param name="Reference">The processor's own id of the line.</param>
/// <param name="ObjectReference">The processor's own id of what it is about: the charge, the refund, the dispute.</param>
/// <param name="Gross">What the customer paid, or minus what went back.</param>
/// <param name="Fee">What the processor keeps, as a positive amount; negative when it gives a fee back.</param>
/// <param name="Net">Gross less fee.</param>
/// <param name="AvailableAt">When it can be paid out.</param>
public sealed record SettlementLine(
    string Reference, SettlementKind Kind, string? ObjectReference, Money Gross, Money Fee, Money Net, DateTimeOffset CreatedAt,
    DateTimeOffset? AvailableAt);
