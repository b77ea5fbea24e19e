using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>What can happen to an order.</summary>
public abstract record OrderCommand(string Name)
{
    private OrderCommand()
        : this(string.Empty)
    {
    }

    /// <summary>A payment attempt begins.</summary>
    public sealed record Attempt() : OrderCommand("pay");

    /// <summary>So much is authorized now; zero when a hold was released.</summary>
    public sealed record Hold(Money Amount) : OrderCommand("hold");

    /// <summary>So much was captured.</summary>
    public sealed record Pay(Money Amount) : OrderCommand("settle");

    /// <summary>Its payment is complete: no more of it will be captured.</summary>
    public sealed record Complete() : OrderCommand("complete");

    /// <summary>So much of what was captured went back to the customer's bank.</summary>
    public sealed record Return(Money Amount) : OrderCommand("return");

    /// <summary>It is to be paid in several parts; nothing else can pay it meanwhile.</summary>
    public sealed record BeginSplit(string SplitPaymentId) : OrderCommand("split");

    /// <summary>All parts were given back: it can be paid another way.</summary>
    public sealed record EndSplit() : OrderCommand("end_split");

    /// <summary>Its time is over.</summary>
    public sealed record Expire() : OrderCommand("expire");

    /// <summary>Money came after all, after its time was over.</summary>
    public sealed record Reopen() : OrderCommand("reopen");

    /// <summary>The merchant takes it back.</summary>
    public sealed record Cancel() : OrderCommand("cancel");
}

/// <summary>The state machine of an order: pure, one line for each pair that is legal.</summary>
public static class OrderDecisions
{
    public static Outcome<Order> Decide(Order now, OrderCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (OrderState.Attempted, OrderCommand.EndSplit) when now.SplitPaymentId is not null => now with { SplitPaymentId = null },
        (OrderState.Created or OrderState.Attempted,
            OrderCommand.Attempt or OrderCommand.BeginSplit or OrderCommand.Expire or OrderCommand.Cancel) when now.SplitPaymentId is not null =>
            Refusal.InvalidState("order", "being paid by a split payment", ["cancel the split payment"]),
        (OrderState.Created or OrderState.Attempted, OrderCommand.BeginSplit split) when when < now.ExpiresAt =>
            now with { State = OrderState.Attempted, SplitPaymentId = split.SplitPaymentId },
        (OrderState.Created or OrderState.Attempted or OrderState.Expired, OrderCommand.BeginSplit) => new Refusal(Errors.OrderExpired),
        (OrderState.Created or OrderState.Attempted, OrderCommand.Attempt) => when < now.ExpiresAt
            ? now with { State = OrderState.Attempted }
            : new Refusal(Errors.OrderExpired),
        (OrderState.Created or OrderState.Attempted, OrderCommand.Hold hold) => Held(now, hold.Amount),
        (OrderState.Created or OrderState.Attempted, OrderCommand.Pay pay) => Paid(now, pay.Amount),
        (OrderState.Created or OrderState.Attempted, OrderCommand.Complete) when now.AmountPaid.IsPositive =>
            now with { State = OrderState.Paid, PaidAt = when },
        (OrderState.Created or OrderState.Attempted, OrderCommand.Expire) => Closed(now, OrderState.Expired, when),
        (OrderState.Created or OrderState.Attempted, OrderCommand.Cancel) => Closed(now, OrderState.Canceled, when),
        (OrderState.Paid or OrderState.Unpaid, OrderCommand.Return back) when back.Amount <= now.AmountPaid =>
            now with { State = OrderState.Unpaid, AmountPaid = now.AmountPaid - back.Amount },
        (OrderState.Expired, OrderCommand.Reopen) => now with { State = OrderState.Attempted, ClosedAt = null },
        (OrderState.Expired, OrderCommand.Attempt) => new Refusal(Errors.OrderExpired),
        (OrderState.Paid, OrderCommand.Attempt or OrderCommand.BeginSplit) => new Refusal(
            Errors.InvalidState, "The order is already paid.", new Dictionary<string, object?> { ["state"] = "paid", ["allowed"] = Array.Empty<string>() }),
        _ => Refusal.InvalidState("order", StateWords.Of(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that are legal in a state, for callers: those that they can give.</summary>
    public static IEnumerable<string> CommandsIn(OrderState state) =>
        state is OrderState.Created or OrderState.Attempted ? ["pay", "cancel"] : [];

    /// <summary>What a step of its payment does to an order.</summary>
    public static Outcome<Order> Follow(Order now, Payment before, PaymentStep step, DateTimeOffset when)
    {
        Outcome<Order> order = now;
        foreach (var command in CommandsFrom(now, before, step))
        {
            order = Decide(order.Value, command, when);
            if (order.IsRefused)
            {
                break;
            }
        }

        return order;
    }

    private static IEnumerable<OrderCommand> CommandsFrom(Order now, Payment before, PaymentStep step)
    {
        var next = step.Next;
        if (now.State == OrderState.Expired && next.AmountAuthorized > before.AmountAuthorized)
        {
            yield return new OrderCommand.Reopen();
        }

        if (step.IsNewCharge)
        {
            yield return new OrderCommand.Attempt();
        }

        if (next.AmountAuthorized != before.AmountAuthorized)
        {
            yield return new OrderCommand.Hold(next.AmountAuthorized);
        }

        if (next.AmountCaptured != before.AmountCaptured)
        {
            yield return new OrderCommand.Pay(next.AmountCaptured - before.AmountCaptured);
        }

        if (next.AmountReturned != before.AmountReturned)
        {
            yield return new OrderCommand.Return(next.AmountReturned - before.AmountReturned);
        }

        if (next.State == PaymentState.Succeeded && before.State != PaymentState.Succeeded)
        {
            yield return new OrderCommand.Complete();
        }

        if (next.State == PaymentState.Canceled && before.State != PaymentState.Canceled)
        {
            yield return next.CancelReason is "expired" or HoldDecisions.AuthorizationExpired ? new OrderCommand.Expire() : new OrderCommand.Cancel();
        }
    }

    private static Outcome<Order> Held(Order now, Money amount) =>
        amount > now.Amount ? new Refusal(Errors.AmountAboveMaximum) : now with { AmountAuthorized = amount };

    private static Outcome<Order> Paid(Order now, Money amount) => now.AmountPaid + amount > now.Amount
        ? new Refusal(Errors.AmountAboveMaximum)
        : now with { AmountPaid = now.AmountPaid + amount };

    private static Outcome<Order> Closed(Order now, OrderState state, DateTimeOffset when) => now.AmountAuthorized.IsPositive
        ? Refusal.InvalidState("order", "held by an authorized payment", ["capture or cancel the payment"])
        : now with { State = state, ClosedAt = when };
}
