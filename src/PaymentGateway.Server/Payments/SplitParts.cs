using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>A split payment as its order shows it.</summary>
/// <param name="Id">Of the split payment.</param>
/// <param name="Status">As of the split payment.</param>
/// <param name="PaymentIds">Its parts, in their order.</param>
public sealed record SplitPaymentSummary(string Id, string Status, IReadOnlyList<string> PaymentIds);

/// <summary>A split payment in short. Registered by the area that keeps them.</summary>
public delegate Task<SplitPaymentSummary?> FindSplitPayment(Tenant tenant, string splitPaymentId, CancellationToken cancel);

/// <summary>
/// Tells the whole, in the same commit, that one of its parts has moved. Registered by the area that keeps split payments.
/// </summary>
public delegate void PartMoved(Change change, Payment part, DateTimeOffset when);

/// <summary>
/// What a split payment does with its parts and its order. A part is a payment like any other, except that it moves on behalf of the
/// whole only, and that the order is moved by the whole and never by a part.
/// </summary>
public sealed class SplitParts
{
    /// <summary>The cancel reason of a part whose authorization was over.</summary>
    public const string AuthorizationExpired = HoldDecisions.AuthorizationExpired;

    private readonly PaymentMoves moves;
    private readonly ConfirmPayment confirm;
    private readonly FollowUp followUp;
    private readonly ViewWriter views;
    private readonly MerchantClocks clocks;

    internal SplitParts(PaymentMoves moves, ConfirmPayment confirm, FollowUp followUp, ViewWriter views, MerchantClocks clocks) =>
        (this.moves, this.confirm, this.followUp, this.views, this.clocks) = (moves, confirm, followUp, views, clocks);

    /// <summary>A part that is not written yet. One that its processor cannot hold is captured with its authorization.</summary>
    /// <returns>What a payment of that amount by that method would be refused with; NOT_SUPPORTED for a bank debit.</returns>
    public async Task<Outcome<Payment>> New(
        Order order, string splitPaymentId, int place, Money amount, Instrument instrument, string? returnUrl, CancellationToken cancel)
    {
        if (instrument.Method == "bank_debit")
        {
            // All parts or none is not to be promised of it: its bank may take it back days after the others are paid for good.
            return new Refusal(Errors.NotSupported, "A bank debit can come back after the order is paid: it cannot be a part.");
        }

        var part = ConfirmPayment.FirstPaymentOf(order, clocks) with
        {
            Amount = amount,
            State = PaymentState.RequiresConfirmation,
            Instrument = instrument,
            SplitPaymentId = splitPaymentId,
            SplitPart = place,
            Purpose = order.Purpose with { ReturnUrl = returnUrl ?? order.Purpose.ReturnUrl },
        };
        var foreseen = await confirm.Foresee(order, part, cancel);
        if (foreseen.IsRefused)
        {
            return foreseen.Refusal!;
        }

        return part with
        {
            Capture = foreseen.Value.TakenAtOnce?.Contains(instrument.Method) == true ? CaptureMethod.Automatic : CaptureMethod.Manual,
        };
    }

    /// <summary>Why an order cannot be paid in parts now, whatever the parts; null: nothing is known against it.</summary>
    /// <param name="payment">The order's own payment, when it has one.</param>
    public Refusal? WhyNotPayable(Order order, Payment? payment)
    {
        var when = clocks.Now(order.Tenant);
        var probe = new PaymentCommand.Confirm(order.Id, "", PaymentMethods.NoSummary, new(0, 0), null, TimeSpan.Zero);
        return OrderDecisions.Decide(order, new OrderCommand.BeginSplit(order.Id), when).Refusal
            ?? (payment is null ? null : PaymentDecisions.Decide(payment, probe, when).Refusal);
    }

