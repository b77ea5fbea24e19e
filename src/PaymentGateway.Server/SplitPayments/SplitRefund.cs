using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

/// <summary>By which rule a refund is spread over the parts.</summary>
public enum SpreadStrategy
{
    /// <summary>In proportion to what is left of each part.</summary>
    Proportional,

    /// <summary>The first part first, as far as it goes.</summary>
    InOrder,
}

/// <summary>A refund of a split payment: one refund of each part that gives something back.</summary>
public sealed record SplitRefund
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string SplitPaymentId { get; init; }
    public required Money Amount { get; init; }
    public required SpreadStrategy Strategy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required IReadOnlyList<Refund> Shares { get; init; }

    /// <summary>What its shares have in common; <c>partially_succeeded</c> when some were done and the others were not.</summary>
    public string Status
    {
        get
        {
            var statuses = Shares.Select(share => share.Status).ToHashSet();
            string[] unfinished = [StateWords.Of(RefundState.RequiresApproval), StateWords.Of(RefundState.Pending)];
            return statuses.Count == 1 ? statuses.First()
                : unfinished.FirstOrDefault(statuses.Contains)
                ?? (statuses.Contains(StateWords.Of(RefundState.Succeeded)) ? "partially_succeeded" : StateWords.Of(RefundState.Failed));
        }
    }
}

/// <summary>How much of each part goes back. Pure.</summary>
public static class SpreadDecisions
{
    /// <summary>Shares that add up to the amount to the minor unit, none above what is left of its part; parts without a share are left out.</summary>
    /// <param name="parts">In their order.</param>
    /// <param name="amount">Null: all that is left.</param>
    /// <param name="strategy">The rule.</param>
    public static Outcome<(Payment Part, Money Share)[]> Spread(IReadOnlyList<Payment> parts, Money? amount, SpreadStrategy strategy)
    {
        var left = parts.Select(part => part.AmountCaptured - part.AmountRefunded).ToArray();
        var total = left.Aggregate((sum, part) => sum + part);
        if (total.IsZero)
        {
            return new Refusal(Errors.PaymentAlreadyRefunded);
        }

        var whole = amount ?? total;
        if (whole > total)
        {
            return new Refusal(Errors.RefundAmountExceedsOriginal, $"{total} of this split payment can still be refunded.",
                new Dictionary<string, object?> { ["refundable"] = total.ToMajor() });
        }

        var shares = strategy == SpreadStrategy.InOrder ? InOrder(left, whole) : whole.SplitBy(Array.ConvertAll(left, part => part.Minor));
        return parts.Zip(shares).Where(pair => pair.Second.IsPositive).ToArray();
    }

    private static Money[] InOrder(Money[] left, Money whole)
    {
        var rest = whole;
        return Array.ConvertAll(left, part =>
        {
            var share = Money.Min(part, rest);
            rest -= share;
            return share;
        });
    }
}
