using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.SplitPayments;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.SplitPayments;

public sealed class SplitDecisionsTests
{
    /// <summary>– is refused, = changes nothing; else the next state.</summary>
    private const string Table =
        """
        state          awaited     waiting        held      paid      lost      back      refuse    cancel    expire
        Authorizing    =           RequiresAction Capturing Capturing Releasing Releasing Releasing Releasing –
        RequiresAction Authorizing =              Capturing Capturing Releasing Releasing Releasing Releasing Releasing
        Capturing      =           =              =         Succeeded Releasing Releasing –         –         –
        Succeeded      =           =              =         =         =         =         –         –         –
        Releasing      =           =              =         =         =         Failed    –         –         –
        Failed         =           =              =         =         =         =         –         –         –
        Canceled       =           =              =         =         =         =         –         –         –
        """;

    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly LostPart lost = new("pay_1", "CARD_DECLINED", "The card was declined.");

    private static readonly (string Name, SplitCommand Command)[] commands =
    [
        .. Enum.GetValues<PartsStand>().Select(stand => (StateWords.Of(stand), (SplitCommand)new SplitCommand.Look(stand, lost))),
        ("refuse", new SplitCommand.Refuse(lost)),
        ("cancel", new SplitCommand.Cancel("requested_by_merchant")),
        ("expire", new SplitCommand.Expire()),
    ];

    internal static StateMachine Machine => StateMachine.Of(
        "split-payment", "a split payment",
        "A split payment follows its parts together: awaited, waiting for the customer, all held, all paid, one lost, or all given back.",
        commands.Select(c => (c.Command is SplitCommand.Look or SplitCommand.Refuse ? "Its parts" : "Commands", c.Name, c.Command)),
        [
            .. Enum.GetValues<SplitState>().Select(state => (StateWords.Of(state), In(state))),
            ("releasing, canceled", In(SplitState.Releasing) with { CancelReason = "requested_by_merchant" }),
        ],
        split => StateWords.Of(split.State),
        (split, command) => SplitDecisions.Decide(split, command, when) is { IsRefused: false } decided ? decided.Value : null);

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("state ").AppendJoin(' ', commands.Select(c => c.Name)).AppendLine();
        foreach (var state in Enum.GetValues<SplitState>())
        {
            printed.Append($"{state} ").AppendJoin(' ', commands.Select(c => Cell(In(state), c.Command))).AppendLine();
        }

