using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Ledger;

namespace PaymentGateway.Payments;

/// <summary>The part of the state machine that is about held money: capture in parts, increment, release. Pure.</summary>
internal static class HoldDecisions
{
    /// <summary>Why a payment was let go when the time of its authorization was over.</summary>
    public const string AuthorizationExpired = "authorization_expired";

    /// <summary>What a processor would not release at its end is asked for again so much later.</summary>
    private static readonly TimeSpan releaseAgainAfter = TimeSpan.FromHours(1);

    public static Outcome<PaymentStep> Capturing(Payment now, PaymentCommand.Capture what, DateTimeOffset when)
    {
        var charge = now.Charge!;
        var amount = what.Amount ?? now.AmountCapturable;
        var isFinal = what.IsFinal || amount == now.AmountCapturable;
        if (WhyNotCaptured(now, amount, isFinal, what.Can) is { } refusal)
        {
            return refusal;
        }

        var asked = charge with { Captures = [.. charge.Captures, Part(charge, what.CaptureId, amount, isFinal, when)] };
        return Begun(now, PaymentState.Capturing, asked, ChargeState.Capturing, when, what.AskAfter);
    }

    public static Outcome<PaymentStep> Incrementing(Payment now, PaymentCommand.Increment what, DateTimeOffset when)
    {
        if (now.OrderId is not null)
        {
            return new Refusal(Errors.NotSupported, "The payment of an order is of the order's amount, which does not change.");
        }

        if (!what.Can.Increments)
        {
            return new Refusal(Errors.NotSupported, "The processor of this payment cannot raise an authorization.");
        }

        return what.Amount <= now.AmountAuthorized
            ? Refusal.Field(Errors.InvalidAmount, "amount", $"must be more than the {now.AmountAuthorized} that are authorized: it is the new total")
            : Begun(now, PaymentState.Incrementing, now.Charge! with { Increment = new(what.IncrementId, what.Amount) }, ChargeState.Incrementing,
                when, what.AskAfter);
    }

    /// <summary>The processor's word about one capture or increment. About one that is over, only money that should not be there is news.</summary>
    public static Outcome<PaymentStep> HearOfOperation(Payment now, PaymentCommand.News news, DateTimeOffset when)
    {
        if (now.Charge!.OperationId == news.OperationId)
        {
            return now.State == PaymentState.Incrementing ? HearOfIncrement(now, news, when) : HearOfCapture(now, news, when);
        }

        var isKnown = now.Charge.Captures.Any(capture => capture.Id == news.OperationId && capture.State == CaptureState.Captured);
        return news.Outcome is ConnectorOutcome.Captured && !isKnown ? PaymentDecisions.Contradiction(now, news) : PaymentStep.Nothing(now);
    }

    /// <summary>The processor's word about the charge as a whole while money is held. Old news, such as that it is authorized, is none.</summary>
    public static Outcome<PaymentStep> HearOfHold(Payment now, PaymentCommand.News news, DateTimeOffset when) => news.Outcome switch
    {
        ConnectorOutcome.Captured captured => CapturedUnasked(now, news, captured, when),
        ConnectorOutcome.Voided => Released(now, now.CancelReason ?? "released_by_processor", when),
        ConnectorOutcome.Declined declined when HasExpired(declined) => Released(now, AuthorizationExpired, when),
        ConnectorOutcome.Declined when now.State == PaymentState.RequiresCapture => PaymentDecisions.Contradiction(now, news),
        _ => PaymentStep.Nothing(now),
    };

    /// <summary>
    /// The processor says of the charge as a whole that it is captured. That is so when it took everything, or exactly what we have asked
    /// for; a part that nobody asked for is a contradiction.
    /// </summary>
    public static Outcome<PaymentStep> CapturedUnasked(
        Payment now, PaymentCommand.News news, ConnectorOutcome.Captured captured, DateTimeOffset when)
    {
        var charge = now.Charge!;
        var more = (captured.Total ?? charge.Amount) - now.AmountCaptured;
        var isAttempt = charge.HoldId is null;
        if (charge.CaptureUnderWay is { } asked)
        {
            return more == asked.Amount ? Took(now, asked, captured, when)
                : more.IsPositive ? PaymentDecisions.Contradiction(now, news)
                : PaymentStep.Nothing(now);
        }

        return (isAttempt ? more.IsPositive && more <= charge.Amount : more == now.AmountCapturable)
            ? Took(now, Part(charge, Capture.IdWithCharge(charge.Id), more, isFinal: true, when), captured, when)
            : more.IsPositive ? PaymentDecisions.Contradiction(now, news)
            : PaymentStep.Nothing(now);
    }

