using System.Text;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Refunds;

public sealed class RefundDecisionsTests
{
    /// <summary>– is refused, = changes nothing; else the next state.</summary>
    private const string Table =
        """
        state            approve   own reject   cancel    cannot   resend    succeeded pending   failed canceled not_found unknown   not_called
        RequiresApproval Submitted –   Canceled Canceled  Canceled –         –         –         =      =        =         =         =
        Submitted        –         –   –        –         –        Submitted Succeeded Pending   Failed Canceled Submitted Submitted Submitted
        Pending          –         –   –        Canceling –        –         Succeeded Pending   Failed Canceled Pending   Pending   Pending
        Canceling        –         –   –        –         –        –         Succeeded Pending   Failed Canceled Canceling Canceling Pending
        Succeeded        –         –   –        –         –        –         =         =         Failed –        =         =         =
        Failed           –         –   –        –         –        –         –         =         =      =        =         =         =
        Canceled         –         –   –        –         –        –         –         =         =      =        =         =         =
        """;

    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan askAfter = TimeSpan.FromSeconds(35);

    private static readonly (string Name, RefundCommand Command)[] commands =
    [
        ("approve", new RefundCommand.Approve("pk_another", HasSecondFactor: false, askAfter)),
        ("own", new RefundCommand.Approve("pk_asker", HasSecondFactor: false, askAfter)),
        ("reject", new RefundCommand.Reject("pk_another", "no")),
        ("cancel", new RefundCommand.Cancel("requested_by_merchant", ProcessorCan: true, askAfter)),
        ("cannot", new RefundCommand.Cancel("requested_by_merchant", ProcessorCan: false, askAfter)),
        ("resend", new RefundCommand.Resend(askAfter)),
        ("succeeded", new RefundCommand.News(new RefundOutcome.Succeeded("ref", "ARN1"))),
        ("pending", new RefundCommand.News(new RefundOutcome.Pending("ref"))),
        ("failed", new RefundCommand.News(new RefundOutcome.Failed("ref", "REFUND_DECLINED", "Declined.", "x"))),
        ("canceled", new RefundCommand.News(new RefundOutcome.Canceled("ref"))),
        ("not_found", new RefundCommand.News(new RefundOutcome.NotFound())),
        ("unknown", new RefundCommand.News(new RefundOutcome.Unknown("no answer"))),
        ("not_called", new RefundCommand.News(new RefundOutcome.NotCalled("breaker open"))),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("state ").AppendJoin(' ', commands.Select(c => c.Name)).AppendLine();
        foreach (var state in Enum.GetValues<RefundState>())
        {
            printed.Append($"{state} ").AppendJoin(' ', commands.Select(c => Cell(In(state), c.Command))).AppendLine();
        }

        Assert.Equal(Normal(Table), Normal(printed.ToString()));
    }

