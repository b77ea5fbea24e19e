using PaymentGateway.Balances;
using PaymentGateway.Database;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Balances;

public sealed class BalanceDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, HoldCommand Command)[] commands =
    [
        ("capture", new HoldCommand.Capture("cap_1", Inr(100), IsFinal: true)),
        ("part", new HoldCommand.Capture("cap_1", Inr(40), IsFinal: false)),
        ("lastpart", new HoldCommand.Capture("cap_1", Inr(40), IsFinal: true)),
        ("toomuch", new HoldCommand.Capture("cap_1", Inr(101), IsFinal: true)),
        ("void", new HoldCommand.Void()),
        ("refund", new HoldCommand.Refund("re_1", Inr(30))),
    ];

    // Every state with every command: the next state, what is then captured, refunded and held. A new one of either must be thought about here.
    private const string Table = """
        held      capture   captured 100 0 0
        held      part      held 40 0 60
        held      lastpart  captured 40 0 0
        held      toomuch   -
        held      void      voided 0 0 0
        held      refund    -
        partly    capture   -
        partly    part      held 90 0 10
        partly    lastpart  captured 90 0 0
        partly    toomuch   -
        partly    void      voided 50 0 0
        partly    refund    held 50 30 50
        over      capture   -
        over      part      -
        over      lastpart  -
        over      toomuch   -
        over      void      voided 0 0 0
        over      refund    -
        captured  capture   -
        captured  part      -
        captured  lastpart  -
        captured  toomuch   -
        captured  void      -
        captured  refund    captured 100 30 0
        voided    capture   -
        voided    part      -
        voided    lastpart  -
        voided    toomuch   -
        voided    void      -
        voided    refund    -
        """;

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var row in Table.Split('\n').Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries)))
            {
                rows.Add(row[0], row[1], row[2].Trim());
            }

            return rows;
        }
    }

    internal static StateMachine Machine => StateMachine.Of(
        "account-balance-hold", "a payment from a balance",
        "`partly` has captured a part and holds the rest, `over` is a hold whose seven days have passed. `part` is a capture that leaves a rest, "
        + "`lastpart` one that releases it, `toomuch` one of more than is held. The customer's balance itself is [a sum](../account-balance.md).",
        commands.Select(c => ("Commands", c.Name, c.Command)),
        Cases().Select(c => (c.Name, c.Hold)), hold => Words.Of(hold.State),
        (hold, command) => BalanceDecisions.Decide(hold, command, when) is { IsRefused: false } decided ? decided.Value.Next : null);

    [Fact]
    public void The_table_has_every_pair() => Assert.Equal(
        Cases().SelectMany(c => commands.Select(command => (c.Name, command.Name))).Order(),
        Rows.Select(row => (row.Data.Item1, row.Data.Item2)).Order());

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_a_command_does(string state, string command, string expected)
    {
        var now = Cases().Single(c => c.Name == state).Hold;

        var decided = BalanceDecisions.Decide(now, commands.Single(c => c.Name == command).Command, when);

        if (decided.IsRefused)
        {
            Assert.Equal("-", expected);
            return;
        }

        var (next, step) = (decided.Value.Next, decided.Value);
        Assert.Equal(expected, $"{Words.Of(next.State)} {next.Captured.Minor} {next.Refunded.Minor} {next.Held.Minor}");
        Assert.Equal(next.Held.Minor - now.Held.Minor, step.HeldMore.Minor);
        Assert.Equal(next.Captured.Minor - now.Captured.Minor + (next.Refunded.Minor - now.Refunded.Minor), step.Moved.Minor);
        Assert.All(step.Postings.SelectMany(p => p.Entries).GroupBy(e => e.Layer == PaymentGateway.Ledger.Layer.Posted), layer => Assert.Equal(0, layer.Sum(e => e.Amount.Minor)));
    }

    private static IEnumerable<(string Name, Hold Hold)> Cases() =>
    [
        ("held", In(HoldState.Held, 0)), ("partly", In(HoldState.Held, 50) with { LedgerKey = "cap_0" }),
        ("over", In(HoldState.Held, 0) with { ExpiresAt = when }), ("captured", In(HoldState.Captured, 100)), ("voided", In(HoldState.Voided, 0)),
    ];

    private static Hold In(HoldState state, long captured) => new()
    {
        Id = "ch_1",
        Tenant = new("MERCH_1", Mode.Test),
        CustomerId = "cus_1",
        PaymentId = "pay_1",
        Amount = Inr(100),
        Captured = Inr(captured),
        Refunded = Inr(0),
        State = state,
        LedgerKey = "ch_1",
        CreatedAt = when.AddDays(-1),
        ExpiresAt = when.AddDays(6),
        Version = 1,
    };

    private static Money Inr(long minor) => Money.FromMinor(minor, Currency.INR);
}
