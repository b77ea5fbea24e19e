using PaymentGateway.Http;
using PaymentGateway.Ledger;

namespace PaymentGateway.Balances;

/// <summary>What happens to a payment from a balance. The name is the word in the state table.</summary>
internal abstract record HoldCommand(string Name)
{
    /// <param name="Key">Of this capture.</param>
    /// <param name="IsFinal">What is held beyond the amount is released.</param>
    public sealed record Capture(string Key, Money Amount, bool IsFinal) : HoldCommand("capture");

    public sealed record Void() : HoldCommand("void");

    public sealed record Refund(string Key, Money Amount) : HoldCommand("refund");
}

/// <summary>What a command leads to.</summary>
/// <param name="Type">Of the transaction; null: what is the customer's stays the same.</param>
/// <param name="Moved">The amount of the transaction.</param>
/// <param name="HeldMore">What is held more, or less, than before.</param>
internal sealed record HoldStep(
    Hold Next, BalanceTransactionType? Type, string Key, Money Moved, Money HeldMore, IReadOnlyList<Posting> Postings);

/// <summary>The state machine of a payment from a balance. Pure: whether the balance is enough is asked when it is written.</summary>
internal static class BalanceDecisions
{
    /// <summary>How long money stays held.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromDays(7);

    /// <summary>An attempt: takes the money, or holds it.</summary>
    public static HoldStep Authorize(Hold asked, bool capture) => capture
        ? new(
            asked with { State = HoldState.Captured, Captured = asked.Amount }, BalanceTransactionType.Payment, asked.Id, asked.Amount,
            Nothing(asked), [Chart.BalancePaid(asked.Id, asked.CustomerId!, asked.Amount)])
        : new(asked, null, asked.Id, Nothing(asked), asked.Amount, [Chart.BalanceHeld(asked.Id, asked.CustomerId!, asked.Amount)]);

    public static Outcome<HoldStep> Decide(Hold now, HoldCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (HoldState.Held, HoldCommand.Capture capture) when capture.Amount <= now.Held && when < now.ExpiresAt => Captured(now, capture),
        (HoldState.Held, HoldCommand.Void) => Voided(now),
        (_, HoldCommand.Refund refund) when refund.Amount <= now.Captured - now.Refunded => Refunded(now, refund),
        _ => Refusal.InvalidState("balance hold", Database.Words.Of(now.State), CommandsIn(now.State)),
    };

    public static IEnumerable<string> CommandsIn(HoldState state) => state switch
    {
        HoldState.Held => ["capture", "void", "refund"],
        _ => ["refund"],
    };

    private static HoldStep Captured(Hold now, HoldCommand.Capture capture)
    {
        var rest = capture.IsFinal ? Nothing(now) : now.Held - capture.Amount;
        var taken = Chart.BalanceCaptured(capture.Key, now.LedgerKey, now.CustomerId!, now.Held, capture.Amount);
        return new(
            now with
            {
                Captured = now.Captured + capture.Amount,
                State = rest.IsZero ? HoldState.Captured : HoldState.Held,
                LedgerKey = rest.IsZero ? now.LedgerKey : capture.Key,
            },
            BalanceTransactionType.Payment, capture.Key, capture.Amount, rest - now.Held,
            rest.IsZero ? [taken] : [taken, Chart.BalanceHeld(capture.Key, now.CustomerId!, rest)]);
    }

    private static HoldStep Voided(Hold now) => new(
        now with { State = HoldState.Voided }, null, now.Id, Nothing(now), now.Held.Negate(),
        [Chart.BalanceReleased(now.LedgerKey, now.CustomerId!, now.Held)]);

    private static HoldStep Refunded(Hold now, HoldCommand.Refund refund) => new(
        now with { Refunded = now.Refunded + refund.Amount }, BalanceTransactionType.Refund, refund.Key, refund.Amount, Nothing(now),
        [Chart.BalanceRefunded(refund.Key, now.CustomerId!, refund.Amount)]);

    private static Money Nothing(Hold hold) => Money.Zero(hold.Amount.Currency);
}
