namespace PaymentGateway.Merchants;

/// <summary>From which amount on money leaves only when somebody else has agreed. Amounts are in the merchant's default currency.</summary>
/// <param name="ApprovalAbove">Larger amounts need the approvals; null: none does.</param>
/// <param name="Approvals">How many people or keys beside the one who asks: 1 or 2.</param>
/// <param name="SecondFactorAbove">Every approval of a larger amount needs a second factor; null: none does.</param>
public sealed record ApprovalPolicy(Money? ApprovalAbove, int Approvals, Money? SecondFactorAbove)
{
    /// <summary>What an amount needs. One in another currency cannot be compared, so it needs whatever the policy can ask for.</summary>
    public ApprovalNeed NeedOf(Money amount)
    {
        var secondFactor = IsAbove(amount, SecondFactorAbove);
        var approvals = IsAbove(amount, ApprovalAbove) ? Approvals : secondFactor ? 1 : 0;
        return new(approvals, secondFactor);
    }

    private static bool IsAbove(Money amount, Money? limit) => limit is { } most && (amount.Currency != most.Currency || amount > most);
}

/// <summary>What one outgoing amount needs before it is sent.</summary>
public readonly record struct ApprovalNeed(int Approvals, bool SecondFactor);
