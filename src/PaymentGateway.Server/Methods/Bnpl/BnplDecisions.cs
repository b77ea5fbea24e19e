using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>What a customer may owe to the lender, and owes.</summary>
/// <param name="HasDues">Some instalment is overdue.</param>
public sealed record CreditLine(Tenant Tenant, string CustomerId, Money Limit, Money Used, bool HasDues)
{
    public Money Available => Limit - Used;
}

/// <summary>The plans and who may have them. Pure.</summary>
public static class BnplDecisions
{
    /// <summary>What the sandbox's pretended lender grants to every customer.</summary>
    public static Money FirstLimit { get; } = Money.FromMinor(5_000_00, Currency.INR);

    private static readonly (string Id, string Name, int[] Days)[] plans =
        [("bnpl_15days", "Pay in 15 days", [15]), ("bnpl_2installments", "Pay in 2 installments", [7, 21])];

    public static IReadOnlyList<string> PlanIds { get; } = [.. plans.Select(plan => plan.Id)];

    /// <summary>Whether the line allows the amount, with every plan when it does.</summary>
    public static BnplEligibilityView Eligibility(CreditLine line, Money amount, DateOnly today)
    {
        var reason = Reason(line, amount);
        return new(reason is null, reason, line.Limit.ToMajor(), line.Available.ToMajor(),
            reason is null ? [.. plans.Select(plan => View(plan.Id, plan.Name, Parts(plan.Days, amount, today)))] : []);
    }

    /// <summary>What an attempt agrees to: the plan with its dates and amounts, or BNPL_NOT_AVAILABLE with <c>details.reason</c>.</summary>
    public static Outcome<BnplDetails> Agree(CreditLine line, Money amount, string planId, DateTimeOffset consentedAt, DateOnly today)
    {
        if (plans.FirstOrDefault(plan => plan.Id == planId) is not { Id: not null } plan)
        {
            return Refusal.Field("paymentDetails.bnplPlanId", $"must be one of {string.Join(", ", PlanIds)}");
        }

        if (Refuse(line, amount) is { } refusal)
        {
            return refusal;
        }

        var parts = Parts(plan.Days, amount, today);
        return new BnplDetails(plan.Id, plan.Name, amount.ToMajor(), 0, parts is [var one] ? one.DueDate : null, parts, consentedAt);
    }

    /// <summary>BNPL_NOT_AVAILABLE with <c>details.reason</c>; null when the line allows the amount.</summary>
    public static Refusal? Refuse(CreditLine line, Money amount) => Reason(line, amount) is { } reason
        ? new Refusal(Errors.BnplNotAvailable, null, new Dictionary<string, object?>
        {
            ["reason"] = reason,
            ["availableCredit"] = line.Available.ToMajor(),
        })
        : null;

    /// <summary>The instalments of what was captured, on the agreed dates. The captures of one agreement are divided each by itself.</summary>
    public static IReadOnlyList<(DateOnly DueDate, Money Amount)> Financed(BnplDetails details, Money captured)
    {
        var amounts = captured.SplitBy([.. details.Installments.Select(part => part.Amount)]);
        return [.. details.Installments.Zip(amounts, (part, amount) => (part.DueDate, amount)).Where(part => part.amount.IsPositive)];
    }

    private static string? Reason(CreditLine line, Money amount) =>
        amount.Currency != line.Limit.Currency ? "currency_not_supported"
        : line.HasDues ? "pending_dues"
        : amount > line.Available ? "credit_limit_exceeded"
        : null;

    private static BnplDueView[] Parts(int[] days, Money amount, DateOnly today) =>
        [.. days.Zip(amount.SplitInto(days.Length), (day, part) => new BnplDueView(today.AddDays(day), part.ToMajor()))];

    private static BnplPlanView View(string id, string name, BnplDueView[] parts) => new(
        id, name, parts is [var one] ? one.DueDate : null, parts.Length > 1 ? parts : null, InterestRate: 0, parts.Sum(part => part.Amount));
}
