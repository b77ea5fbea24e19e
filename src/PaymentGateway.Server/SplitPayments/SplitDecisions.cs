using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.SplitPayments;

/// <summary>How the parts of a split payment stand together.</summary>
public enum PartsStand
{
    /// <summary>Some are not asked for yet, or a processor has not answered.</summary>
    Awaited,

    /// <summary>At least one waits for the customer, and none is lost.</summary>
    Waiting,

    /// <summary>Every one is held or taken.</summary>
    Held,

    /// <summary>Every one is taken.</summary>
    Paid,

    /// <summary>At least one will not be paid.</summary>
    Lost,

    /// <summary>Nothing is held of any, and nothing is left of what was taken.</summary>
    Back,
}

/// <summary>What can happen to a split payment.</summary>
public abstract record SplitCommand(string Name)
{
    /// <summary>Its parts moved, or it is time to look at them.</summary>
    /// <param name="Lost">The part that is lost, when one is.</param>
    public sealed record Look(PartsStand Parts, LostPart? Lost = null) : SplitCommand("look");

    /// <summary>A part cannot even be tried.</summary>
    public sealed record Refuse(LostPart Part) : SplitCommand("refuse");

    /// <summary>The merchant takes it back.</summary>
    public sealed record Cancel(string Reason) : SplitCommand("cancel");

    /// <summary>The time of its order is over.</summary>
    public sealed record Expire() : SplitCommand("expire");
}

/// <summary>A part that will not be paid, and why.</summary>
public sealed record LostPart(string PaymentId, string Code, string? Reason);

/// <summary>What is to be done with a part.</summary>
public enum PartAction
{
    Confirm,
    Capture,
    GiveUp,
    Refund,
}

