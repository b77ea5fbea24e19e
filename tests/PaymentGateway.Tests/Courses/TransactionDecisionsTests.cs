using System.Text;
using PaymentGateway.Courses;
using PaymentGateway.Database;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Courses;

/// <summary>Every state × every command of a course payment, within its session and after it.</summary>
public sealed class TransactionDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly Money total = Money.FromMajor(9440, Currency.INR);
    private static readonly Money part = Money.FromMajor(440, Currency.INR);

    private static readonly (string Name, TransactionCommand Command)[] commands =
    [
        ("reach", new TransactionCommand.Reach("pay_1", "ORDER1", "https://bank.example/page")),
        ("pay", new TransactionCommand.Pay("pay_1", "card", "1097", HasCourse: false)),
        ("fail", new TransactionCommand.Fail("CARD_DECLINED")),
        ("abandon", new TransactionCommand.Fail("AUTHENTICATION_ABANDONED")),
        ("expire", new TransactionCommand.Expire()),
        ("refund_part", new TransactionCommand.Refund(part)),
        ("refund_all", new TransactionCommand.Refund(total)),
        ("undo_part", new TransactionCommand.UndoRefund(part)),
        ("undo_all", new TransactionCommand.UndoRefund(total)),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("state ").AppendJoin(' ', commands.Select(c => c.Name)).Append('\n');
        foreach (var (name, transaction) in Cases())
        {
            printed.Append($"{name} ").AppendJoin(' ', commands.Select(c => Cell(transaction, c.Command))).Append('\n');
        }

        Assert.Equal(
            """
            state reach pay fail abandon expire refund_part refund_all undo_part undo_all
            pending pending success failed failed – – – – –
            over pending success failed expired expired – – – –
            success = = = = = partially_refunded refunded – –
            failed = success = = = – – – –
            expired = success = = = – – – –
            partially_refunded = = = = = partially_refunded – success –
            refunded = = = = = – – partially_refunded success

            """, printed.ToString());
    }

    [Fact]
    public void A_success_says_how_it_was_paid_and_forgets_an_earlier_failure()
    {
        var paid = Next(In(TransactionState.Failed), new TransactionCommand.Pay("pay_1", "card", "1097", HasCourse: false));
        Assert.Equal(("card", "1097", null, null, when), (paid.Method, paid.Last4, paid.FailureReason, paid.FailureCode, paid.PaidAt!.Value));
        Assert.Null(paid.RefundDueAt);
    }

    [Fact]
    public void What_is_paid_for_a_course_that_is_there_already_is_to_go_back_at_once()
    {
        var paid = Next(In(TransactionState.Expired), new TransactionCommand.Pay("pay_1", "upi", null, HasCourse: true));
        Assert.Equal((true, when), (paid.IsDuplicate, paid.RefundDueAt!.Value));
    }

    [Theory]
    [InlineData("INSUFFICIENT_FUNDS", "insufficient_funds", "another_method")]
    [InlineData("CARD_DECLINED", "card_declined", "another_method")]
    [InlineData("UPI_DECLINED", "card_declined", "another_method")]
    [InlineData("CARD_EXPIRED", "card_expired", "another_method")]
    [InlineData("INVALID_CVV", "invalid_cvv", "retry_now")]
    [InlineData("GATEWAY_UNAVAILABLE", "network_error", "retry_now")]
    [InlineData("GATEWAY_TIMEOUT", "gateway_timeout", "retry_now")]
    [InlineData("CARD_AUTHENTICATION_FAILED", "authentication_failed", "retry_now")]
    [InlineData("AUTHENTICATION_ABANDONED", "user_cancelled", "retry_now")]
    [InlineData("A_CODE_OF_TOMORROW", "other", "retry_now")]
    [InlineData(null, "other", "retry_now")]
    public void A_failure_is_sorted_and_advice_follows(string? code, string reason, string advice)
    {
        var sorted = TransactionDecisions.ReasonOf(code);
        Assert.Equal((reason, advice), (Words.Of(sorted), Words.Of(TransactionDecisions.AdviceOf(sorted))));
    }

    [Theory]
    [InlineData("TXN_01KAF5W6D3", true)]
    [InlineData("TXN_01KAF5W6D", false)]
    [InlineData("txn_01KAF5W6D3", false)]
    [InlineData("TXN_01kaf5w6d3", false)]
    [InlineData("TXN_01KAF5W6D3\n", false)]
    [InlineData("TXN_01KAF5W6D3'--", false)]
    public void An_id_has_its_form(string text, bool isId) => Assert.Equal(isId, CourseTransaction.IsId(text));

    internal static StateMachine Machine => StateMachine.Of(
        "course-payment", "a course payment",
        "`over` is a pending payment whose session has ended. Money that was taken always counts, however late it is heard of. A refund counts once "
        + "the processor has done it; `undo` is one that came back afterwards.",
        commands.Select(c => ("Commands", c.Name, c.Command)), Cases(), transaction => Words.Of(transaction.State),
        (transaction, command) => TransactionDecisions.Decide(transaction, command, when) is { IsRefused: false } decided ? decided.Value : null);

    private static IEnumerable<(string Name, CourseTransaction Transaction)> Cases() => Enum.GetValues<TransactionState>()
        .SelectMany<TransactionState, (string, CourseTransaction)>(state => state == TransactionState.Pending
            ? [("pending", In(state)), ("over", In(state) with { ExpiresAt = when })]
            : [(Words.Of(state), In(state))]);

    private static string Cell(CourseTransaction transaction, TransactionCommand command)
    {
        var decided = TransactionDecisions.Decide(transaction, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value, transaction) ? "=" : Words.Of(decided.Value.State);
    }

    private static CourseTransaction Next(CourseTransaction now, TransactionCommand command) => TransactionDecisions.Decide(now, command, when).Value;

    private static CourseTransaction In(TransactionState state) => new()
    {
        Id = "TXN_01KAF5W6D3C2E4G5H6J7K8M9N0",
        Tenant = new Tenant("MERCH_A", Mode.Test),
        CourseId = "course_1",
        StudentId = "usr_1",
        Title = "A",
        Instructor = "B",
        State = state,
        Price = new(total, Money.Zero(Currency.INR), total, null, Money.Zero(Currency.INR), total),
        AmountRefunded = state switch
        {
            TransactionState.Refunded => total,
            TransactionState.PartiallyRefunded => part,
            _ => Money.Zero(Currency.INR),
        },
        SessionId = "cps_1",
        ExpiresAt = when.AddMinutes(1),
        OrderId = "order_1",
        FailureReason = state == TransactionState.Failed ? FailureReason.Other : null,
        FailureCode = state == TransactionState.Failed ? "PROCESSOR_REJECTED" : null,
        FirstAttemptAt = when.AddMinutes(-14),
        CreatedAt = when.AddMinutes(-14),
        PaidAt = state is TransactionState.Success or TransactionState.PartiallyRefunded or TransactionState.Refunded ? when : null,
        Version = 3,
    };
}