    [Fact]
    public void Every_word_of_a_processor_is_a_column_of_the_table() => Assert.Equal(
        typeof(RefundOutcome).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(RefundOutcome))).Select(t => t.Name).Order(),
        commands.Select(c => c.Command).OfType<RefundCommand.News>().Select(n => n.Outcome.GetType().Name).Order());

    [Fact]
    public void Only_a_running_refund_is_asked_about_and_every_posting_sums_to_zero()
    {
        foreach (var state in Enum.GetValues<RefundState>())
        {
            foreach (var (_, command) in commands)
            {
                var decided = RefundDecisions.Decide(In(state), command, when);
                if (!decided.IsRefused)
                {
                    var next = decided.Value.Next;
                    Assert.Equal(next.CheckAt is not null, next.State is RefundState.Submitted or RefundState.Pending or RefundState.Canceling);
                    Assert.All(decided.Value.Postings, p => Assert.Equal(0, p.Entries.Sum(e => e.Amount.Minor)));
                }
            }
        }
    }

    [Fact]
    public void Two_approvals_must_be_of_two_and_neither_of_them_the_asker()
    {
        var refund = In(RefundState.RequiresApproval) with { ApprovalsRequired = 2 };
        var once = RefundDecisions.Decide(refund, commands[0].Command, when).Value.Next;

        Assert.Equal(RefundState.RequiresApproval, once.State);
        Assert.Equal("SAME_APPROVER", RefundDecisions.Decide(once, commands[0].Command, when).Refusal?.Kind.Code);
        Assert.Equal("SAME_APPROVER", RefundDecisions.Decide(once, commands[1].Command, when).Refusal?.Kind.Code);
        Assert.Equal("SAME_APPROVER", RefundDecisions.Decide(once, commands[2].Command, when).Refusal?.Kind.Code);
        var third = new RefundCommand.Approve("pk_third", HasSecondFactor: false, askAfter);
        Assert.Equal(RefundState.Submitted, RefundDecisions.Decide(once, third, when).Value.Next.State);
    }

    [Fact]
    public void A_second_factor_is_asked_for_and_taken()
    {
        var refund = In(RefundState.RequiresApproval) with { SecondFactorRequired = true };

        Assert.Equal("TWO_FACTOR_AUTH_REQUIRED", RefundDecisions.Decide(refund, commands[0].Command, when).Refusal?.Kind.Code);
        var withCode = new RefundCommand.Approve("pk_another", HasSecondFactor: true, askAfter);
        Assert.Equal(RefundState.Submitted, RefundDecisions.Decide(refund, withCode, when).Value.Next.State);
    }

    [Theory]
    [InlineData(10000, 0, false)]
    [InlineData(10001, 2, false)]
    [InlineData(50000, 2, false)]
    [InlineData(50001, 2, true)]
    public void A_policy_asks_for_approvals_above_its_limits(long amount, int approvals, bool secondFactor)
    {
        var policy = new ApprovalPolicy(Rupees(10000), 2, Rupees(50000));

        Assert.Equal(new ApprovalNeed(approvals, secondFactor), policy.NeedOf(Rupees(amount)));
    }

    [Fact]
    public void A_second_factor_alone_needs_one_approval_and_another_currency_needs_all_that_can_be_asked()
    {
        Assert.Equal(new ApprovalNeed(1, true), new ApprovalPolicy(null, 2, Rupees(100)).NeedOf(Rupees(101)));
        Assert.Equal(new ApprovalNeed(0, false), new ApprovalPolicy(null, 2, null).NeedOf(Rupees(101)));
        var dollars = Money.FromMinor(1, Currency.TryParse("USD", out var usd) ? usd : throw new InvalidOperationException());
        Assert.Equal(new ApprovalNeed(2, true), new ApprovalPolicy(Rupees(100), 2, Rupees(100)).NeedOf(dollars));
    }

    [Fact]
    public void Fees_come_back_in_proportion_and_the_last_refund_takes_the_rest()
    {
        var payment = Captured(10000, fee: 201, tax: 37);
        long fee = 0, tax = 0;
        foreach (var amount in new[] { 3333, 3333, 3334 })
        {
            var step = RefundDecisions.Create(payment, (Rupees(fee), Rupees(tax)), Asked(amount, feeReturned: true), when).Value;
            (fee, tax) = (fee + step.Next.Fee.Minor, tax + step.Next.Tax.Minor);
            payment = payment with { AmountRefunded = payment.AmountRefunded + step.Next.Amount };
            Assert.InRange(step.Next.Fee.Minor, 66, 68);
        }

        Assert.Equal((201, 37), (fee, tax));
    }

    [Theory]
    [InlineData(0, 0, 1, "REFUND_NOT_ELIGIBLE")]
    [InlineData(1000, 1000, 1, "PAYMENT_ALREADY_REFUNDED")]
    [InlineData(1000, 400, 601, "REFUND_AMOUNT_EXCEEDS_ORIGINAL")]
    [InlineData(1000, 400, 600, null)]
    public void What_is_left_is_the_limit(long captured, long refunded, long asked, string? code)
    {
        var payment = Captured(captured) with { AmountRefunded = Rupees(refunded) };

        Assert.Equal(code, RefundDecisions.Create(payment, (Rupees(0), Rupees(0)), Asked(asked), when).Refusal?.Kind.Code);
    }

    internal static Money Rupees(long minor) => Money.FromMinor(minor, Currency.INR);

    internal static NewRefund Asked(long? amount, bool feeReturned = false, string id = "re_1", ApprovalPolicy? policy = null) => new(
        id, amount is { } minor ? Rupees(minor) : null, RefundReason.Other, null, "{}", "pk_asker", null, policy, feeReturned, 7, askAfter);

    internal static Payment Captured(long amount, long fee = 0, long tax = 0)
    {
        var all = Rupees(Math.Max(amount, 1));
        return new()
        {
            Id = "pay_1",
            Tenant = new Tenant("MERCH_FH_001", Mode.Test),
            Amount = all,
            AmountAuthorized = all,
            AmountCaptured = Rupees(amount),
            AmountRefunded = Rupees(0),
            State = PaymentState.Succeeded,
            Capture = CaptureMethod.Automatic,
            Charge = new()
            {
                Id = "ch_1",
                PaymentId = "pay_1",
                Tenant = new Tenant("MERCH_FH_001", Mode.Test),
                Connector = "sandbox",
                Summary = new MethodSummary("card"),
                Amount = all,
                Fee = Rupees(fee),
                Tax = Rupees(tax),
                AmountRefunded = Rupees(0),
                State = ChargeState.Captured,
                CreatedAt = when,
                CalledAt = when,
            },
            Purpose = new(null, null, null, null, null, "{}", null, null),
            CreatedAt = when,
            Version = 1,
        };
    }

    private static Refund In(RefundState state)
    {
        var made = RefundDecisions.Create(Captured(10000), (Rupees(0), Rupees(0)), Asked(10000), when).Value.Next;
        return made with
        {
            State = state,
            ApprovalsRequired = 1,
            CheckAt = state is RefundState.Submitted or RefundState.Pending or RefundState.Canceling ? when : null,
        };
    }

    internal static StateMachine Machine => StateMachine.Of(
        "refund", "a refund",
        "The amount is reserved in the payment from the first state on, and free again when the refund failed or was canceled. Submitted, pending "
        + "and canceling are `pending` for callers. `own` is an approval by whoever asked for the refund; `cannot` is a cancel where the processor "
        + "takes nothing back.",
        commands.Select(c => (c.Command is RefundCommand.News ? "What the processor says" : "Commands", c.Name, c.Command)),
        Enum.GetValues<RefundState>().Select(state => (StateWords.Of(state), In(state))), refund => StateWords.Of(refund.State),
        (refund, command) => RefundDecisions.Decide(refund, command, when) is { IsRefused: false } decided ? decided.Value.Next : null);

    private static string Cell(Refund refund, RefundCommand command)
    {
        var decided = RefundDecisions.Decide(refund, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value.Next, refund) ? "=" : decided.Value.Next.State.ToString();
    }

    private static string Normal(string table) => string.Join('\n', table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
}
