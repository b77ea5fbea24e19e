using PaymentGateway.Http;

namespace PaymentGateway.Balances;

/// <summary>What a customer has in one currency, in major units.</summary>
/// <param name="Amount">All that is theirs.</param>
/// <param name="Held">The part that waits for a capture.</param>
/// <param name="Available">What can be spent.</param>
internal sealed record BalanceView(string CustomerId, string Currency, decimal Amount, decimal Held, decimal Available)
{
    public static BalanceView Of(Balance balance) => new(
        balance.CustomerId, balance.Amount.Currency.Code, balance.Amount.ToMajor(), balance.Held.ToMajor(), balance.Available.ToMajor());
}

/// <summary>All balances of a customer, one for each currency.</summary>
internal sealed record BalancesView(IReadOnlyList<BalanceView> Data);

/// <summary>A change of a balance.</summary>
/// <param name="Type"><c>credit</c> and <c>refund</c> add, <c>debit</c> and <c>payment</c> take.</param>
/// <param name="Reason">Your words; of credits and debits.</param>
internal sealed record BalanceTransactionView(
    string Id, string CustomerId, BalanceTransactionType Type, decimal Amount, string Currency, string? PaymentId, string? Reason,
    DateTimeOffset CreatedAt)
{
    public static BalanceTransactionView Of(BalanceTransaction now) => new(
        now.Id, now.CustomerId, now.Type, now.Amount.ToMajor(), now.Amount.Currency.Code, now.PaymentId, now.Reason, now.CreatedAt);
}

/// <summary>Requests and answers of the endpoints of balances.</summary>
internal static class BalanceExamples
{
    public const string Balances =
        """
        { "data": [{ "customerId": "cus_01m7y68wyseccvh47dq1s56tg1", "currency": "INR", "amount": 1500, "held": 499.5, "available": 1000.5 }] }
        """;

    public const string Create =
        """
        { "type": "credit", "amount": 500, "currency": "INR", "reason": "Gift card 4711" }
        """;

    public const string Transaction =
        """
        {
          "id": "cbt_01m7y68xndfeqaryxxc0qk1kbk", "customerId": "cus_01m7y68wyseccvh47dq1s56tg1", "type": "credit", "amount": 500,
          "currency": "INR", "reason": "Gift card 4711", "createdAt": "2026-11-21T09:36:44.121Z"
        }
        """;
}
