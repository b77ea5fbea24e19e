using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>What can happen to an instalment.</summary>
public abstract record InstallmentCommand(string Name)
{
    /// <summary>The lender has the money; <paramref name="Reference"/> is its receipt.</summary>
    public sealed record Pay(string Reference) : InstallmentCommand("pay");

    public sealed record WriteOff() : InstallmentCommand("write_off");

    /// <summary>The merchant gave money back: so much less is owed to the lender.</summary>
    public sealed record Refund(Money Amount) : InstallmentCommand("refund");

    /// <summary>The time of <see cref="Installment.NextNoticeAt"/> has come.</summary>
    public sealed record Notice() : InstallmentCommand("notice");
}

/// <param name="Fact">The name of the event; null: none.</param>
/// <param name="Freed">Counts against the credit line no more.</param>
public sealed record InstallmentStep(Installment Next, string? Fact, Money Freed);

/// <summary>The state machine of an instalment, and when its customer is reminded. Pure.</summary>
public static class InstallmentDecisions
{
    /// <summary>
    /// Days from the due date, and what is announced then. The day after it the instalment is overdue, which nobody needs to be told at once:
    /// a payment of the last day may still be on its way.
    /// </summary>
    private static readonly (int Days, string? Fact)[] notices =
    [
        (-3, "bnpl.installment_due"), (0, "bnpl.installment_due"), (1, null),
        (3, "bnpl.installment_overdue"), (7, "bnpl.installment_overdue"), (15, "bnpl.installment_overdue"),
    ];

    public static Outcome<InstallmentStep> Decide(Installment now, InstallmentCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (InstallmentState.Due or InstallmentState.Overdue or InstallmentState.WrittenOff, InstallmentCommand.Pay pay) => Paid(now, pay, when),
        (InstallmentState.Due or InstallmentState.Overdue, InstallmentCommand.WriteOff) => new InstallmentStep(
            now with { State = InstallmentState.WrittenOff, NextNoticeAt = null, WrittenOffAt = when }, null, Nothing(now)),
        (InstallmentState.Due or InstallmentState.Overdue or InstallmentState.WrittenOff, InstallmentCommand.Refund refund)
            when refund.Amount <= now.AmountDue => Refunded(now, refund.Amount),
        (InstallmentState.Due or InstallmentState.Overdue, InstallmentCommand.Notice) when now.NextNoticeAt <= when => Noticed(now, when),
        _ => Refusal.InvalidState("installment", WordOf(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(InstallmentState state) => state switch
    {
        InstallmentState.Due or InstallmentState.Overdue => ["pay", "write_off"],
        InstallmentState.WrittenOff => ["pay"],
        _ => [],
    };

    /// <summary>The first notice after a time; null after the last.</summary>
    public static DateTimeOffset? NextNotice(DateOnly dueDate, DateTimeOffset after) => notices
        .Select(notice => (DateTimeOffset?)IndianTime.StartOf(dueDate.AddDays(notice.Days)))
        .FirstOrDefault(time => time > after);

    private static InstallmentStep Paid(Installment now, InstallmentCommand.Pay pay, DateTimeOffset when) => new(
        now with { State = InstallmentState.Paid, NextNoticeAt = null, PaidAt = when, Reference = pay.Reference },
        "bnpl.installment_paid", now.AmountDue);

    /// <summary>What was written off in part stays so; what was refunded whole is owed by nobody.</summary>
    private static InstallmentStep Refunded(Installment now, Money amount)
    {
        var next = now with { AmountRefunded = now.AmountRefunded + amount };
        return new(
            next.AmountDue.IsZero ? next with { State = InstallmentState.Refunded, NextNoticeAt = null, WrittenOffAt = null } : next,
            "bnpl.installment_refunded", amount);
    }

    private static Money Nothing(Installment now) => Money.Zero(now.Amount.Currency);

    /// <summary>Only the latest of several missed notices is announced: nobody is reminded twice in one minute.</summary>
    private static InstallmentStep Noticed(Installment now, DateTimeOffset when)
    {
        var (days, fact) = notices.Last(notice => IndianTime.StartOf(now.DueDate.AddDays(notice.Days)) <= when);
        return new(
            now with
            {
                State = days > 0 ? InstallmentState.Overdue : InstallmentState.Due,
                NextNoticeAt = NextNotice(now.DueDate, when),
            }, fact, Nothing(now));
    }

    internal static string WordOf(InstallmentState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