    /// <summary>What came is taken as the last capture, whatever was asked for; the rest of a hold is released with it.</summary>
    public static Outcome<PaymentStep> TookOther(Payment now, Money amount, DateTimeOffset when)
    {
        var most = now.Charge!.HoldId is null ? now.Charge.Amount : now.AmountCapturable;
        if (amount > most)
        {
            return new Refusal(Errors.AmountAboveMaximum, $"Only {most} can be captured.",
                new Dictionary<string, object?> { ["maximum"] = most.ToMajor() });
        }

        var charge = WithoutOperation(now.Charge, null, when);
        var part = Part(charge, Capture.IdWithCharge(charge.Id), amount, isFinal: true, when);
        return Took(now with { Charge = charge }, part, new ConnectorOutcome.Captured(charge.Reference, charge.Summary), when);
    }

    /// <summary>The capture, increment or void did not happen: the hold stands as before.</summary>
    public static Outcome<PaymentStep> HeldAgain(Payment now, ConnectorOutcome.Declined? why, DateTimeOffset when)
    {
        var charge = WithoutOperation(now.Charge!, why, when);
        return new PaymentStep(
            now with
            {
                State = PaymentState.RequiresCapture,
                CancelReason = null,
                FailureCode = why?.Code,
                FailureReason = why?.Sentence,
                Charge = charge with
                {
                    State = ChargeState.Authorized,
                    CheckAt = null,
                    Checks = 0,
                    CaptureBefore = now.CancelReason == AuthorizationExpired ? when + releaseAgainAfter : charge.CaptureBefore,
                },
            }, [], []);
    }

    /// <summary>
    /// What was held is released, or the attempt that waited for the customer given up: the payment ends here, with what was captured.
    /// </summary>
    public static Outcome<PaymentStep> Released(Payment now, string reason, DateTimeOffset when)
    {
        var (charge, held) = (WithoutOperation(now.Charge!, null, when), now.AmountCapturable);
        var tookSome = now.AmountCaptured.IsPositive;
        var next = now with
        {
            State = tookSome ? PaymentState.Succeeded : PaymentState.Canceled,
            AmountAuthorized = now.AmountCaptured,
            CancelReason = reason,
            PaidAt = tookSome ? when : null,
            CanceledAt = tookSome ? null : when,
            Charge = PaymentDecisions.Settled(
                charge, tookSome ? ChargeState.Captured : ChargeState.Voided, null, null, finishedAt: when) with
            { HoldId = null },
        };
        return new PaymentStep(next, [tookSome ? "payment.success" : "payment.canceled"],
            charge.HoldId is { } holdId ? [Chart.Voided(holdId, now.Id, charge.Connector, held)] : []);
    }

    public static bool HasExpired(ConnectorOutcome.Declined declined) => declined.Code == Errors.AuthorizationExpired.Code;

    private static Outcome<PaymentStep> HearOfCapture(Payment now, PaymentCommand.News news, DateTimeOffset when) => news.Outcome switch
    {
        ConnectorOutcome.Captured captured => Took(now, now.Charge!.CaptureUnderWay!, captured, when),
        ConnectorOutcome.Voided => Released(now, now.CancelReason ?? "released_by_processor", when),
        ConnectorOutcome.Declined declined when HasExpired(declined) => Expired(now, declined, when),
        ConnectorOutcome.Declined declined => HeldAgain(now, declined, when),
        ConnectorOutcome.Authorized or ConnectorOutcome.NotCalled => HeldAgain(now, null, when),
        _ => PaymentDecisions.AskLater(now, when, firstFact: "payment.processing"),
    };

    private static Outcome<PaymentStep> HearOfIncrement(Payment now, PaymentCommand.News news, DateTimeOffset when) => news.Outcome switch
    {
        ConnectorOutcome.Authorized authorized => Incremented(now, authorized),
        ConnectorOutcome.Voided => Released(now, now.CancelReason ?? "released_by_processor", when),
        ConnectorOutcome.Declined declined when HasExpired(declined) => Expired(now, declined, when),
        ConnectorOutcome.Declined declined => HeldAgain(now, declined, when),
        ConnectorOutcome.NotCalled => HeldAgain(now, null, when),
        ConnectorOutcome.Captured => PaymentDecisions.Contradiction(now, news),
        _ => PaymentDecisions.AskLater(now, when, firstFact: "payment.processing"),
    };

    private static Refusal? WhyNotCaptured(Payment now, Money amount, bool isFinal, HoldFeatures can)
    {
        if (amount > now.AmountCapturable)
        {
            return new Refusal(Errors.AmountAboveMaximum, $"Only {now.AmountCapturable} can be captured.",
                new Dictionary<string, object?> { ["maximum"] = now.AmountCapturable.ToMajor() });
        }

        return (isFinal, amount < now.AmountCapturable) switch
        {
            (true, true) when !can.PartialCapture => new Refusal(Errors.NotSupported, "The processor of this payment captures in full only."),
            (false, _) when !can.SeveralCaptures => new Refusal(Errors.NotSupported, "The processor of this payment captures once only."),
            (false, _) when now.Charge!.Captures.Count >= Capture.CountMax - 1 =>
                new Refusal(Errors.NotSupported, $"The last of {Capture.CountMax} captures is final."),
            _ => null,
        };
    }

