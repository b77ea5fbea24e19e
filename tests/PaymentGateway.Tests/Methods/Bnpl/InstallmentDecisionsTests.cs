using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Methods.Bnpl;

namespace PaymentGateway.Tests.Methods.Bnpl;

public sealed class InstallmentDecisionsTests
{
    private static readonly DateOnly dueDate = new(2026, 11, 20);

    // Every state with every command. A new one of either must be thought about here.
    private const string Table = """
        due          pay        paid         bnpl.installment_paid  frees
        due          write_off  written_off  -                      -
        due          refund     due          bnpl.installment_refunded frees
        due          notice     due          bnpl.installment_due   -
        overdue      pay        paid         bnpl.installment_paid  frees
        overdue      write_off  written_off  -                      -
        overdue      refund     overdue      bnpl.installment_refunded frees
        overdue      notice     overdue      bnpl.installment_overdue -
        paid         pay        refused      -                      -
        paid         write_off  refused      -                      -
        paid         refund     refused      -                      -
        paid         notice     refused      -                      -
        written_off  pay        paid         bnpl.installment_paid  frees
        written_off  write_off  refused      -                      -
        written_off  refund     written_off  bnpl.installment_refunded frees
        written_off  notice     refused      -                      -
        refunded     pay        refused      -                      -
        refunded     write_off  refused      -                      -
        refunded     refund     refused      -                      -
        refunded     notice     refused      -                      -
        """;

    private static readonly InstallmentCommand[] commands =
        [
        new InstallmentCommand.Pay("LN-1"), new InstallmentCommand.WriteOff(), new InstallmentCommand.Refund(Money.FromMinor(40, Currency.INR)),
        new InstallmentCommand.Notice(),
    ];

    public static TheoryData<string, string, string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, string, string>();
            foreach (var row in Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                rows.Add(row[0], row[1], row[2], row[3], row[4]);
            }

            return rows;
        }
    }

    [Fact]
    public void The_table_has_every_pair() => Assert.Equal(
        Enum.GetValues<InstallmentState>().SelectMany(state => commands.Select(command => (InstallmentDecisions.WordOf(state), command.Name))).Order(),
        Rows.Select(row => (row.Data.Item1, row.Data.Item2)).Order());

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_a_command_does(string state, string command, string expected, string fact, string frees)
    {
        var now = In(Enum.GetValues<InstallmentState>().Single(s => InstallmentDecisions.WordOf(s) == state));
        var when = state == "overdue" ? DayStart(3) : DayStart(0);

        var decided = InstallmentDecisions.Decide(now, commands.Single(c => c.Name == command), when);

        Assert.Equal(expected, decided.IsRefused ? "refused" : InstallmentDecisions.WordOf(decided.Value.Next.State));
        if (decided.IsRefused)
        {
            Assert.Equal(Errors.InvalidState, decided.Refusal!.Kind);
            Assert.Equal(InstallmentDecisions.CommandsIn(now.State), (string[])decided.Refusal.Details!["allowed"]!);
            return;
        }

        Assert.Equal((fact == "-" ? null : fact, frees == "frees"), (decided.Value.Fact, decided.Value.Freed.IsPositive));
        Assert.Equal(command == "pay", decided.Value.Next is { PaidAt: not null, Reference: "LN-1" });
        Assert.True(command is "notice" or "refund" || decided.Value.Next.NextNoticeAt is null);
    }

    [Theory]
    [InlineData(99, "due")]
    [InlineData(100, "refunded")]
    [InlineData(101, "refused")]
    public void A_refund_takes_off_what_is_owed_and_no_more(long amount, string expected)
    {
        var decided = InstallmentDecisions.Decide(
            In(InstallmentState.Due), new InstallmentCommand.Refund(Money.FromMinor(amount, Currency.INR)), DayStart(0));

        Assert.Equal(expected, decided.IsRefused ? "refused" : InstallmentDecisions.WordOf(decided.Value.Next.State));
        Assert.True(decided.IsRefused || decided.Value.Next.AmountDue.Minor == 100 - amount);
    }

    [Fact]
    public void Reminders_come_three_days_before_on_the_day_and_three_seven_and_fifteen_days_after_once_each()
    {
        var now = In(InstallmentState.Due) with { NextNoticeAt = InstallmentDecisions.NextNotice(dueDate, DayStart(-15)) };
        var said = new List<(int Day, string State, string? Fact)>();
        for (var day = -15; day <= 40; day++)
        {
            var decided = InstallmentDecisions.Decide(now, new InstallmentCommand.Notice(), DayStart(day));
            if (!decided.IsRefused)
            {
                now = decided.Value.Next;
                said.Add((day, InstallmentDecisions.WordOf(now.State), decided.Value.Fact));
            }
        }

        Assert.Equal(
        [
            (-3, "due", "bnpl.installment_due"), (0, "due", "bnpl.installment_due"), (1, "overdue", null),
            (3, "overdue", "bnpl.installment_overdue"), (7, "overdue", "bnpl.installment_overdue"), (15, "overdue", "bnpl.installment_overdue"),
        ], said);
        Assert.Null(now.NextNoticeAt);
    }

    [Fact]
    public void Of_several_missed_reminders_the_latest_is_sent_alone()
    {
        var now = In(InstallmentState.Due) with { NextNoticeAt = InstallmentDecisions.NextNotice(dueDate, DayStart(-15)) };

        var step = InstallmentDecisions.Decide(now, new InstallmentCommand.Notice(), DayStart(9)).Value;

        Assert.Equal((InstallmentState.Overdue, "bnpl.installment_overdue", (DateTimeOffset?)DayStart(15)), (step.Next.State, step.Fact, step.Next.NextNoticeAt));
    }

    [Fact]
    public void A_day_begins_in_India() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 16, 18, 30, 0, TimeSpan.Zero), InstallmentDecisions.NextNotice(dueDate, DayStart(-15)));

    private static DateTimeOffset DayStart(int day) =>
        new DateTimeOffset(dueDate.AddDays(day).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(5.5)).ToUniversalTime();

    private static Installment In(InstallmentState state) => new()
    {
        Id = "inst_1",
        Tenant = new Tenant("M", Mode.Test),
        ChargeId = "ch_1",
        PaymentId = "pay_1",
        CustomerId = "asha",
        PlanId = "bnpl_15days",
        Number = 1,
        Amount = Money.FromMinor(100, Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        DueDate = dueDate,
        State = state,
        NextNoticeAt = state is InstallmentState.Due ? DayStart(0) : state is InstallmentState.Overdue ? DayStart(3) : null,
        CreatedAt = DayStart(-15),
        Version = 1,
    };
}