/// <summary>The state machine of a split payment, and what it asks of its parts. Pure.</summary>
public static class SplitDecisions
{
    public static Outcome<SplitPayment> Decide(SplitPayment now, SplitCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (SplitState.Authorizing or SplitState.RequiresAction, SplitCommand.Look { Parts: PartsStand.Lost or PartsStand.Back } look) =>
            Failing(now, look.Lost, when),
        (SplitState.Authorizing or SplitState.RequiresAction, SplitCommand.Look { Parts: PartsStand.Held or PartsStand.Paid }) =>
            To(now with { HeldAt = when }, SplitState.Capturing, when),
        (SplitState.Authorizing, SplitCommand.Look { Parts: PartsStand.Waiting }) => To(now, SplitState.RequiresAction, when),
        (SplitState.RequiresAction, SplitCommand.Look { Parts: PartsStand.Awaited }) => To(now, SplitState.Authorizing, when),

        (SplitState.Capturing, SplitCommand.Look { Parts: PartsStand.Paid }) => Over(now, SplitState.Succeeded, when),
        (SplitState.Capturing, SplitCommand.Look { Parts: PartsStand.Lost or PartsStand.Back } look) => Failing(now, look.Lost, when),

        (SplitState.Releasing, SplitCommand.Look { Parts: PartsStand.Back }) =>
            Over(now, now.CancelReason is null ? SplitState.Failed : SplitState.Canceled, when),
        (_, SplitCommand.Look) => now,

        (SplitState.Authorizing or SplitState.RequiresAction, SplitCommand.Refuse refuse) => Failing(now, refuse.Part, when),
        (SplitState.Authorizing or SplitState.RequiresAction, SplitCommand.Cancel cancel) =>
            To(now with { CancelReason = cancel.Reason }, SplitState.Releasing, when),

        // What a processor was asked and has not answered is not cut off.
        (SplitState.RequiresAction, SplitCommand.Expire) => To(now with { CancelReason = SplitPayment.Expired }, SplitState.Releasing, when),
        _ => Refusal.InvalidState("split payment", now.Status, CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(SplitState state) =>
        state is SplitState.Authorizing or SplitState.RequiresAction ? ["cancel"] : [];

    /// <summary>Whether parts are still being paid.</summary>
    public static bool WantsParts(SplitState state) => state is SplitState.Authorizing or SplitState.RequiresAction;

    /// <summary>How the parts stand together, as the state of the whole sees them.</summary>
    /// <param name="state">Of the whole: what is wanted of the parts depends on it.</param>
    /// <param name="parts">In their order.</param>
    /// <param name="givingBack">Whether a refund of the part with this id is under way.</param>
    public static PartsStand StandOf(SplitState state, IReadOnlyList<Payment> parts, Func<string, bool> givingBack) => parts switch
    {
        _ when parts.All(part => IsBack(part) && !givingBack(part.Id)) => PartsStand.Back,
        _ when parts.All(IsPaid) => PartsStand.Paid,
        _ when parts.Any(part => LostOf(state, part) is not null) => PartsStand.Lost,
        _ when parts.All(IsHeld) => PartsStand.Held,
        _ when parts.Any(part => part.State == PaymentState.RequiresAction) => PartsStand.Waiting,
        _ => PartsStand.Awaited,
    };

    /// <summary>Why a part will not be paid; null: it may still be, or is.</summary>
    public static LostPart? LostOf(SplitState state, Payment part) => part switch
    {
        { State: PaymentState.RequiresPaymentMethod or PaymentState.Failed } => Lost(part, part.FailureCode),
        { State: PaymentState.Canceled } => Lost(
            part, part.CancelReason == SplitParts.AuthorizationExpired ? Errors.AuthorizationExpired.Code : part.FailureCode),

        { State: PaymentState.Returned } => Lost(part, part.FailureCode),

        // The processor would not take what it holds.
        { State: PaymentState.RequiresCapture, FailureCode: not null } when state == SplitState.Capturing => Lost(part, part.FailureCode),
        { State: PaymentState.Succeeded } when part.AmountCaptured != part.Amount || part.AmountRefunded.IsPositive => Lost(part, null),
        _ => null,
    };

    /// <summary>
    /// What to do now, in this order. What can be held is authorized first; what is taken at once follows when all of that holds, one
    /// after the other; the held parts are taken last, when nothing can be declined any more.
    /// </summary>
    public static IReadOnlyList<(Payment Part, PartAction Action)> ActionsFor(SplitPayment now, IReadOnlyList<Payment> parts) => now.State switch
    {
        SplitState.Authorizing or SplitState.RequiresAction => Confirmations(parts),
        SplitState.Capturing =>
            [.. parts.Where(part => part.State == PaymentState.RequiresCapture).Select(part => (part, PartAction.Capture))],
        SplitState.Releasing or SplitState.Failed or SplitState.Canceled =>
        [
            .. parts.Select(part => (part, Action: BackBy(part)))
                .Where(step => step.Action is not null)
                .Select(step => (step.part, step.Action!.Value)),
        ],
        _ => [],
    };

    /// <summary>When to look at the parts again if none of them moves; null: never.</summary>
    public static DateTimeOffset? LookAgainAt(SplitPayment now, bool isBack, DateTimeOffset orderExpiresAt, DateTimeOffset when) => now.State switch
    {
        SplitState.Succeeded => null,
        SplitState.Failed or SplitState.Canceled when isBack => null,
        SplitState.RequiresAction when orderExpiresAt > when => orderExpiresAt,
        _ => when + AskAgain.After(now.Checks),
    };

    private static IReadOnlyList<(Payment, PartAction)> Confirmations(IReadOnlyList<Payment> parts)
    {
        var toHold = parts.Where(part => part.Capture == CaptureMethod.Manual).ToList();
        if (toHold.Exists(part => !IsHeld(part)))
        {
            return [.. toHold.Where(IsNew).Select(part => (part, PartAction.Confirm))];
        }

        var next = parts.FirstOrDefault(part => part.Capture == CaptureMethod.Automatic && !IsPaid(part));
        return next is not null && IsNew(next) ? [(next, PartAction.Confirm)] : [];
    }

    private static PartAction? BackBy(Payment part) => part switch
    {
        {
            State: PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation or PaymentState.RequiresAction
            or PaymentState.RequiresCapture
        } => PartAction.GiveUp,

        // What its dispute has taken is the dispute's: it is given back when the dispute lets go of it.
        { State: PaymentState.Succeeded } when part.AmountRefundable.IsPositive => PartAction.Refund,
        _ => null,
    };

    private static bool IsNew(Payment part) => part.State == PaymentState.RequiresConfirmation;

    private static bool IsHeld(Payment part) =>
        part.State is PaymentState.RequiresCapture or PaymentState.Capturing || IsPaid(part);

    private static bool IsPaid(Payment part) =>
        part.State == PaymentState.Succeeded && part.AmountCaptured == part.Amount && part.AmountRefunded.IsZero;

    private static bool IsBack(Payment part) => part.State is PaymentState.Canceled or PaymentState.Failed
        || (part.State is PaymentState.Succeeded or PaymentState.Returned && part.AmountRefundable.IsZero);

    private static LostPart Lost(Payment part, string? code) =>
        new(part.Id, code ?? Errors.PaymentDeclined.Code, code == part.FailureCode ? part.FailureReason : null);

    private static SplitPayment Failing(SplitPayment now, LostPart? lost, DateTimeOffset when) => To(
        now with
        {
            FailureCode = lost?.Code ?? Errors.PaymentDeclined.Code,
            FailureReason = lost?.Reason,
            FailedPaymentId = lost?.PaymentId,
        }, SplitState.Releasing, when);

    private static SplitPayment Over(SplitPayment now, SplitState state, DateTimeOffset when) => To(now, state, when) with { FinishedAt = when };

    /// <summary>Whatever comes of it is looked at next, and at once.</summary>
    private static SplitPayment To(SplitPayment now, SplitState state, DateTimeOffset when) =>
        now with { State = state, DueAt = when, Checks = 0 };
}