        Assert.Equal(Normal(Table), Normal(printed.ToString()));
    }

    [Fact]
    public void What_was_canceled_ends_canceled_and_what_failed_fails()
    {
        var back = new SplitCommand.Look(PartsStand.Back);

        Assert.Equal(SplitState.Canceled, Next(In(SplitState.Releasing) with { CancelReason = "expired" }, back).State);
        var failing = Next(In(SplitState.Authorizing), new SplitCommand.Look(PartsStand.Lost, lost));
        Assert.Equal(("CARD_DECLINED", "pay_1"), (failing.FailureCode, failing.FailedPaymentId));
        Assert.Equal(SplitState.Failed, Next(failing, back).State);
    }

    /// <summary>M: held by hand, A: taken at once; then the state. What is done next stands behind the arrow.</summary>
    [Theory]
    [InlineData("M new, M new, A new", "M0 M1")]
    [InlineData("A new, M new, M held", "M1")]
    [InlineData("A new, M held, M asked", "")]
    [InlineData("A new, M held, M waits", "")]
    [InlineData("A new, M held, A new", "A0")]
    [InlineData("A waits, M held, A new", "")]
    [InlineData("A taken, M held, A new", "A2")]
    [InlineData("A new, A new", "A0")]
    public void What_is_taken_at_once_comes_after_all_that_is_held_and_one_at_a_time(string parts, string confirmed)
    {
        var made = Parts(parts);

        var actions = SplitDecisions.ActionsFor(In(SplitState.Authorizing), made);

        Assert.All(actions, step => Assert.Equal(PartAction.Confirm, step.Action));
        Assert.Equal(confirmed, string.Join(' ', actions.Select(step =>
            $"{(step.Part.Capture == CaptureMethod.Manual ? "M" : "A")}{step.Part.SplitPart - 1}")));
    }

    [Theory]
    [InlineData("M new, M held, A taken", "GiveUp GiveUp Refund")]
    [InlineData("M declined, M waits, M asked", "GiveUp GiveUp")]
    [InlineData("M capturing, M gone, A back", "")]
    [InlineData("M gone, A disputed, A halfDisputed, A returned", "Refund")]
    public void What_is_released_is_given_up_or_refunded_and_what_is_not_known_is_waited_for(string parts, string actions) => Assert.Equal(
        actions, string.Join(' ', SplitDecisions.ActionsFor(In(SplitState.Releasing), Parts(parts)).Select(step => step.Action)));

    [Theory]
    [InlineData("M new, M held", PartsStand.Awaited)]
    [InlineData("M asked, M waits", PartsStand.Waiting)]
    [InlineData("M held, M held", PartsStand.Held)]
    [InlineData("M held, A taken", PartsStand.Held)]
    [InlineData("M taken, A taken", PartsStand.Paid)]
    [InlineData("M held, M declined", PartsStand.Lost)]
    [InlineData("M gone, M waits", PartsStand.Lost)]
    [InlineData("M taken, A back", PartsStand.Lost)]
    [InlineData("M gone, A back", PartsStand.Back)]
    [InlineData("M gone, A disputed", PartsStand.Back)]
    [InlineData("M gone, A halfDisputed", PartsStand.Lost)]
    [InlineData("M taken, A disputed", PartsStand.Paid)]
    [InlineData("M held, A returned", PartsStand.Lost)]
    [InlineData("M gone, A returned", PartsStand.Back)]
    public void Parts_stand_together_as_their_least(string parts, PartsStand stand) =>
        Assert.Equal(stand, SplitDecisions.StandOf(SplitState.Authorizing, Parts(parts), _ => false));

    [Fact]
    public void A_refund_under_way_is_not_back_yet() =>
        Assert.NotEqual(PartsStand.Back, SplitDecisions.StandOf(SplitState.Releasing, Parts("M gone, A back"), _ => true));

    /// <summary>Ten thousand refunds of random splits, one after the other, until nothing is left.</summary>
    [Theory]
    [InlineData(SpreadStrategy.Proportional)]
    [InlineData(SpreadStrategy.InOrder)]
    public void Shares_add_up_and_stay_within_their_parts_whatever_the_amounts(SpreadStrategy strategy)
    {
        var seed = 20260 + (int)strategy;
        var random = new Random(seed);
        for (var round = 0; round < 2500; round++)
        {
            var parts = Enumerable.Range(0, random.Next(2, 6)).Select(i => Taken(i, random.NextInt64(1, random.Next(2) == 0 ? 10 : 10_000_000))).ToList();
            for (var refund = 0; parts.Sum(Left) > 0; refund++)
            {
                var left = parts.Sum(Left);
                var amount = refund == 3 ? left : random.NextInt64(1, left + 1);

                var spread = SpreadDecisions.Spread(parts, Money.FromMinor(amount, Currency.INR), strategy);

                Assert.True(!spread.IsRefused && spread.Value.Sum(share => share.Share.Minor) == amount, $"seed {seed}, round {round}");
                foreach (var (part, share) in spread.Value)
                {
                    Assert.True(share.IsPositive && share.Minor <= Left(part), $"seed {seed}, round {round}: {share} of {Left(part)}");
                    parts[part.SplitPart!.Value - 1] = part with { AmountRefunded = part.AmountRefunded + share };
                }
            }

            Assert.Equal("PAYMENT_ALREADY_REFUNDED", SpreadDecisions.Spread(parts, null, strategy).Refusal?.Kind.Code);
        }
    }

    [Theory]
    [InlineData(SpreadStrategy.Proportional, 100, "34 33 33")]
    [InlineData(SpreadStrategy.Proportional, 1, "1")]
    [InlineData(SpreadStrategy.InOrder, 150, "100 50")]
    [InlineData(SpreadStrategy.InOrder, 300, "100 100 100")]
    public void Units_left_over_go_to_the_largest_remainders(SpreadStrategy strategy, long amount, string shares) => Assert.Equal(shares, string.Join(' ',
        SpreadDecisions.Spread([Taken(0, 100), Taken(1, 100), Taken(2, 100)], Money.FromMinor(amount, Currency.INR), strategy).Value
            .Select(share => share.Share.Minor)));

    [Fact]
    public void More_than_is_left_is_not_refunded() => Assert.Equal("REFUND_AMOUNT_EXCEEDS_ORIGINAL",
        SpreadDecisions.Spread([Taken(0, 100), Taken(1, 100)], Money.FromMinor(201, Currency.INR), SpreadStrategy.Proportional).Refusal?.Kind.Code);

    private static long Left(Payment part) => (part.AmountCaptured - part.AmountRefunded).Minor;

    private static SplitPayment Next(SplitPayment split, SplitCommand command) => SplitDecisions.Decide(split, command, when).Value;

    private static string Cell(SplitPayment split, SplitCommand command)
    {
        var decided = SplitDecisions.Decide(split, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value, split) ? "=" : decided.Value.State.ToString();
    }

    private static string Normal(string table) => string.Join('\n', table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    private static Payment[] Parts(string parts) => [.. parts.Split(", ").Select((words, place) => Part(place, words.Split(' ')))];

    private static Payment Part(int place, string[] words)
    {
        var part = Taken(place, 100) with { Capture = words[0] == "M" ? CaptureMethod.Manual : CaptureMethod.Automatic };
        return words[1] switch
        {
            "taken" => part,
            "back" => part with { AmountRefunded = part.AmountCaptured },
            "disputed" => part with { AmountDisputed = part.AmountCaptured },
            "halfDisputed" => part with { AmountDisputed = Money.FromMinor(50, Currency.INR) },
            "returned" => part with { State = PaymentState.Returned, AmountReturned = part.AmountCaptured },
            var word => part with
            {
                AmountAuthorized = Money.Zero(Currency.INR),
                AmountCaptured = Money.Zero(Currency.INR),
                State = word switch
                {
                    "new" => PaymentState.RequiresConfirmation,
                    "asked" => PaymentState.Authorizing,
                    "waits" => PaymentState.RequiresAction,
                    "held" => PaymentState.RequiresCapture,
                    "capturing" => PaymentState.Capturing,
                    "declined" => PaymentState.RequiresPaymentMethod,
                    _ => PaymentState.Canceled,
                },
            },
        };
    }

    private static Payment Taken(int place, long minor) => new()
    {
        Id = $"pay_{place}",
        Tenant = new Tenant("MERCH_HD_005", Mode.Test),
        OrderId = "order_1",
        SplitPaymentId = "split_1",
        SplitPart = place + 1,
        Amount = Money.FromMinor(minor, Currency.INR),
        AmountAuthorized = Money.FromMinor(minor, Currency.INR),
        AmountCaptured = Money.FromMinor(minor, Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        State = PaymentState.Succeeded,
        Capture = CaptureMethod.Manual,
        Purpose = new(null, null, null, null, null, "{}", null, null),
        CreatedAt = when,
        Version = 1,
    };

    private static SplitPayment In(SplitState state) => new()
    {
        Id = "split_1",
        Tenant = new Tenant("MERCH_HD_005", Mode.Test),
        OrderId = "order_1",
        Amount = Money.FromMinor(20000, Currency.INR),
        State = state,
        CreatedAt = when,
        DueAt = when,
        Version = 1,
    };
}