    private static Capture Part(Charge charge, string id, Money amount, bool isFinal, DateTimeOffset when)
    {
        var (fee, tax) = charge.Terms.OfPart(charge.AmountCaptured, (charge.Fee, charge.Tax), amount);
        return new() { Id = id, Amount = amount, Fee = fee, Tax = tax, IsFinal = isFinal, State = CaptureState.Submitted, CreatedAt = when };
    }

    private static PaymentStep Begun(
        Payment now, PaymentState state, Charge charge, ChargeState chargeState, DateTimeOffset when, TimeSpan askAfter) => new(
        now with
        {
            State = state,
            FailureCode = null,
            FailureReason = null,
            Charge = PaymentDecisions.Called(charge, chargeState, when, askAfter),
        }, [], []);

    /// <summary>
    /// A capture is done. The pending transaction that held its money is taken back whole, and what is still held is held by a new one.
    /// </summary>
    private static Outcome<PaymentStep> Took(Payment now, Capture capture, ConnectorOutcome.Captured outcome, DateTimeOffset when)
    {
        var done = capture with { State = CaptureState.Captured, Reference = outcome.Reference, FinishedAt = when };
        var total = now.AmountCaptured + capture.Amount;
        var charge = PaymentDecisions.Settled(
            now.Charge!, capture.IsFinal ? ChargeState.Captured : ChargeState.Authorized, now.Charge!.Reference ?? outcome.Reference, outcome.Summary,
            finishedAt: capture.IsFinal ? when : null) with
        {
            Captures = [.. now.Charge.Captures.Where(other => other.Id != capture.Id), done],
            HoldId = capture.IsFinal ? null : capture.Id,
            Increment = null,
        };
        var next = now with
        {
            State = capture.IsFinal ? PaymentState.Succeeded : PaymentState.RequiresCapture,
            AmountAuthorized = capture.IsFinal ? total : now.AmountAuthorized,
            AmountCaptured = total,
            Charge = charge,
            CancelReason = null,
            FailureCode = null,
            FailureReason = null,
            PaidAt = capture.IsFinal ? when : null,
        };
        return new PaymentStep(next, FactsOf(capture, wasHeld: now.Charge.HoldId is not null), PostingsOf(now, next, done));
    }

    private static string[] FactsOf(Capture capture, bool wasHeld) => (wasHeld, capture.IsFinal) switch
    {
        (false, _) => ["payment.success"],
        (true, true) => ["payment.captured", "payment.success"],
        (true, false) => ["payment.captured"],
    };

    private static IReadOnlyList<Posting> PostingsOf(Payment before, Payment next, Capture capture)
    {
        var connector = next.Charge!.Connector;
        if (before.Charge!.HoldId is not { } holdId)
        {
            return [Chart.Captured(capture.Id, next.Id, connector, capture.Amount, capture.Fee, capture.Tax)];
        }

        var taken = Chart.CapturedAfterAuthorization(
            capture.Id, holdId, next.Id, connector, before.AmountCapturable, capture.Amount, capture.Fee, capture.Tax);
        return next.Charge.HoldId is { } rest ? [taken, Chart.Authorized(rest, next.Id, connector, next.AmountCapturable)] : [taken];
    }

    private static Outcome<PaymentStep> Incremented(Payment now, ConnectorOutcome.Authorized outcome)
    {
        var (before, increment) = (now.Charge!, now.Charge!.Increment!);
        var charge = PaymentDecisions.Settled(before, ChargeState.Authorized, before.Reference, outcome.Summary, finishedAt: null) with
        {
            Amount = increment.Amount,
            HoldId = increment.Id,
            CaptureBefore = outcome.CaptureBefore ?? before.CaptureBefore,
            Increment = null,
        };
        var next = now with { State = PaymentState.RequiresCapture, Amount = increment.Amount, AmountAuthorized = increment.Amount, Charge = charge };
        return new PaymentStep(next, ["payment.updated"],
        [
            Chart.Voided(before.HoldId!, now.Id, charge.Connector, now.AmountCapturable),
            Chart.Authorized(increment.Id, now.Id, charge.Connector, next.AmountCapturable),
        ]);
    }

    /// <summary>The processor had let the authorization go before it was asked.</summary>
    private static Outcome<PaymentStep> Expired(Payment now, ConnectorOutcome.Declined declined, DateTimeOffset when)
    {
        var charge = WithoutOperation(now.Charge!, declined, when);
        return Released(now with { Charge = charge, FailureCode = declined.Code, FailureReason = declined.Sentence }, AuthorizationExpired, when);
    }

    private static Charge WithoutOperation(Charge charge, ConnectorOutcome.Declined? why, DateTimeOffset when) => charge with
    {
        Increment = null,
        Captures =
        [
            .. charge.Captures.Select(capture => capture.State != CaptureState.Submitted ? capture : capture with
            {
                State = CaptureState.Failed,
                FailureCode = why?.Code,
                FailureReason = why?.Sentence,
                FinishedAt = when,
            }),
        ],
    };
}