    /// <summary>Adds the parts, and that the order is being paid by them.</summary>
    public Outcome<Order> WriteNew(Change change, Order order, IReadOnlyList<Payment> parts, Origin origin)
    {
        var begun = OrderDecisions.Decide(order, new OrderCommand.BeginSplit(parts[0].SplitPaymentId!), clocks.Now(order.Tenant));
        if (begun.IsRefused)
        {
            return begun;
        }

        moves.WriteOrder(change, order, begun.Value, origin);
        foreach (var part in parts)
        {
            change.Write(PaymentRows.InsertPart, part);
            PaymentTrail.Record(change, origin, clocks.Real, "payment.create", before: null, part);
            moves.WriteFacts(change, isNew: true, new PaymentStep(part, [], []), origin.RequestId);
        }

        return begun;
    }

    /// <summary>Adds that the order is paid: all parts are taken.</summary>
    /// <returns>False when it is not this split's to move any more: another driver was first.</returns>
    public bool TryWritePaid(Change change, Order order, Origin origin) => TryWriteOrder(change, order, origin,
        new OrderCommand.Hold(order.Amount), new OrderCommand.Pay(order.Amount), new OrderCommand.Complete());

    /// <summary>Adds that the order can be paid another way, or that its time is over too.</summary>
    /// <returns>As <see cref="TryWritePaid"/>.</returns>
    public bool TryWriteOver(Change change, Order order, bool hasExpired, Origin origin) => TryWriteOrder(change, order, origin,
        hasExpired ? [new OrderCommand.EndSplit(), new OrderCommand.Expire()] : [new OrderCommand.EndSplit()]);

    /// <summary>Authorizes a part; one that cannot be held is captured with it.</summary>
    /// <param name="part">As it is.</param>
    /// <param name="behaviour">Sandbox only.</param>
    /// <param name="origin">Who.</param>
    /// <param name="isStillWanted">Asked before another processor takes over: the whole may be over meanwhile.</param>
    /// <returns>The part after the attempt; a refusal when the attempt could not begin.</returns>
    public async Task<Outcome<Payment>> Confirm(Payment part, string? behaviour, Origin origin, Func<Task<bool>> isStillWanted) => Without(await confirm.Run(
        new(part.Tenant, null, part.Id, null, part.Purpose.ReturnUrl, behaviour, origin, MovesParts: true, IsStillWanted: isStillWanted),
        IdempotentCall.None, NoAnswer, CancellationToken.None));

    /// <summary>Takes all that a part holds.</summary>
    public async Task<Outcome<Payment>> Capture(Payment part, Origin origin) => Without(await followUp.Capture(
        RequestOf(part, origin), amountOf: null, isFinal: true, IdempotentCall.None, NoAnswer, CancellationToken.None));

    /// <summary>Ends a part that is not captured: releases its hold, gives up an attempt that waits for the customer, or never begins it.</summary>
    public async Task<Outcome<Payment>> GiveUp(Payment part, string reason, Origin origin) => Without(await followUp.Cancel(
        RequestOf(part, origin), reason, IdempotentCall.None, NoAnswer, CancellationToken.None));

    public PaymentView ViewOf(Payment part) => views.Of(part, charges: null, Audience.Server);

    internal static Refusal RefuseAlone() => Refusal.InvalidState("payment", "a part of a split payment", ["cancel or refund the split payment"]);

    private bool TryWriteOrder(Change change, Order order, Origin origin, params OrderCommand[] commands)
    {
        var next = order;
        foreach (var command in commands)
        {
            var decided = OrderDecisions.Decide(next, command, clocks.Now(order.Tenant));
            if (decided.IsRefused)
            {
                return false;
            }

            next = decided.Value;
        }

        moves.WriteOrder(change, order, next, origin);
        return true;
    }

    private static FollowUpRequest RequestOf(Payment part, Origin origin) => new(part.Tenant, part.Id, origin, MovesParts: true);

    /// <summary>Of a call without a key nothing is stored, and nobody is answered with a part.</summary>
    private static Answer NoAnswer(Payment part) => Answer.Ok(part.Id);

    private static Outcome<Payment> Without(Outcome<Payment>? outcome) =>
        outcome ?? throw new InvalidOperationException("A call without a key cannot lose its key.");
}
