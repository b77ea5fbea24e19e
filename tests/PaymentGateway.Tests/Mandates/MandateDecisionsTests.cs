using System.Text;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Mandates;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Mandates;

/// <summary>Every state × every command and every word of the processor, and the edges of what may be debited.</summary>
public sealed class MandateDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 20, 0, 0, TimeSpan.Zero);
    private static readonly MethodSummary account = new("bank_debit", BankAccount: new("sepa", "3000", "Test Bank", "DE"));
    private static readonly TimeSpan askAfter = TimeSpan.FromSeconds(25);

    private static readonly (string Name, MandateCommand Command)[] commands =
    [
        ("revoke", new MandateCommand.Revoke("requested_by_merchant", askAfter)),
        ("expire", new MandateCommand.Expire()),
        ("active", new MandateCommand.News(new MandateOutcome.Active("ref", account))),
        ("pending", new MandateCommand.News(new MandateOutcome.Pending("ref", account))),
        ("rejected", new MandateCommand.News(new MandateOutcome.Rejected("ref", "UPI_DECLINED", "Declined.", "ZA"))),
        ("revoked", new MandateCommand.News(new MandateOutcome.Revoked("ref"))),
        ("notfound", new MandateCommand.News(new MandateOutcome.NotFound())),
        ("unknown", new MandateCommand.News(new MandateOutcome.Unknown("no answer"))),
        ("notcalled", new MandateCommand.News(new MandateOutcome.NotCalled("breaker open"))),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("state ").AppendJoin(' ', commands.Select(c => c.Name)).Append('\n');
        foreach (var (name, mandate) in States())
        {
            printed.Append($"{name} ").AppendJoin(' ', commands.Select(c => Cell(mandate, c.Command))).Append('\n');
        }

        Assert.Equal(
            """
            state revoke expire active pending rejected revoked notfound unknown notcalled
            submitted Revoked – Active Pending Rejected Revoked Rejected Submitted Rejected
            pending Revoked – Active Pending Rejected Revoked Rejected Pending Pending
            active Revoked – = = = Revoked = = =
            over Revoked Expired = = = Revoked = = =
            rejected – – = = = = = = =
            revoking – – Revoked Revoked Revoked Revoked Revoked Revoked Revoked
            revoked – – = = = = = = =
            expired – – = = = = = = =

            """, printed.ToString());
    }

    [Fact]
    public void A_revoked_mandate_is_told_to_its_processor_until_it_knows()
    {
        var revoked = Decide(In(MandateState.Active), commands[0].Command);
        Assert.Equal(when + askAfter, revoked.CheckAt);

        var asked = Decide(revoked, new MandateCommand.News(new MandateOutcome.Unknown("no answer")));
        Assert.True(asked.CheckAt > when);
        Assert.Null(Decide(asked, new MandateCommand.News(new MandateOutcome.Revoked("ref"))).CheckAt);
    }

    [Theory]
    [InlineData(MandateFrequency.Daily, "2026-11-02", "2026-11-03")]
    [InlineData(MandateFrequency.Weekly, "2026-11-02", "2026-11-02")]
    [InlineData(MandateFrequency.Monthly, "2026-11-01", "2026-11-01")]
    [InlineData(MandateFrequency.Yearly, "2026-01-01", "2026-01-01")]
    public void A_period_begins_with_its_first_day_which_in_India_is_earlier(MandateFrequency frequency, string utc, string india)
    {
        Assert.Equal(utc, $"{MandateDecisions.PeriodOf(In(MandateState.Active) with { Frequency = frequency }, when):yyyy-MM-dd}");
        Assert.Equal(india, $"{MandateDecisions.PeriodOf(
            In(MandateState.Active) with { Frequency = frequency, Type = MandateType.UpiAutopay }, when):yyyy-MM-dd}");
    }

    [Theory]
    [InlineData(0, 10000, null)]
    [InlineData(0, 10001, "MANDATE_LIMIT_EXCEEDED")]
    [InlineData(1, 10000, "MANDATE_LIMIT_EXCEEDED")]
    public void A_debit_is_within_amount_and_count(int uses, long minor, string? refusal)
    {
        var mandate = In(MandateState.Active) with { UsesMax = 1, Notice = TimeSpan.Zero };

        var decided = MandateDecisions.Debit(mandate, new("ch_1", "bank_debit", Euros(minor), null, false, uses, []), when);

        Assert.Equal(refusal, decided.Refusal?.Kind.Code);
    }

    [Theory]
    [InlineData(MandateCategory.Standard, 1_500_000, false)]
    [InlineData(MandateCategory.Standard, 1_500_001, true)]
    [InlineData(MandateCategory.Insurance, 10_000_000, false)]
    [InlineData(MandateCategory.MutualFund, 10_000_001, true)]
    public void The_payer_approves_what_is_above_the_limit_of_the_trade(MandateCategory category, long minor, bool asks)
    {
        var mandate = In(MandateState.Active) with { Type = MandateType.UpiAutopay, Category = category };

        Assert.Equal(asks, MandateDecisions.AsksPayer(mandate, Money.FromMinor(minor, Currency.INR)));
    }

    internal static StateMachine Machine => StateMachine.Of(
        "mandate", "a mandate",
        "Submitted is `pending` for callers. `over` is one whose end has passed and that nobody has ended yet; `revoking` is revoked here, and "
        + "the processor has not confirmed it. Nothing is debited but by an active one.",
        commands.Select(c => (c.Command is MandateCommand.News ? "What the processor says" : "Commands", c.Name, c.Command)),
        States(), mandate => Words.Of(mandate.State),
        (mandate, command) => MandateDecisions.Decide(mandate, command, when) is { IsRefused: false } decided ? decided.Value : null);

    private static IEnumerable<(string Name, Mandate Mandate)> States() =>
    [
        ("submitted", In(MandateState.Submitted)),
        ("pending", In(MandateState.Pending)),
        ("active", In(MandateState.Active)),
        ("over", In(MandateState.Active) with { EndsAt = when }),
        ("rejected", In(MandateState.Rejected)),
        ("revoking", In(MandateState.Revoked) with { CheckAt = when }),
        ("revoked", In(MandateState.Revoked)),
        ("expired", In(MandateState.Expired)),
    ];

    private static Mandate Decide(Mandate mandate, MandateCommand command) => MandateDecisions.Decide(mandate, command, when).Value;

    private static string Cell(Mandate mandate, MandateCommand command)
    {
        var decided = MandateDecisions.Decide(mandate, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value, mandate) ? "=" : decided.Value.State.ToString();
    }

    private static Money Euros(long minor) => Money.FromMinor(minor, Currency.EUR);

    private static Mandate In(MandateState state) => new()
    {
        Id = "mandate_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        CustomerId = "cus_1",
        Type = MandateType.SepaDebit,
        State = state,
        Connector = "sandbox",
        AmountMax = Euros(10000),
        Frequency = MandateFrequency.Monthly,
        UsesMax = 1,
        Category = MandateCategory.Standard,
        StartsAt = when.AddDays(-10),
        Notice = TimeSpan.FromDays(14),
        Acceptance = new(IsOnline: false, when.AddDays(-10), null, null),
        Metadata = "{}",
        CreatedAt = when.AddDays(-10),
        CalledAt = when.AddDays(-10),
        CheckAt = state is MandateState.Submitted or MandateState.Pending ? when : null,
        Version = 1,
    };
}
