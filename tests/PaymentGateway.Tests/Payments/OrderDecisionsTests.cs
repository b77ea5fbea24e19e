using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Payments;

/// <summary>Every state × every command of an order.</summary>
public sealed class OrderDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly Money amount = Money.FromMinor(49950, Currency.INR);

    private static readonly (string Name, OrderCommand Command)[] commands =
    [
        ("attempt", new OrderCommand.Attempt()),
        ("hold", new OrderCommand.Hold(amount)),
        ("holdmore", new OrderCommand.Hold(amount + Money.FromMinor(1, Currency.INR))),
        ("pay", new OrderCommand.Pay(amount)),
        ("paymore", new OrderCommand.Pay(amount + Money.FromMinor(1, Currency.INR))),
        ("complete", new OrderCommand.Complete()),
        ("return", new OrderCommand.Return(amount)),
        ("split", new OrderCommand.BeginSplit("split_1")),
        ("end_split", new OrderCommand.EndSplit()),
        ("expire", new OrderCommand.Expire()),
        ("reopen", new OrderCommand.Reopen()),
        ("cancel", new OrderCommand.Cancel()),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("state ").AppendJoin(' ', commands.Select(c => c.Name)).Append('\n');
        foreach (var state in Enum.GetValues<OrderState>())
        {
            printed.Append($"{state} ").AppendJoin(' ', commands.Select(c => Cell(In(state), c.Command))).Append('\n');
        }

        Assert.Equal(
            """
            state attempt hold holdmore pay paymore complete return split end_split expire reopen cancel
            Created Attempted Created – Created – – – Attempted – Expired – Canceled
            Attempted Attempted Attempted – Attempted – – – Attempted – Expired – Canceled
            Paid – – – – – – Unpaid – – – – –
            Unpaid – – – – – – – – – – – –
            Expired – – – – – – – – – – Attempted –
            Canceled – – – – – – – – – – – –

            """, printed.ToString());
    }

    [Fact]
    public void An_order_that_is_held_is_neither_expired_nor_canceled()
    {
        var held = In(OrderState.Attempted) with { AmountAuthorized = amount };

        Assert.Equal("INVALID_STATE", OrderDecisions.Decide(held, new OrderCommand.Expire(), when).Refusal?.Kind.Code);
        Assert.Equal("INVALID_STATE", OrderDecisions.Decide(held, new OrderCommand.Cancel(), when).Refusal?.Kind.Code);
    }

    [Fact]
    public void While_a_split_payment_pays_an_order_nothing_else_does()
    {
        var split = OrderDecisions.Decide(In(OrderState.Created), new OrderCommand.BeginSplit("split_1"), when).Value;

        Assert.Equal((OrderState.Attempted, "split_1"), (split.State, split.SplitPaymentId));
        foreach (var command in new OrderCommand[] { new OrderCommand.Attempt(), new OrderCommand.BeginSplit("split_2"), new OrderCommand.Expire(), new OrderCommand.Cancel() })
        {
            Assert.Equal("INVALID_STATE", OrderDecisions.Decide(split, command, when).Refusal?.Kind.Code);
        }

        Assert.Null(OrderDecisions.Decide(split, new OrderCommand.EndSplit(), when).Value.SplitPaymentId);
        Assert.Equal("ORDER_EXPIRED", OrderDecisions.Decide(In(OrderState.Created), new OrderCommand.BeginSplit("split_1"), split.ExpiresAt).Refusal?.Kind.Code);
    }

    [Fact]
    public void An_order_is_paid_when_its_payment_is_complete_also_with_a_part()
    {
        var part = Money.FromMinor(20000, Currency.INR);
        var taken = OrderDecisions.Decide(In(OrderState.Attempted) with { AmountAuthorized = amount }, new OrderCommand.Pay(part), when).Value;

        Assert.Equal((OrderState.Attempted, amount - part), (taken.State, taken.AmountDue));
        var paid = OrderDecisions.Decide(taken, new OrderCommand.Complete(), when).Value;
        Assert.Equal((OrderState.Paid, part, Money.Zero(Currency.INR)), (paid.State, paid.AmountPaid, paid.AmountDue));
    }

    [Fact]
    public void An_order_takes_no_attempt_from_the_instant_it_expires()
    {
        var order = In(OrderState.Created);

        Assert.False(OrderDecisions.Decide(order, new OrderCommand.Attempt(), order.ExpiresAt.AddTicks(-1)).IsRefused);
        Assert.Equal("ORDER_EXPIRED", OrderDecisions.Decide(order, new OrderCommand.Attempt(), order.ExpiresAt).Refusal?.Kind.Code);
    }

    [Fact]
    public void A_refusal_names_the_state_and_what_is_allowed_in_it()
    {
        var refusal = OrderDecisions.Decide(In(OrderState.Paid), new OrderCommand.Cancel(), when).Refusal!;

        Assert.Equal("paid", refusal.Details!["state"]);
        Assert.Empty((string[])refusal.Details["allowed"]!);
    }

    internal static StateMachine Machine => StateMachine.Of(
        "order", "an order", "An order follows its payment: it is attempted, held, paid, or closed with it.",
        commands.Where(c => !c.Name.EndsWith("more", StringComparison.Ordinal)).Select(c => ("Commands", c.Name, c.Command)),
        [
            .. Enum.GetValues<OrderState>().Select(state => (StateWords.Of(state), In(state))),
            ("attempted, by a split payment", In(OrderState.Attempted) with { SplitPaymentId = "split_1" }),
        ],
        order => StateWords.Of(order.State),
        (order, command) => OrderDecisions.Decide(order, command, when) is { IsRefused: false } decided ? decided.Value : null);

    private static string Cell(Order order, OrderCommand command)
    {
        var decided = OrderDecisions.Decide(order, command, when);
        return decided.IsRefused ? "–" : decided.Value.State.ToString();
    }

    internal static Order In(OrderState state) => new()
    {
        Id = "order_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        Amount = amount,
        AmountAuthorized = state == OrderState.Paid ? amount : Money.Zero(Currency.INR),
        AmountPaid = state == OrderState.Paid ? amount : Money.Zero(Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        State = state,
        Capture = CaptureMethod.Automatic,
        Purpose = new(null, null, null, null, null, "{}", null, null),
        CreatedAt = when,
        ExpiresAt = when.AddMinutes(30),
        Version = 1,
    };
}
